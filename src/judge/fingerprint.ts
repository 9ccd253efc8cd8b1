import { shortHash } from '../base/hash.ts'

/** Of rule and subject, never of a line: stays when code moves. */
export const fingerprintOf = (rule: string, subject: string): string => shortHash(`${rule} ${subject}`)

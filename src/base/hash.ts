import { createHash } from 'node:crypto'

/** SHA-256, hex. */
export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** The first 16 hex digits of SHA-256: for keys and fingerprints that people may see. */
export const shortHash = (content: string | Uint8Array): string => sha256(content).slice(0, 16)

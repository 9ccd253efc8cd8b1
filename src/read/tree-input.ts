import { readFileSync, statSync } from 'node:fs'
import { UsageError } from '../base/usage-error.ts'

const INPUT_LIMIT = 512 * 1024 * 1024

/** A file that the user names, outside any tree: its text; undefined for a folder. Throws UsageError where there is neither. */
export const readInput = (path: string): string | undefined => inputBytes(path)?.toString('utf8')

/** As readInput, undecoded. */
export const inputBytes = (path: string): Buffer | undefined => {
  try {
    const found = statSync(path)
    if (found.isDirectory()) return undefined
    if (found.size <= INPUT_LIMIT) return readFileSync(path)
  } catch {
    throw new UsageError(`${path} does not exist, or may not be read`, 'Name a file or a folder that is there.')
  }
  throw new UsageError(`${path} is larger than ${INPUT_LIMIT / 1024 / 1024} MB`, 'Name a smaller file.')
}

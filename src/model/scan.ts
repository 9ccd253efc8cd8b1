import type { ContractFact } from './contract.ts'
import type { FileProblem, Problem } from './evidence.ts'
import type { Coverage, Document } from './fragment.ts'
import type { ManifestFact } from './manifest.ts'
import type { ProgramFacts } from './program.ts'

/** Everything the readers say of one blob. Path-free, so that it is cached by blob id, reader and path class. */
export interface FileFacts {
  program?: ProgramFacts
  manifest?: ManifestFact[]
  contract?: ContractFact
  problems: FileProblem[]
}

/** A file that was looked at. The index part is always in memory; `facts()` reads the cache on first use and keeps what it read. */
export interface ScannedFile {
  path: string
  blob: string
  size: number
  /** Readers that gave facts. */
  readers: string[]
  language?: string
  /** The code has a program's entry point. */
  main?: boolean
  generated?: { by?: string; from?: string }
  facts(): FileFacts
}

/** What read yields for one tree: files sorted by path, documents (plain and rendered), coverage. */
export interface Scan {
  repo: string
  revision: string
  /** Every path of the tree, sorted, also of files nobody reads: existence is evidence too. */
  paths: string[]
  files: ScannedFile[]
  documents: Document[]
  coverage: Coverage
  /** Paths that a reader wanted and whose facts are missing, as a whole or in part. */
  unread: string[]
  problems: Problem[]
}

/** A cache of derived values; a miss or a broken entry is `undefined`. Values are JSON. */
export interface DerivedCache {
  get(key: string): unknown
  put(key: string, value: unknown): void
}

/** What a problem quotes may be as long as the file. */
const LONGEST_MESSAGE = 600

/** Places a reader's problem in its file. */
export const placed = (problem: FileProblem, repo: string, file: string): Problem => ({
  code: problem.code,
  message: problem.message.length > LONGEST_MESSAGE ? `${problem.message.slice(0, LONGEST_MESSAGE)}…` : problem.message,
  severity: problem.severity,
  at: { repo, file, line: problem.line ?? 1 },
})

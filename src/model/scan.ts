import type { ContractFact } from './contract.ts'
import type { FileProblem, Problem } from './evidence.ts'
import type { Coverage, Document } from './fragment.ts'
import type { ManifestFact } from './manifest.ts'
import type { LanguageTraits, ProgramFacts } from './program.ts'

/** Everything the readers say of one blob. Path-free, so that it is cached by blob id, reader and path class. */
export interface FileFacts {
  program?: ProgramFacts
  manifest?: ManifestFact[]
  contract?: ContractFact
  problems: FileProblem[]
  /** Code that is not read yet: nothing is known. */
  isPending?: true
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
  /** What a module is in its language: a trait of the language, known before the facts are. */
  moduleIs?: LanguageTraits['moduleIs']
  generated?: { by?: string; from?: string }
  /** Of code that is not read yet it is nothing, and the path is wanted (`Demand`). */
  facts(): FileFacts
}

/** Code that is read when it is asked for. What nobody asks for is outside the coverage, and its problems are nobody's. */
export interface Demand {
  /** Whether code was asked for that is not there yet. */
  isOpen(): boolean
  /** Reads what was asked for. */
  read(): Promise<void>
  /** These paths count as asked for: what was learned of them is known already. */
  use(paths: readonly string[]): void
  /** No more is asked for. */
  close(): void
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
  demand: Demand
}

/** A cache of derived values; a miss or a broken entry is `undefined`. Values are JSON. */
export interface DerivedCache {
  get(key: string): unknown
  /** `json`: the value's text, where it is known. */
  put(key: string, value: unknown, json?: string): void
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

/** Where something stands in a repository. `line` is 1-based; `file` is relative to the repository's root, with `/`. */
export interface Location {
  repo: string
  file: string
  line: number
  endLine?: number
}

/** Who says so: a manifest (`declared`), source code (`coded`), telemetry (`observed`) or we ourselves (`inferred`: a marked guess). */
export type Basis = 'declared' | 'coded' | 'observed' | 'inferred'

export type Confidence = 'high' | 'medium' | 'low'

/** One join in a chain of evidence: what stands at a place, in a few words a reader of that line recognises. */
export interface Step {
  at: Location
  says: string
}

/** A statement's witness: `at` is the place itself, `via` the whole chain of joins that led from it to the statement, in order. */
export interface Evidence {
  reader: string
  basis: Basis
  at: Location
  note?: string
  via?: Step[]
}

/** A property that somebody vouches for. Absent means unknown, never «no». */
export interface Known<T> {
  value: T
  evidence: Evidence[]
}

/** Bad input: says what is wrong, where, and what is missing because of it. The run goes on. `code` is `part/what`, e.g. `yaml/syntax`. */
export interface Problem {
  code: string
  message: string
  severity: 'error' | 'warning'
  at?: Location
}

/** A place inside the file that a fact was read from. `file` is set only by rendered documents, whose lines come from several files. */
export interface Spot {
  line: number
  endLine?: number
  file?: string
}

/** A Problem as a reader gives it, before the file's name is known. */
export interface FileProblem {
  code: string
  message: string
  severity: 'error' | 'warning'
  line?: number
}

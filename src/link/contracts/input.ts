import type { ContractFile, StubFile } from '../../model/fragment.ts'

/** What is joined: contract files and stubs of all repositories, and the programs whose folders hold them. */
export interface ContractInput {
  /** Packages that are vendored everywhere count like any other: whoever names them wants them. */
  withWellKnown?: boolean
  /** The files' facts are nobody else's: they are not copied before they are changed. */
  areOwned?: boolean
  files: readonly { repo: string; file: ContractFile }[]
  stubs: readonly { repo: string; stub: StubFile }[]
  programs: readonly ProgramRoot[]
}

/** A program for the question who is built from which file. */
export interface ProgramRoot {
  service: string
  repo: string
  /** Its folders, `''` for the whole repository. */
  roots: readonly string[]
  /** Stub files that its code reaches. */
  stubs: readonly string[]
  /** Contract files that it generates stubs from, as paths or globs of its repository. */
  generates: readonly string[]
  /** Operations or service names it serves, as far as known: `Billing/GetInvoice`, `billing.v1.Billing`. Helps to choose the copy of record. */
  serves?: readonly string[]
}

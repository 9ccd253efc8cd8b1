import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { UsageError } from '../../index.ts'
import type { ExportedFile } from '../export/export.ts'
import { type Progress, progressOn, type Terminal } from './terminal.ts'

/** Options that every command which reads a repository has. */
export interface Reading {
  with?: string[]
  cache: boolean
  config?: string
  workers?: number
  quiet?: boolean
}

export const withReading = (command: Command): Command =>
  command
    .option('--with <fragment|dir>', "another repository's part of the map (repeatable)", collect)
    .option('--config <file>', 'a configuration from outside the judged tree')
    .option('--workers <n>', 'threads that read files', wholeNumber)
    .option('--no-cache', 'read everything anew and keep nothing')
    .option('-q, --quiet', 'the first line only')

export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]

export const wholeNumber = (value: string): number => {
  if (!/^\d{1,6}$/.test(value) || Number(value) < 1) throw new InvalidArgumentError('It is a whole number from 1 on.')
  return Number(value)
}

/** The part of the flow's options that all use cases share. */
export const readOptions = (path: string | undefined, options: Reading, term: Terminal, progress: Progress) => ({
  path: resolve(term.cwd, path ?? '.'),
  with: (options.with ?? []).map(f => resolve(term.cwd, f)),
  ...(options.cache ? {} : { cacheDir: false as const }),
  ...(options.config === undefined ? {} : { config: resolve(term.cwd, options.config) }),
  ...(options.workers === undefined ? {} : { workers: options.workers }),
  onProgress: progress.on,
})

/** Runs with the progress line, which is gone before anything else is printed. */
export const working = async <T>(term: Terminal, quiet: boolean | undefined, work: (progress: Progress) => Promise<T>): Promise<T> => {
  const progress = progressOn(term, quiet ?? false)
  try {
    return await work(progress)
  } finally {
    progress.end()
  }
}

export interface Output<F extends string> {
  format: F
  file?: string
}

/** `--format F[=FILE]`, any number of them; none means the default on standard output. */
export const outputsOf = <F extends string>(values: readonly string[] | undefined, known: readonly F[], fallback: F): Output<F>[] =>
  values === undefined ? [{ format: fallback }] : values.map(value => outputOf(value, known))

const outputOf = <F extends string>(value: string, known: readonly F[]): Output<F> => {
  const equals = value.indexOf('=')
  const format = known.find(f => f === (equals < 0 ? value : value.slice(0, equals)))
  if (!format)
    throw new UsageError(`unknown format ${value}`, `Formats: ${known.join(', ')}; with a file: --format ${known[1] ?? known[0]}=FILE`)
  const file = equals < 0 ? undefined : value.slice(equals + 1)
  if (file === '')
    throw new UsageError(`no file after ${value}`, `Write --format ${format}=FILE, or --format ${format} for standard output`)
  return file === undefined ? { format } : { format, file }
}

/** Writes each output where it belongs. A file that cannot be written is the user's to mend. */
export const write = async <F extends string>(
  term: Terminal,
  outputs: readonly Output<F>[],
  render: (format: F) => string,
  files?: (format: F) => ExportedFile[] | undefined,
): Promise<void> => {
  for (const { format, file } of outputs) {
    const inFolder = file !== undefined && isFolder(resolve(term.cwd, file), file) ? files?.(format) : undefined
    if (inFolder) toFolder(term, resolve(term.cwd, file!), inFolder)
    else if (file === undefined) await term.out(render(format))
    else toFile(resolve(term.cwd, file), render(format))
  }
}

const isFolder = (path: string, written: string): boolean => /[\\/]$/.test(written) || (existsSync(path) && statSync(path).isDirectory())

/** Files that somebody else wrote stay as they are. */
const toFolder = (term: Terminal, folder: string, files: readonly ExportedFile[]): void => {
  const kept = files.filter(
    ({ path, ours }) => existsSync(resolve(folder, path)) && !readFileSync(resolve(folder, path), 'utf8').startsWith(ours),
  )
  for (const file of files) if (!kept.includes(file)) toFile(resolve(folder, file.path), file.text)
  for (const { path } of kept) term.err(`lintel: ${path} is somebody's own and stays as it is\n`)
  term.err(`${files.length - kept.length} files in ${folder}\n`)
}

export const toFile = (path: string, text: string): void => {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${(error as NodeJS.ErrnoException).code}`, 'Name a file in a folder that you may write to')
  }
}

import type { FileProblem } from '../model/evidence.ts'
import type { ManifestFact } from '../model/manifest.ts'
import type { FileFacts } from '../model/scan.ts'
import type { Outline, Reader, ReaderInput } from './reader.ts'
import { isMinified, type SkipReason } from './select.ts'

/** What reading one file gave: the index part, and the facts where a reader gave any. */
export interface FileResult extends FileIndex {
  facts?: FileFacts
}

/** The part that is always in memory. `manifest` and `problems` are those of the facts. */
export interface FileIndex {
  size: number
  /** Readers that gave facts. Empty: nobody recognised the file. */
  readers: string[]
  /** Some reader ran. */
  ran: boolean
  skipped?: SkipReason
  /** A reader failed: what the file says is missing. */
  failed?: boolean
  language?: string
  main?: boolean
  moduleIs?: Outline['moduleIs']
  generated?: { by?: string; from?: string }
  manifest?: ManifestFact[]
  problems: FileProblem[]
}

/** Text of a file; undefined where it is binary. Bytes that are not UTF-8 become marks; a byte order mark is taken off. */
export const decode = (bytes: Buffer): string | undefined => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  if (bytes.subarray(0, 8000).includes(0)) return undefined
  const text = bytes.toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** Reads one file's bytes with every reader that wants its path. Never throws: this is the one place where a failing reader is caught. */
export const readBytes = async (path: string, bytes: Buffer, readers: readonly Reader[]): Promise<FileResult> => {
  const content = decode(bytes)
  const nothing = { size: bytes.length, readers: [], ran: false, problems: [] }
  if (content === undefined) return { ...nothing, skipped: 'binary' }
  if (isMinified(path, content)) return { ...nothing, skipped: 'minified' }
  return { ...(await readText(path, content, readers)), size: bytes.length }
}

/** The index part of code whose facts can wait; undefined where a file is to be read at once. */
export const outlineOf = (path: string, bytes: Buffer, readers: readonly Reader[]): FileIndex | undefined => {
  const [reader, ...more] = readers
  if (!reader?.outline || more.length > 0) return undefined
  const content = decode(bytes)
  if (content === undefined || isMinified(path, content)) return undefined
  const outline = reader.outline(content)
  return outline && { size: bytes.length, readers: [reader.name], ran: true, ...outline, problems: [] }
}

/** As readBytes, of text. */
export const readText = async (
  path: string,
  content: string,
  readers: readonly Reader[],
  beside?: ReaderInput['beside'],
): Promise<FileResult> => {
  const facts: FileFacts = { problems: [] }
  const gave: string[] = []
  let ran = false
  let failed = false
  for (const reader of readers) {
    try {
      if (reader.recognises && !reader.recognises(content)) continue
      ran = true
      const found = await reader.read({ path, content, ...(beside === undefined ? {} : { beside }) })
      if (add(facts, found)) gave.push(reader.name)
    } catch (error) {
      ran = failed = true
      facts.problems.push(crash(reader.name, error))
    }
  }
  return {
    size: content.length,
    readers: gave,
    ran,
    ...(failed ? { failed } : {}),
    ...indexOf(facts),
    ...(gave.length > 0 ? { facts } : {}),
  }
}

const crash = (reader: string, error: unknown): FileProblem => ({
  code: 'read/failed',
  message: `The reader ${reader} failed here (${describe(error)}). What this file says is missing from the map.`,
  severity: 'error',
  line: 1,
})

const describe = (error: unknown): string => {
  const words = error instanceof RangeError && /call stack/i.test(error.message) ? 'nested too deep' : String(error)
  return words.split('\n')[0]!.slice(0, 200)
}

/** Joins what another reader says; the first program and the first contract win. True where it said anything. */
const add = (facts: FileFacts, found: FileFacts): boolean => {
  if (found.program && !facts.program) facts.program = found.program
  if (found.contract && !facts.contract) facts.contract = found.contract
  if (found.manifest && found.manifest.length > 0) facts.manifest = [...(facts.manifest ?? []), ...found.manifest]
  facts.problems.push(...found.problems)
  return found.program !== undefined || found.contract !== undefined || (found.manifest?.length ?? 0) > 0 || found.problems.length > 0
}

const indexOf = (facts: FileFacts) => {
  const unit = facts.program?.unit
  return {
    ...(unit ? { language: unit.language, moduleIs: unit.traits.moduleIs } : {}),
    ...(unit?.main ? { main: true } : {}),
    ...(unit?.generated ? { generated: unit.generated } : {}),
    ...(facts.manifest ? { manifest: facts.manifest } : {}),
    problems: facts.problems,
  }
}

import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import { sha256, shortHash } from '../base/hash.ts'
import { by } from '../base/names.ts'
import { UsageError } from '../base/usage-error.ts'
import type { DerivedCache, FileFacts } from '../model/scan.ts'
import type { RenderedUnit } from './rendering.ts'
import type { FileIndex, FileResult } from './run.ts'

const MEGABYTE = 1024 * 1024
const SIZE_BOUND = 512 * MEGABYTE
/** Rows of files that no recent run saw are kept up to this number. */
const ROWS_KEPT = 20_000
const PACKS_KEPT = 12
const UNITS_KEPT = 4
/** Facts of a run stay in memory up to this size; beyond it they are read back from the pack. */
const MEMORY_BOUND = 64 * MEGABYTE
const HOUR = 3_600_000

/** Where the cache lies: `LINTEL_CACHE_DIR`, else the user's cache folder. */
const defaultCacheFolder = (): string =>
  process.env.LINTEL_CACHE_DIR || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lintel')

/** Facts of this build only: a reader that changed without a new version is another build. */
const build = (): string => {
  const file = fileURLToPath(import.meta.url)
  try {
    return `1 ${basename(file)} ${Math.round(statSync(file).mtimeMs)}`
  } catch {
    return `1 ${basename(file)}`
  }
}

/**
 * What was read before, outside the judged tree. Everything in it can be derived again: entries that are broken or gone are misses, and a
 * folder that cannot be written is a cache that forgets. Several processes may use one folder: files are only ever put in place whole.
 */
export class Cache {
  readonly folder: string
  readonly #build = build()
  readonly #repositories = new Map<string, RepositoryCache>()
  #wrote = false

  constructor(folder = defaultCacheFolder()) {
    this.folder = resolve(folder)
  }

  /** The facts of one repository's files, by its name: repositories that share a name share its file, never facts. */
  repository(name: string): RepositoryCache {
    const known = this.#repositories.get(name)
    if (known) return known
    const made = new RepositoryCache(
      join(this.folder, 'facts', `${name.replace(/[^\w.-]/g, '_').slice(0, 60)}-${shortHash(name)}`),
      this.#build,
    )
    this.#repositories.set(name, made)
    return made
  }

  /** Derived values, such as a closure's effects or a linked model; `space` keeps the keys of different makers apart. */
  derived(space: string): DerivedCache {
    const fileOf = (key: string): string => {
      const id = sha256(`${this.#build}\0${space}\0${key}`)
      return join(this.folder, 'derived', id.slice(0, 2), `${id.slice(2, 40)}.json`)
    }
    return {
      get: key => readChecked(fileOf(key)),
      put: (key, value, json) => {
        this.#wrote = true
        writeChecked(fileOf(key), value, '', json)
      },
    }
  }

  /** Writes what is still unwritten, and keeps the folder below its bound. Call it once, after the last use of any facts. */
  close(bound = SIZE_BOUND): void {
    for (const repository of this.#repositories.values()) {
      this.#wrote = repository.save() || this.#wrote
      repository.close()
    }
    this.#repositories.clear()
    if (this.#wrote) pruneAtTimes(this.folder, bound)
  }
}

/** Something in a pack. */
interface Slot {
  /** Where it lies: pack, offset, length, checksum. */
  at?: [pack: string, offset: number, length: number, sum: number]
  /** The last run that used it. */
  run: number
}

/** What is known of a file; its facts are in a pack where the index does not say all. */
interface Row extends Slot {
  index: FileIndex
}

interface IndexFile {
  run: number
  packs: [name: string, size: number][]
  rows: [key: string, row: Row][]
  values: [key: string, slot: Slot][]
  units: [key: string, units: RenderedUnit[]][]
}

/** One repository's facts, and what was made of them: an index that is read whole, and packs that they are read from one by one. */
export class RepositoryCache {
  readonly #folder: string
  readonly #build: string
  readonly #rows = new Map<string, Row>()
  readonly #values = new Map<string, Slot>()
  readonly #units = new Map<string, RenderedUnit[]>()
  readonly #packs = new Map<string, { size: number; file: number }>()
  #run = 1
  #writer: PackWriter | undefined
  #lost: PackWriter | undefined
  #isClosed = false
  #inMemory = 0
  #unsaved = 0

  constructor(folder: string, buildId: string) {
    this.#folder = folder
    this.#build = buildId
    const index = readChecked(join(folder, 'index.json'), buildId) as IndexFile | undefined
    if (!index) return
    this.#run = index.run + 1
    for (const [name, size] of index.packs) this.#openPack(name, size)
    for (const [key, row] of index.rows) if (!row.at || this.#packs.has(row.at[0])) this.#rows.set(key, row)
    for (const [key, slot] of index.values) if (this.#packs.has(slot.at![0])) this.#values.set(key, slot)
    for (const [key, units] of index.units) this.#units.set(key, units)
  }

  /** What is known of a file; `key` is its blob and signature. */
  get(key: string): { index: FileIndex; facts: () => FileFacts } | undefined {
    const row = this.#rows.get(key)
    if (!row) return undefined
    if (row.run !== this.#run) row.run = this.#run
    return { index: row.index, facts: this.#lazily(row) }
  }

  /** Keeps what reading a file gave; the facts come back from memory, or from the pack once there are many. */
  put(key: string, result: FileResult, json?: Buffer): () => FileFacts {
    const { facts, ...index } = result
    const row: Row = { index, run: this.#run }
    const hasMore = json !== undefined || facts?.program !== undefined || facts?.contract !== undefined
    if (hasMore && !this.#lost) {
      const bytes = json ?? Buffer.from(JSON.stringify(facts))
      this.#writer ??= new PackWriter(this.#folder)
      this.#writer.add(row, key, bytes)
      this.#inMemory += bytes.length
    }
    if (!hasMore || row.at) {
      this.#rows.set(key, row)
      this.#unsaved++
    }
    if (facts && (!row.at || this.#inMemory < MEMORY_BOUND)) return () => facts
    if (!row.at && json) {
      const text = json.toString()
      return () => JSON.parse(text) as FileFacts
    }
    return this.#lazily(row)
  }

  /** Many small values that are made of this repository's facts; `space` keeps the keys of different makers apart. */
  derived(space: string): DerivedCache {
    return {
      get: key => {
        const slot = this.#values.get(`${space}\0${key}`)
        if (!slot) return undefined
        slot.run = this.#run
        return this.#read(slot.at!)?.value
      },
      put: (key, value) => {
        const slot: Slot = { run: this.#run }
        if (this.#lost) return
        this.#writer ??= new PackWriter(this.#folder)
        this.#writer.add(slot, `${space}\0${key}`, Buffer.from(JSON.stringify(value)))
        if (!slot.at) return
        this.#values.set(`${space}\0${key}`, slot)
        this.#unsaved++
      },
    }
  }

  /** Rendered units kept for this key, newest first. */
  units(key: string): readonly RenderedUnit[] {
    return this.#units.get(key) ?? []
  }

  putUnit(key: string, unit: RenderedUnit): void {
    this.#units.set(key, [unit, ...this.units(key)].slice(0, UNITS_KEPT))
    this.#unsaved++
  }

  /** Number of results that are not on disk yet. */
  get unsaved(): number {
    return this.#unsaved
  }

  /** Writes packs and index; true where anything was written. */
  save(): boolean {
    if (this.#unsaved === 0) return false
    this.#unsaved = 0
    this.#finishPack()
    if (this.#packs.size > PACKS_KEPT) this.#mergePacks()
    const rows = this.#recent(this.#rows)
    const values = this.#recent(this.#values)
    const named = new Set([...rows, ...values].map(([, slot]) => slot.at?.[0]))
    const index: IndexFile = {
      run: this.#run,
      packs: [...this.#packs].filter(([name]) => named.has(name)).map(([name, { size }]) => [name, size]),
      ...{ rows, values },
      units: [...this.#units],
    }
    return writeChecked(join(this.#folder, 'index.json'), index, this.#build)
  }

  #recent<S extends Slot>(slots: ReadonlyMap<string, S>): [key: string, slot: S][] {
    const used = [...slots.values()].filter(slot => slot.run === this.#run).length
    return [...slots].sort(([, a], [, b]) => b.run - a.run).slice(0, Math.max(ROWS_KEPT, 2 * used))
  }

  close(): void {
    this.#isClosed = true
    for (const { file } of this.#packs.values()) closeSync(file)
    this.#lost?.close()
    this.#packs.clear()
    this.#rows.clear()
    this.#values.clear()
  }

  #lazily(row: Row): () => FileFacts {
    let facts: FileFacts | undefined
    return () => {
      facts ??= row.at
        ? this.#load(row.at)
        : { ...(row.index.manifest ? { manifest: row.index.manifest } : {}), problems: row.index.problems }
      return facts
    }
  }

  /** What lies in a pack; undefined where it was damaged. */
  #read([name, offset, length, sum]: NonNullable<Slot['at']>): { value: unknown } | undefined {
    const pack = name === UNFINISHED ? (this.#lost ?? this.#writer) : this.#packs.get(name)
    if (!pack) return undefined
    const bytes = Buffer.allocUnsafe(length)
    const isWhole = readSync(pack.file, bytes, 0, length, offset) === length && crc32(bytes) === sum
    return isWhole ? { value: JSON.parse(bytes.toString()) } : undefined
  }

  #load(at: NonNullable<Slot['at']>): FileFacts {
    const found = this.#read(at)
    if (found) return found.value as FileFacts
    if (this.#isClosed) throw new Error('facts were asked for after their cache was closed')
    remove(join(this.#folder, 'index.json'))
    throw new UsageError(`the cache ${this.#folder} was damaged while it was in use`, 'Run again: it was cleared. Or run with --no-cache.')
  }

  #openPack(name: string, size: number): void {
    let file: number | undefined
    try {
      file = openSync(join(this.#folder, name), 'r')
      if (fstatSync(file).size === size) this.#packs.set(name, { size, file })
      else closeSync(file)
    } catch {
      if (file !== undefined) closeSync(file)
    }
  }

  #finishPack(): void {
    const writer = this.#writer
    this.#writer = undefined
    if (!writer) return
    const finished = writer.finish()
    if (finished) {
      this.#addPack(finished)
      return
    }
    // What this process still needs is served from the open file.
    this.#lost = writer
    for (const slots of [this.#rows, this.#values]) for (const [key, slot] of slots) if (slot.at?.[0] === UNFINISHED) slots.delete(key)
  }

  #addPack({ name, size, file }: { name: string; size: number; file: number }): void {
    const known = this.#packs.get(name)
    if (known) closeSync(known.file)
    this.#packs.set(name, { size, file })
  }

  /** Many runs leave many small packs: they become one. */
  #mergePacks(): void {
    const small = new Set([...this.#packs].filter(([, { size }]) => size < 4 * MEGABYTE).map(([name]) => name))
    const writer = new PackWriter(this.#folder)
    const moved = new Map<Slot, Slot>()
    for (const [key, row] of [...this.#rows, ...this.#values] as [string, Slot][]) {
      if (!row.at || !small.has(row.at[0])) continue
      const [name, offset, length] = row.at
      const bytes = Buffer.allocUnsafe(length)
      if (readSync(this.#packs.get(name)!.file, bytes, 0, length, offset) !== length) return
      const copy = { ...row }
      writer.add(copy, key, bytes)
      moved.set(row, copy)
    }
    const finished = writer.finish()
    if (!finished) {
      writer.close()
      return
    }
    for (const [row, copy] of moved) if (copy.at) row.at = copy.at
    small.delete(finished.name)
    this.#addPack(finished)
    for (const name of small) {
      closeSync(this.#packs.get(name)!.file)
      this.#packs.delete(name)
      remove(join(this.#folder, name))
    }
  }
}

/** Names a pack that is still being written; its name comes from what is in it. */
const UNFINISHED = ''

let temporaries = 0
const temporaryName = (file: string): string => `${file}.${process.pid}-${temporaries++}.tmp`

/** Writes a pack beside its place as facts come, and puts it in place whole. */
class PackWriter {
  readonly file: number
  readonly #folder: string
  readonly #temporary: string
  readonly #rows: Slot[] = []
  readonly #content: string[] = []
  #size = 0
  #failed = false

  constructor(folder: string) {
    this.#folder = folder
    this.#temporary = temporaryName(join(folder, 'pack'))
    this.file = this.#open()
  }

  #open(): number {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      return openSync(this.#temporary, 'wx+', 0o600)
    } catch {
      this.#failed = true
      return -1
    }
  }

  /** Sets the place of the row; leaves it as it is where writing fails. */
  add(row: Slot, key: string, bytes: Buffer): void {
    if (this.#failed) return
    try {
      writeSync(this.file, bytes, 0, bytes.length, this.#size)
    } catch {
      this.#failed = true
      return
    }
    const sum = crc32(bytes)
    row.at = [UNFINISHED, this.#size, bytes.length, sum]
    this.#rows.push(row)
    this.#content.push(`${key} ${sum}`)
    this.#size += bytes.length
  }

  finish(): { name: string; size: number; file: number } | undefined {
    const name = `${shortHash(this.#content.join('\n'))}.pack`
    try {
      if (this.#failed) throw new Error('not written')
      renameSync(this.#temporary, join(this.#folder, name))
    } catch {
      remove(this.#temporary)
      return undefined
    }
    for (const row of this.#rows) row.at![0] = name
    return { name, size: this.#size, file: this.file }
  }

  close(): void {
    if (this.file >= 0) closeSync(this.file)
  }
}

/** A JSON file with its checksum and tag in front. */
const readChecked = (file: string, tag = ''): unknown => {
  try {
    const bytes = readFileSync(file)
    const end = bytes.indexOf(10)
    if (end < 0) return undefined
    const body = bytes.subarray(end + 1)
    if (bytes.toString('utf8', 0, end) !== `${crc32(body)} ${tag}`) return undefined
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

/** Removes a file that may not be there, or not be ours to remove. */
const remove = (file: string): void => {
  try {
    unlinkSync(file)
  } catch {
    // It is a cache: what stays is found out of date, or pruned.
  }
}

/** Puts a JSON file in place whole; false where that is not possible. */
const writeChecked = (file: string, value: unknown, tag = '', json = JSON.stringify(value)): boolean => {
  const temporary = temporaryName(file)
  try {
    const body = Buffer.from(json)
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 })
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${crc32(body)} ${tag}\n`), body]), { mode: 0o600 })
    renameSync(temporary, file)
    return true
  } catch {
    remove(temporary)
    return false
  }
}

/** Looks at the whole folder once an hour at most. What was written longest ago goes first; unfinished files of an hour ago go always. */
const pruneAtTimes = (folder: string, bound: number): void => {
  const stamp = join(folder, 'pruned')
  try {
    const last = mtime(stamp)
    writeFileSync(`${stamp}.new`, '')
    const now = mtime(`${stamp}.new`)
    if (bound === SIZE_BOUND && now - last < HOUR) return
    renameSync(`${stamp}.new`, stamp)
    prune(folder, bound, now)
  } catch {
    // A folder that cannot be written needs no pruning.
  }
}

const mtime = (file: string): number => {
  try {
    return statSync(file).mtimeMs
  } catch {
    return 0
  }
}

const prune = (folder: string, bound: number, now: number): void => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap(name => {
    const file = join(folder, name)
    try {
      const stat = statSync(file)
      return stat.isFile() && /\.(json|pack|tmp)$/.test(name) ? [{ file, size: stat.size, age: now - stat.mtimeMs }] : []
    } catch {
      return []
    }
  })
  const left = files.filter(({ file, age }) => {
    const isRest = file.endsWith('.tmp') && age > HOUR
    if (isRest) remove(file)
    return !isRest
  })
  let total = left.reduce((sum, f) => sum + f.size, 0)
  if (total <= bound) return
  for (const { file, size } of left.sort(by(f => f.file)).sort((a, b) => b.age - a.age)) {
    if (total <= 0.8 * bound) return
    try {
      unlinkSync(file)
      total -= size
    } catch {
      // Another process was quicker.
    }
  }
}

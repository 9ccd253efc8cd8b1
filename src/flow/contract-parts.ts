import { shortHash } from '../base/hash.ts'
import type { Contract } from '../model/contract.ts'
import type { DerivedCache } from '../model/scan.ts'
import { decode } from '../read/run.ts'
import { documentMembers, documentWith, type Member, memberId } from '../read/syntax/json-members.ts'
import type { Tree, TreeEntry } from '../read/tree.ts'
import { type ReadableFormat, readersFor } from './contract-formats.ts'
import type { ContractSource, OpenedSource } from './contract-sources.ts'

/**
 * Two sources of which only so much is left as has to be read to compare them: the parts that differ, those that lead to them, and all that
 * these lead to. A part is a path or component of an OpenAPI document in JSON, or a package of Protobuf.
 */
export interface Narrowed {
  before: OpenedSource
  after: OpenedSource
  /** Whether what the rest gave is what the whole would have given. */
  isSound: (before: ContractSource, after: ContractSource, rules: readonly string[]) => boolean
}

/**
 * Leaves away what is the same on both sides, where the base is known: it was read before, and nothing was wrong with it. `same`: all of it
 * is. Undefined where that cannot be told, and where nothing can be left away.
 */
export const narrowed = async (
  before: OpenedSource,
  after: OpenedSource,
  cache: DerivedCache,
  as?: ReadableFormat,
): Promise<Narrowed | 'same' | undefined> => {
  const base = await entryOf(before)
  // What a large document hashes to is asked of the base alone.
  const head = after.bytes === undefined ? await entryOf(after) : { path: after.path, blob: '' }
  if (base !== undefined && head !== undefined && isFor('openapi', as)) return narrowedDocuments(before, after, base, head, cache)
  if (base === undefined && head === undefined && isFor('protobuf', as)) return narrowedFolders(before, after, cache)
  return undefined
}

/** Keeps what the next comparison with this base will ask. */
export const remember = async (source: OpenedSource, read: ContractSource, cache: DerivedCache, as?: ReadableFormat): Promise<void> => {
  if (read.problems.length > 0) return
  const entry = await entryOf(source)
  if (entry !== undefined && isFor('openapi', as)) await rememberDocument(source, entry, read, cache)
  else if (entry === undefined && isFor('protobuf', as)) await rememberFolder(source, read, cache)
}

const isFor = (format: ReadableFormat, as: ReadableFormat | undefined): boolean => as === undefined || as === format

const entryOf = async ({ tree, path }: OpenedSource): Promise<TreeEntry | undefined> => (await tree.entries()).find(e => e.path === path)

/** What leads where; parts that are not there lead nowhere. */
type Leads = ReadonlyMap<string, readonly string[]>

/** Parts that lead to one of `changed`, with these and `always`, and everything that they lead to. */
const concerned = (changed: Iterable<string>, always: Iterable<string>, leads: readonly Leads[]): Set<string> => {
  const sources = new Map<string, string[]>()
  for (const side of leads)
    for (const [from, targets] of side)
      for (const to of targets) {
        const known = sources.get(to)
        if (known === undefined) sources.set(to, [from])
        else known.push(from)
      }
  const leading = closure(changed, id => sources.get(id) ?? [])
  for (const id of always) leading.add(id)
  return closure(leading, id => leads.flatMap(side => side.get(id) ?? []))
}

const closure = (from: Iterable<string>, next: (id: string) => readonly string[]): Set<string> => {
  const found = new Set(from)
  for (const id of found) for (const other of next(id)) found.add(other)
  return found
}

/** Maps of a document whose members are parts of their own. */
const OPENED: ReadonlySet<string> = new Set([
  ...['paths', 'webhooks', 'x-webhooks', 'definitions', 'parameters', 'responses', 'components'],
  ...['schemas', 'parameters', 'requestBodies', 'responses', 'headers', 'examples'].map(section => `components/${section}`),
])
const isOpened = (id: string): boolean => OPENED.has(id)

/** What holds for all operations: with another one, everything is another. */
const OF_ALL = ['openapi', 'swagger', 'security', 'servers', 'basePath', 'consumes', 'produces']

/** Paths and components can be left away; the root's other members are few. */
const isPart = ({ inside }: Member): boolean => inside !== '' && inside !== 'components'

/** Of each member: where it stands, the ids that it refers to, and whether it is no more than another name. */
type KnownDocument = [
  inside: string,
  key: string,
  start: number,
  end: number,
  line: number,
  lines: number,
  isOpened: 0 | 1,
  refs: string[],
  isAlias: 0 | 1,
][]

const documentFrom = (known: KnownDocument, bytes: Buffer): Document => {
  const document: Document = { bytes, members: new Map(), refs: new Map() }
  for (const [inside, key, start, end, line, lines, isOpened, refs, isAlias] of known) {
    const member: Member = { inside, key, start, end, line, lines, ...(isOpened ? { isOpened: true } : {}) }
    const id = memberId(member)
    document.members.set(id, member)
    noteRefs(document, id, refs, isAlias === 1)
  }
  return document
}

/** What a component is called depends on its other names: where it is kept, they are. */
const noteRefs = ({ refs: leads }: Document, id: string, refs: readonly string[], isAlias: boolean): void => {
  if (refs.length > 0) leads.set(id, [...(leads.get(id) ?? []), ...refs])
  const [target] = refs
  if (isAlias && target !== undefined) leads.set(target, [...(leads.get(target) ?? []), id])
}

interface Document {
  bytes: Buffer
  members: Map<string, Member>
  /** What parts lead to others. In the later document: of parts that differ. */
  refs: Map<string, readonly string[]>
}

/** Larger ones are read as a whole, or told to be too large. */
const MAX_BYTES = 50_000_000

const narrowedDocuments = async (
  before: OpenedSource,
  after: OpenedSource,
  base: TreeEntry,
  head: TreeEntry,
  cache: DerivedCache,
): Promise<Narrowed | 'same' | undefined> => {
  const known = [base, head].every(e => e.path.endsWith('.json')) ? (cache.get(base.blob) as KnownDocument | undefined) : undefined
  if (known === undefined) return undefined
  const [bytes, others] = [await bytesOf(before, base), await bytesOf(after, head)]
  if (bytes === undefined || others === undefined || others.length > MAX_BYTES) return undefined
  if (bytes.equals(others)) return 'same'
  const old = documentFrom(known, bytes)
  const members = documentMembers(others, isOpened, old)
  const now = members && { bytes: others, members, refs: new Map<string, readonly string[]>() }
  const changed = now && changedIn(old, now)
  if (now === undefined || changed === undefined || arePathsTwice(now)) return undefined
  const always = [...old.members, ...now.members].flatMap(([id, m]) => (isPart(m) ? [] : [id]))
  const kept = concerned(changed, always, [old.refs, now.refs])
  if ([...old.members.keys()].every(id => kept.has(id)) || ![old, now].every(d => isSteady(d, kept))) return undefined
  return {
    before: withDocument(before, base, old, kept),
    after: withDocument(after, head, now, kept),
    isSound: (a, b) => a.problems.length + b.problems.length === 0,
  }
}

const withDocument = (source: OpenedSource, entry: TreeEntry, { bytes, members }: Document, kept: ReadonlySet<string>): OpenedSource => {
  const left = documentWith(
    bytes,
    [...members.values()].filter(m => kept.has(memberId(m))),
  )
  return {
    ...source,
    tree: {
      ...source.tree,
      entries: async () => [entry],
      async *read(entries) {
        for (const e of entries) yield { entry: e, bytes: left, blob: entry.blob }
      },
    },
  }
}

/**
 * Whether what is folded into one schema is the same whatever else is read: no schema is folded into itself, and what comes first in the text
 * can be told by lines.
 */
const isSteady = ({ bytes, members }: Document, kept: ReadonlySet<string>): boolean => {
  const last = [...members.values()].at(-1)
  const areLinesFew = last === undefined || last.line + last.lines < 2 * members.size
  const folded = new Map<string, string[]>()
  for (const [id, { start, end, isOpened, key }] of members) {
    const text = isOpened || !kept.has(id) ? '' : bytes.toString('utf8', start, end)
    if (!FOLDING.test(text)) continue
    if (areLinesFew) return false
    try {
      folded.set(id, foldedRefs((JSON.parse(`{${text}}`) as Record<string, unknown>)[key]))
    } catch {
      return false
    }
  }
  return folded.size < MAX_FOLDED && [...folded].every(([id, refs]) => !closure(refs, ref => folded.get(ref) ?? []).has(id))
}

const FOLDING = /"(?:allOf|oneOf|anyOf)"|^"[^"]*"\s*:\s*\{\s*"\$ref"/
const MAX_FOLDED = 5_000
const MAX_NESTED = 100

/** Components that a schema is one with: allOf, and unions of one member. */
const foldedRefs = (schema: unknown, depth = 0): string[] => {
  if (typeof schema !== 'object' || schema === null || depth > MAX_NESTED) return []
  const { $ref, allOf, oneOf, anyOf } = schema as Record<string, unknown>
  const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
  const union = [...listed(oneOf), ...listed(anyOf)]
  const parts = [...listed(allOf), ...(union.length <= 2 ? union : [])]
  const own = typeof $ref === 'string' ? [$ref.slice(2)] : []
  return [...own, ...parts.flatMap(part => foldedRefs(part, depth + 1))]
}

/** Ids of the parts that are not the same on both sides; what those of the later document lead to is noted. Undefined where more than parts differ. */
const changedIn = (old: Document, now: Document): Set<string> | undefined => {
  const changed = new Set<string>()
  for (const [id, member] of now.members) {
    const other = old.members.get(id)
    if (member.isOpened !== other?.isOpened && (member.isOpened ?? other?.isOpened)) return undefined
    const isSame = other !== undefined && (member.isOpened === true || member.isKnown === true || isEqual(old, other, now, member))
    if (!isSame && OF_ALL.includes(id)) return undefined
    if (isSame) continue
    const refs = refsOf(now.bytes, member)
    if (refs === undefined) return undefined
    noteRefs(now, id, refs, isAlias(now.bytes, member, refs))
    changed.add(id)
  }
  for (const [id, member] of old.members) {
    if (now.members.has(id)) continue
    if (member.isOpened || OF_ALL.includes(id)) return undefined
    changed.add(id)
  }
  return changed
}

const isEqual = (old: Document, a: Member, now: Document, b: Member): boolean =>
  a.end - a.start === b.end - b.start && now.bytes.compare(old.bytes, a.start, a.end, b.start, b.end) === 0

/** Two paths that are told apart by the names of their parameters alone: the operations of one are called after what the other has. */
const arePathsTwice = ({ members }: Pick<Document, 'members'>): boolean => {
  const paths = [...members.values()]
    .filter(m => m.inside === 'paths')
    .map(m => m.key.replace(/\{[^{}]*\}/g, '{}').replace(/(?<=.)\/$/, ''))
  return new Set(paths).size < paths.length
}

/** Shared responses of Swagger 2 have the media types of the operation that comes to them first. */
const isByFirstUse = (members: ReadonlyMap<string, Member>): boolean => members.has('swagger') && members.has('responses')

const REF = /"\$ref"\s*:\s*"((?:[^"\\]|\\.)*)"/g
const PLAIN = /^#\/((?:components\/[^/~%\\]+|definitions|parameters|responses)\/[^/~%\\]+)$/

/** Parts that a part refers to, by their ids; undefined where it refers to anything but whole components of its own document. */
const refsOf = (bytes: Buffer, { start, end, isOpened }: Member): string[] | undefined => {
  const text = isOpened ? '' : bytes.toString('utf8', start, end)
  if (/\\u00/.test(text) && text.includes('\\u0024')) return undefined
  const refs = new Set<string>()
  for (const [, ref] of text.matchAll(REF)) {
    const id = PLAIN.exec(ref!)?.[1]
    if (id === undefined) return undefined
    refs.add(id).add(id.slice(0, id.lastIndexOf('/')))
  }
  return [...refs]
}

/** A component that is a reference and nothing else; `refs` are then the component that it names, and the section of that. */
const isAlias = (bytes: Buffer, { start, end }: Member, refs: readonly string[]): boolean =>
  refs.length === 2 && /^"[^"]*"\s*:\s*\{\s*"\$ref"\s*:\s*"[^"]*"\s*\}$/.test(bytes.toString('utf8', start, end))

const rememberDocument = async (source: OpenedSource, entry: TreeEntry, read: ContractSource, cache: DerivedCache): Promise<void> => {
  const isAlone = read.document?.format === 'openapi' && read.document.files.length === 1 && read.contracts.length === 1
  if (!isAlone || !entry.path.endsWith('.json') || cache.get(entry.blob) !== undefined) return
  const bytes = await bytesOf(source, entry)
  const members = bytes && documentMembers(bytes, isOpened)
  if (members === undefined || arePathsTwice({ members }) || isByFirstUse(members)) return
  const known: KnownDocument = []
  for (const member of members.values()) {
    const refs = refsOf(bytes!, member)
    if (refs === undefined) return
    const { inside, key, start, end, line, lines, isOpened } = member
    known.push([inside, key, start, end, line, lines, isOpened ? 1 : 0, refs, isAlias(bytes!, member, refs) ? 1 : 0])
  }
  cache.put(entry.blob, known)
}

const bytesOf = async ({ tree, bytes }: OpenedSource, entry: TreeEntry): Promise<Buffer | undefined> => {
  if (bytes !== undefined) return bytes
  for await (const content of tree.read([entry], Number.MAX_SAFE_INTEGER)) return 'bytes' in content ? content.bytes : undefined
  return undefined
}

interface KnownFolder {
  /** Packages: their files, and the packages that they use. Of one name there may be several contracts: they are kept together. */
  packages: [name: string, files: string[], refs: string[]][]
  /** Names that nothing defines. */
  open: string[]
}

/** The Protobuf files of a folder, and what is the same if they are. */
const protosOf = async ({ tree, path }: OpenedSource): Promise<{ files: Map<string, TreeEntry>; key: string }> => {
  const entries = (await tree.entries()).filter(e => e.path.endsWith('.proto') && (path === '' || e.path.startsWith(`${path}/`)))
  return { files: new Map(entries.map(e => [e.path, e])), key: shortHash(entries.map(e => `${e.path} ${e.blob}`).join('\n')) }
}

const narrowedFolders = async (before: OpenedSource, after: OpenedSource, cache: DerivedCache): Promise<Narrowed | undefined> => {
  const [old, now] = [await protosOf(before), await protosOf(after)]
  const known = cache.get(old.key) as KnownFolder | undefined
  if (known === undefined || before.path !== after.path) return undefined
  const packageOf = new Map(known.packages.flatMap(([id, files]) => files.map((file): [string, string] => [file, id])))
  const differing = [...now.files.values()].filter(e => old.files.get(e.path)?.blob !== e.blob)
  const changed = new Set([...old.files].flatMap(([path, e]) => (now.files.get(path)?.blob === e.blob ? [] : [packageOf.get(path) ?? ''])))
  const read = await packagesIn(after.tree, differing)
  for (const [path, { id }] of read) {
    packageOf.set(path, id)
    changed.add(id)
  }
  if (changed.has('') || read.size < differing.length) return undefined
  const imported = new Map<string, string[]>()
  for (const { id, imports } of read.values())
    imported.set(id, [...(imported.get(id) ?? []), ...imports.flatMap(name => packagesNamed(name, packageOf))])
  // Something is left in any case: a folder without contracts is a mistake.
  const start = changed.size > 0 ? changed : known.packages.slice(0, 1).map(([id]) => id)
  const kept = concerned(start, [], [new Map(known.packages.map(([id, , refs]) => [id, refs])), imported])
  const isLeft = (path: string): boolean => kept.has(packageOf.get(path) ?? '')
  if ([...packageOf.keys()].every(isLeft)) return undefined
  const open = new Set(known.open)
  return {
    before: withFiles(before, isLeft),
    after: withFiles(after, isLeft),
    // Whole packages and services that come or go are told by a look at all others.
    isSound: (a, b, rules) =>
      a.problems.length + b.problems.length === 0 &&
      rules.every(rule => !/^(contract|operation)-/.test(rule)) &&
      [...a.contracts, ...b.contracts].every(c => openNames(c).every(name => open.has(name))),
  }
}

const packagesIn = async (tree: Tree, entries: readonly TreeEntry[]): Promise<Map<string, { id: string; imports: string[] }>> => {
  const found = new Map<string, { id: string; imports: string[] }>()
  const [reader] = await readersFor([], 'protobuf')
  for await (const content of tree.read(entries, Number.MAX_SAFE_INTEGER)) {
    const text = 'bytes' in content ? decode(content.bytes) : undefined
    const { contract } = text === undefined ? {} : await reader!.read({ path: content.entry.path, content: text, withoutHashes: true })
    if (contract !== undefined) found.set(content.entry.path, { id: contract.name, imports: contract.imports })
  }
  return found
}

const packagesNamed = (name: string, packageOf: ReadonlyMap<string, string>): string[] =>
  [...packageOf].flatMap(([path, id]) => (path === name || path.endsWith(`/${name}`) ? [id] : []))

const withFiles = (source: OpenedSource, isLeft: (path: string) => boolean): OpenedSource => ({
  ...source,
  tree: { ...source.tree, entries: async () => (await source.tree.entries()).filter(e => !e.path.endsWith('.proto') || isLeft(e.path)) },
})

const openNames = ({ nodes }: Contract): string[] =>
  nodes.flatMap(n => n.edges.flatMap(({ to }) => (typeof to === 'number' || to.contract !== undefined ? [] : [to.name])))

const rememberFolder = async (source: OpenedSource, read: ContractSource, cache: DerivedCache): Promise<void> => {
  const { files, key } = await protosOf(source)
  if (cache.get(key) !== undefined) return
  const contracts = read.contracts.filter(c => c.format === 'protobuf')
  const shown = new Map([...files.keys()].map(path => [source.shown(path), path]))
  const names = new Map(contracts.map(c => [c.id, c.name]))
  const packages = new Map<string, { files: string[]; refs: Set<string> }>()
  for (const { name, files: own, copies, nodes } of contracts) {
    const known = packages.get(name) ?? { files: [], refs: new Set() }
    packages.set(name, known)
    known.files.push(...own.flatMap(f => shown.get(f) ?? []), ...copies.map(c => c.file))
    for (const { edges } of nodes)
      for (const { to } of edges) {
        const used = typeof to === 'number' || to.contract === undefined ? undefined : names.get(to.contract)
        if (used !== undefined) known.refs.add(used)
      }
  }
  const told = new Set([...packages.values()].flatMap(p => p.files))
  if (told.size !== files.size || packages.has('')) return
  const known: KnownFolder = {
    packages: [...packages].map(([name, p]) => [name, p.files, [...p.refs]]),
    open: [...new Set(contracts.flatMap(openNames))],
  }
  cache.put(key, known)
}

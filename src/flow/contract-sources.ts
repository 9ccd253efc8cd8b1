import { basename, dirname, isInside, join } from '../base/path.ts'
import { UsageError } from '../base/usage-error.ts'
import { joinContracts } from '../link/contracts.ts'
import type { Contract } from '../model/contract.ts'
import type { Problem } from '../model/evidence.ts'
import type { ContractFile } from '../model/fragment.ts'
import { openRepository, resolveCommit } from '../read/git.ts'
import { type Parts, partsOfDocument } from '../read/parts.ts'
import type { Reader, ReaderInput } from '../read/reader.ts'
import { decode } from '../read/run.ts'
import { type BufPolicy, bufPolicies } from '../read/syntax/buf-config.ts'
import { filesNamedIn } from '../read/syntax/references.ts'
import { memoryTree, type Tree, type TreeEntry } from '../read/tree.ts'
import { folderTree } from '../read/tree-folder.ts'
import { inputBytes } from '../read/tree-input.ts'
import { revisionTree } from '../read/tree-revision.ts'
import type { Composition } from './composition.ts'
import { type ReadableFormat, readableFormats, readersFor } from './contract-formats.ts'

const FILE_LIMIT = 64 * 1024 * 1024
/** Documents that one document may lead to by its references. */
const MAX_REFERENCED = 2_000

/** Contracts of a document (with those it refers to) or of a folder. `document`: the contract of the named document itself. */
export interface ContractSource {
  contracts: Contract[]
  document?: Contract
  /** Of contracts, those that are composed into another one. */
  members: ReadonlySet<string>
  /** The folder that was named, as paths of the contracts have it. */
  root: string
  /** What configuration of other tools says of the compatibility that is wanted. */
  policies: BufPolicy[]
  problems: Problem[]
}

/** Reads contracts, and nothing else. Throws UsageError where a document is no contract. */
export const contractsIn = async ({ place, tree, path, shown, around }: OpenedSource, as?: ReadableFormat): Promise<ContractSource> => {
  const entries = await tree.entries()
  const entry = entries.find(e => e.path === path)
  const below = entries.filter(e => path === '' || e.path.startsWith(`${path}/`))
  const readers = await readersFor(
    (entry === undefined ? below : [entry]).map(e => e.path),
    as,
  )
  if (entry !== undefined)
    return await documentIn({ tree, around: around ?? (async () => tree), readers, shown, forced: as !== undefined }, entry)
  const inside = below.filter(e => readers.some(r => r.wants(e.path)))
  if (path !== '' && inside.length === 0) throw new UsageError(`${place} holds no contract`, 'Name a document or a folder that is there.')
  const read = await contractFiles(tree, inside, readers)
  const found = joined(tree, read.files, [...read.problems, ...tree.problems], shown)
  const { supergraph, members, problems } = await composed(found.contracts)
  const contracts = supergraph === undefined ? found.contracts : [...found.contracts, supergraph]
  const configuration = await configured(
    tree,
    entries.filter(e => isInside(e.path, path)),
    shown,
  )
  return {
    ...{ contracts, members, root: shown(path).replace(/\/$/, ''), policies: configuration.policies },
    problems: [...found.problems, ...problems, ...configuration.problems],
  }
}

/** Subgraphs of one folder are one graph; most folders hold none. */
const composed = async (contracts: readonly Contract[]): Promise<Composition> =>
  contracts.some(c => c.format === 'graphql')
    ? (await import('./composition.ts')).composition(contracts)
    : { members: new Set(), problems: [] }

/** Where contracts are, opened but not read. */
export interface OpenedSource {
  /** As the user named it. */
  place: string
  tree: Tree
  /** Of the document or folder, in the tree. */
  path: string
  /** A path of the tree as the user knows it. */
  shown: (file: string) => string
  /** What the document holds, where it is a file of this machine. */
  bytes?: Buffer
  /** The tree that a document's references lead into, where it is another one: listed only if there are any. */
  around?: () => Promise<Tree>
}

/** Opens `FILE`, `FOLDER` or `REVISION:PATH`; relative paths start at `folder`, an absolute path. Throws UsageError where there is no such place. */
export const openSource = async (place: string, folder: string): Promise<OpenedSource> => {
  const [, revision, inside] = /^([^:]+):(.*)$/s.exec(place) ?? []
  try {
    return await onDisk(place, folder)
  } catch (error) {
    if (revision === undefined || inside === undefined) throw error
  }
  const repository = await openRepository(folder)
  const path = join('', inside!.replace(/\/+$/, ''))
  if (path === undefined) throw new UsageError(`${place} leads out of the repository`, 'Write the path from the root of the repository.')
  const tree = revisionTree(repository, await resolveCommit(repository, revision))
  return { place, tree, path: path === '.' ? '' : path, shown: file => file }
}

/** A document's tree is its folder: what it refers to outside of it is not read. */
const onDisk = async (place: string, folder: string): Promise<OpenedSource> => {
  const absolute = place.startsWith('/') || /^[A-Za-z]:[\\/]/.test(place) ? place : `${folder}/${place}`
  const bytes = inputBytes(absolute)
  const given = place.replaceAll('\\', '/').replace(/\/+$/, '')
  const start = bytes === undefined ? given : dirname(given)
  const prefix = start === '' || start === '.' ? '' : `${start.replace(/^\.\//, '')}/`
  const shown = (file: string): string => prefix + file
  if (bytes === undefined) return { place, tree: await folderTree(absolute), path: '', shown }
  const path = basename(given)
  const root = dirname(absolute.replaceAll('\\', '/')) || '/'
  const repo = basename(root) || 'folder'
  let listed: Promise<Tree> | undefined
  const around = (): Promise<Tree> => {
    listed ??= folderTree(root).then(t => ({ ...t, repo }))
    return listed
  }
  return { place, tree: memoryTree({ [path]: bytes }, { repo }), path, shown, bytes, around }
}

interface Read {
  files: ContractFile[]
  problems: Problem[]
}

const contractFiles = async (
  tree: Tree,
  entries: readonly TreeEntry[],
  readers: readonly Reader[],
  forced = false,
  around: () => Promise<Tree> = async () => tree,
): Promise<Read> => {
  const files: ContractFile[] = []
  const problems: Problem[] = []
  const tell = (file: string, code: string, message: string, severity: 'error' | 'warning', line = 1): void => {
    problems.push({ code, message, severity, at: { repo: tree.repo, file, line } })
  }
  for await (const content of tree.read(entries, FILE_LIMIT)) {
    const { path } = content.entry
    if ('tooLarge' in content) tell(path, 'contract/too-large', `larger than ${FILE_LIMIT / 1024 / 1024} MB, not read`, 'error')
    else if ('missing' in content) tell(path, 'contract/missing', `not read: ${content.missing}`, 'error')
    const text = 'bytes' in content ? decode(content.bytes) : undefined
    if (text === undefined || !('blob' in content)) continue
    for (const reader of readers) {
      if (!forced && (!reader.wants(path) || reader.recognises?.(text) === false)) continue
      const parts = reader.leads === true && filesNamedIn(path, text).length > 0 ? await partsIn(await around(), path, text) : undefined
      const found = await readSafely(reader, {
        path,
        content: text,
        ...(parts === undefined ? {} : { beside: p => parts.contents.get(p) }),
      })
      for (const p of [...found.problems, ...(parts?.problems ?? [])]) tell(path, p.code, p.message, p.severity, p.line)
      if (found.contract !== undefined) files.push({ file: path, digest: content.blob, contract: found.contract })
    }
  }
  return { files, problems }
}

const partsIn = async (tree: Tree, path: string, text: string): Promise<Parts> =>
  partsOfDocument(tree, new Map((await tree.entries()).map(e => [e.path, e])), path, text)

const readSafely = async (reader: Reader, input: ReaderInput): Promise<Awaited<ReturnType<Reader['read']>>> => {
  try {
    return await reader.read({ ...input, withoutHashes: true })
  } catch (error) {
    const message = `the reader ${reader.name} failed here (${error instanceof Error ? error.message : String(error)})`
    return { problems: [{ code: 'read/failed', message, severity: 'error' }] }
  }
}

interface Reading {
  tree: Tree
  around: () => Promise<Tree>
  readers: readonly Reader[]
  shown: (file: string) => string
  /** The format was named: neither file name nor content has to look like it. */
  forced: boolean
}

const documentIn = async ({ tree, around, readers, shown, forced }: Reading, entry: TreeEntry): Promise<ContractSource> => {
  const { files, problems } = await contractFiles(tree, [entry], readers, forced, around)
  const main = files[0]
  if (main === undefined) {
    const first = problems.find(p => p.severity === 'error')
    const why = first === undefined ? '' : ` (line ${first.at?.line ?? 1}: ${first.message})`
    const kind = forced ? `${readers[0]!.name} document` : 'contract'
    throw new UsageError(`${shown(entry.path)} is no ${kind}${why}`, `Name a contract; its format: --as ${readableFormats.join('|')}`)
  }
  const more = await referencedFiles(main, around, readers)
  const source = joined(tree, [main, ...more.files], [...problems, ...more.problems], shown)
  const document = source.contracts.find(c => c.files.includes(shown(entry.path)))
  return { ...source, ...(document === undefined ? {} : { document }) }
}

/** Files that a document leads to, over any number of references. */
const referencedFiles = async (main: ContractFile, around: () => Promise<Tree>, readers: readonly Reader[]): Promise<Read> => {
  const all: Read = { files: [main], problems: [] }
  if (main.contract.imports.length === 0) return { files: [], problems: [] }
  const tree = await around()
  const entries = await tree.entries()
  const known = new Set([main.file])
  for (let i = 0; i < all.files.length && known.size < MAX_REFERENCED; i++) {
    const more = referenced(all.files[i]!, entries).filter(e => !known.has(e.path))
    for (const e of more) known.add(e.path)
    const found = await contractFiles(tree, more, readers)
    all.files.push(...found.files)
    all.problems.push(...found.problems)
  }
  tree.close()
  return { files: all.files.slice(1), problems: all.problems }
}

/** Files that a document names: beside it, or (imports of Protobuf) below any folder of the tree. */
const referenced = ({ file, contract }: ContractFile, entries: readonly TreeEntry[]): TreeEntry[] =>
  contract.imports.flatMap(name => {
    const beside = join(dirname(file), name)
    return entries.find(e => e.path === beside) ?? entries.find(e => e.path === name || e.path.endsWith(`/${name}`)) ?? []
  })

/** Every `buf.yaml` of the folder. */
const configured = async (
  tree: Tree,
  entries: readonly TreeEntry[],
  shown: (file: string) => string,
): Promise<{ policies: BufPolicy[]; problems: Problem[] }> => {
  const found: { policies: BufPolicy[]; problems: Problem[] } = { policies: [], problems: [] }
  const files = entries.filter(e => basename(e.path) === 'buf.yaml').slice(0, MAX_CONFIGURED)
  for await (const content of tree.read(files, FILE_LIMIT)) {
    const text = 'bytes' in content ? decode(content.bytes) : undefined
    if (text === undefined) continue
    const { policies, problems } = bufPolicies(text, dirname(content.entry.path))
    for (const { code, message, severity, line } of problems)
      found.problems.push({ code, message, severity, at: { repo: tree.repo, file: shown(content.entry.path), line: line ?? 1 } })
    const moved = (path: string): string => shown(path).replace(/\/$/, '')
    for (const p of policies)
      found.policies.push({
        ...{ ...p, root: moved(p.root), ignore: p.ignore.map(moved) },
        ignoreOnly: Object.fromEntries(Object.entries(p.ignoreOnly).map(([rule, paths]) => [rule, paths.map(moved)])),
      })
  }
  return found
}

const MAX_CONFIGURED = 200

const joined = (
  tree: Tree,
  files: readonly ContractFile[],
  problems: readonly Problem[],
  shown: (file: string) => string,
): ContractSource => {
  const { contracts, problems: more } = joinContracts({
    files: files.map(file => ({ repo: tree.repo, file })),
    stubs: [],
    programs: [],
    withWellKnown: true,
    areOwned: true,
  })
  const placed = [...problems, ...more].map(p => (p.at === undefined ? p : { ...p, at: { ...p.at, file: shown(p.at.file) } }))
  return {
    contracts: contracts.map(c => ({ ...c, files: c.files.map(shown) })),
    members: new Set(),
    root: '',
    policies: [],
    problems: placed,
  }
}

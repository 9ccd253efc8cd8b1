import { dirname, join } from '../../base/path.ts'
import { parseJson } from './json.ts'
import { pointed } from './json-pointer.ts'
import { at, type DataNode, textOf } from './node.ts'
import { parseYaml } from './yaml.ts'

/** A file that references are read in: the document itself, or a part of it that lies in a file of its own. */
export interface Source {
  path: string
  root: DataNode
  /** In the files of the contract; the document is 0. */
  index: number
  /** What its references' pointers led to so far. */
  targets: Map<string, DataNode | undefined>
}

/** What a pointer leads to in a file: the same ones are asked for over and over. */
export const targetIn = (source: Source, pointer: string): DataNode | undefined => {
  const known = source.targets.get(pointer)
  if (known !== undefined || source.targets.has(pointer)) return known
  const found = pointed(source.root, pointer)
  source.targets.set(pointer, found)
  return found
}

/** The files of one document. `beside` gives the content of others of its tree by their paths; what it does not give is not read. */
export class Sources {
  readonly main: Source
  /** Parts, in the order they were come to: the first one has index 1. */
  readonly files: string[] = []
  /** Files that are referred to and were not given, as they are written. */
  readonly missing = new Set<string>()
  private readonly known = new Map<string, Source | undefined>()
  private readonly beside: ((path: string) => string | undefined) | undefined
  private readonly isProse: Parameters<typeof parseJson>[1]

  constructor(path: string, root: DataNode, beside?: (path: string) => string | undefined, isProse?: Parameters<typeof parseJson>[1]) {
    this.main = { path, root, index: 0, targets: new Map() }
    this.known.set(path, this.main)
    this.beside = beside
    this.isProse = isProse
  }

  /** The file that a reference names from where it stands. Undefined: it is elsewhere, not there, or a file that cannot be parsed. */
  named(file: string, from: Source): Source | undefined {
    if (file === '') return from
    const path = isElsewhere(file) ? undefined : join(dirname(from.path), unescaped(file))
    if (path === undefined) return undefined
    if (!this.known.has(path)) this.known.set(path, this.read(path))
    const found = this.known.get(path)
    if (found === undefined) this.missing.add(file)
    return found
  }

  private read(path: string): Source | undefined {
    const content = this.beside?.(path)
    if (content === undefined) return undefined
    const root = path.endsWith('.json') ? parseJson(content, this.isProse).root : parseYaml(content).documents[0]
    return root === undefined ? undefined : { path, root, index: this.files.push(path), targets: new Map() }
  }

  /** What a value is, wherever it stands: references are followed, a few at most. */
  followed(node: DataNode, from: Source): { node: DataNode; source: Source } {
    let [here, source] = [node, from]
    for (let i = 0; i < MAX_STEPS; i++) {
      const ref = textOf(at(here, '$ref'))
      if (ref === undefined) break
      const [file, pointer] = partsOf(ref)
      const next = this.named(file, source)
      const target = next === undefined ? undefined : targetIn(next, pointer)
      if (next === undefined || target === undefined) break
      ;[here, source] = [target, next]
    }
    return { node: here, source }
  }
}

const MAX_STEPS = 20

/** `parts/seat.yaml#/Seat`: the file and the pointer in it. */
export const partsOf = (ref: string): [file: string, pointer: string] => {
  const [file = '', pointer = ''] = ref.split(/#(.*)/s)
  return [file, pointer]
}

export const isElsewhere = (file: string): boolean => /^([a-z][a-z+.-]+:|\/\/)/i.test(file)

const unescaped = (file: string): string => {
  try {
    return decodeURIComponent(file)
  } catch {
    return file
  }
}

const REFERENCE = /["']?\$ref["']?\s*:\s*(?:"([^"#\n]+)|'([^'#\n]+)|([^\s"'#,}]+))/g

/** Files of the tree that a text refers to, from the folder it lies in. */
export const filesNamedIn = (path: string, content: string): string[] => {
  const found = new Set<string>()
  for (const match of content.matchAll(REFERENCE)) {
    const file = match[1] ?? match[2] ?? match[3] ?? ''
    const target = isElsewhere(file) ? undefined : join(dirname(path), unescaped(file))
    if (target !== undefined && target !== path && /\.(json|ya?ml)$/.test(target)) found.add(target)
  }
  return [...found]
}

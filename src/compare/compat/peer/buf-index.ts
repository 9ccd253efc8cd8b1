import type { Contract, Edge, Json, Node } from '../../../model/contract.ts'

/** A declaration of one side: its node, and the file and package around it. */
export interface Declared {
  contract: Contract
  node: Node
  /** Full name. */
  name: string
  /** The name inside its package. */
  local: string
  /** Path below the folder of its module. */
  file: string
  root: string
  package: string
}

export type Kind = 'message' | 'enum' | 'service' | 'extension'

/** Every declaration of one side, by full name and by file. */
export interface Side {
  files: ReadonlyMap<string, Declared>
  packages: ReadonlySet<string>
  types: Readonly<Record<Kind, ReadonlyMap<string, Declared>>>
  /** By what is extended and the number. */
  extensions: ReadonlyMap<string, Declared>
}

export const sideOf = (contracts: readonly Contract[], roots: readonly string[]): Side => {
  const files = new Map<string, Declared>()
  const types = { message: new Map(), enum: new Map(), service: new Map(), extension: new Map() } as Record<Kind, Map<string, Declared>>
  const extensions = new Map<string, Declared>()
  for (const contract of contracts) {
    const inside = filesOf(contract, roots)
    const declare = (kind: Kind, node: Node): void => {
      const { file, root, package: own } = inside[node.at.file] ?? { file: '', root: '', package: '' }
      const name = node.name ?? ''
      const found = { contract, node, name, local: own === '' ? name : name.slice(own.length + 1), file, root, package: own }
      if (!types[kind].has(name)) types[kind].set(name, found)
      if (kind === 'extension') extensions.set(`${node.facets.extendee} ${node.facets.number}`, found)
    }
    for (const edge of contract.nodes[contract.root]!.edges) {
      const node = typeof edge.to === 'number' ? contract.nodes[edge.to] : undefined
      if (node === undefined) continue
      const own = inside[node.at.file]
      if (edge.role === 'file' && own !== undefined) files.set(own.file, { contract, node, name: own.file, local: own.file, ...own })
      else if (isKind(edge.role)) declare(edge.role, node)
    }
    for (const node of contract.nodes) if (node.facets.mapEntry === true) declare('message', node)
  }
  return { files, types, extensions, packages: new Set([...files.values()].map(f => f.package)) }
}

const placeIn = (path: string, roots: readonly string[]): { file: string; root: string } => {
  let root = ''
  for (const r of roots) if (r.length > root.length && path.startsWith(`${r}/`)) root = r
  return { file: root === '' ? path : path.slice(root.length + 1), root }
}

const isKind = (role: string): role is Kind => role === 'message' || role === 'enum' || role === 'service' || role === 'extension'

type FilePlace = Pick<Declared, 'file' | 'root' | 'package'>

/** Of each file of a contract. A single document answers to the name of the one that it is compared with. */
const filesOf = (contract: Contract, roots: readonly string[]): FilePlace[] => {
  const out: FilePlace[] = []
  for (const edge of contract.nodes[contract.root]!.edges)
    if (edge.role === 'file' && typeof edge.to === 'number') {
      const { at, facets } = contract.nodes[edge.to]!
      const path = contract.files[at.file] ?? edge.key
      const place = path === edge.key || path.endsWith(`/${edge.key}`) ? placeIn(path, roots) : { file: edge.key, root: '' }
      out[at.file] = { ...place, package: String(facets.package ?? '') }
    }
  return out
}

/** The parts of a declaration of one role, by key. */
export const partsOf = ({ contract, node }: Declared, role: Edge['role']): Map<string, Node> => {
  const found = new Map<string, Node>()
  for (const edge of node.edges) if (edge.role === role && typeof edge.to === 'number') found.set(edge.key, contract.nodes[edge.to]!)
  return found
}

/** What a field holds, as the peer tells it: the kind of type, and its full name unless it is a scalar. */
export interface FieldType {
  kind: string
  name: string
  /** Local name of an enum, for those that moved. */
  declared?: Declared
}

export const typeOf = (side: Side, contract: Contract, field: Node): FieldType => {
  if (typeof field.facets.type === 'string') return { kind: field.facets.type, name: field.facets.type }
  const edge = field.edges.find(e => e.role === 'type')
  const name = edge === undefined ? '' : nameOfTarget(contract, edge)
  const found = side.types.enum.get(name)
  if (found !== undefined) return { kind: 'enum', name, declared: found }
  return { kind: field.facets.delimited === true ? 'group' : 'message', name }
}

export const nameOfTarget = (contract: Contract, edge: Edge): string =>
  typeof edge.to === 'number' ? (contract.nodes[edge.to]?.name ?? '') : edge.to.name

/** `implicit`, `optional`, `required`, `repeated`, `map`; members of message type always know their presence. */
export const cardinalityOf = (side: Side, contract: Contract, field: Node): string => {
  const label = String(field.facets.label)
  if (label !== 'implicit') return label
  const { kind } = typeOf(side, contract, field)
  return kind === 'message' || kind === 'group' ? 'optional' : label
}

/** The default that holds, comparable over types: the zero of every type is one value, `true` is 1, an enum's value its number. */
export const defaultOf = (side: Side, contract: Contract, field: Node): Json => {
  const { kind, declared } = typeOf(side, contract, field)
  const written = field.facets.default
  if (kind === 'enum') {
    const values = declared === undefined ? [] : [...partsOf(declared, 'value')]
    const [number] = (written === undefined ? values[0] : values.find(([, v]) => namesOf(v).includes(String(written)))) ?? []
    return normal(number === undefined ? (written ?? null) : Number(number))
  }
  return normal(written ?? null)
}

const normal = (value: Json): Json => {
  const plain = value === true ? 1 : value === false ? 0 : value
  return plain === 0 || plain === '' ? null : plain
}

/** An enum value may have further names for its number. */
export const namesOf = ({ facets }: Node): string[] => [
  String(facets.name),
  ...(Array.isArray(facets.aliases) ? facets.aliases.map(String) : []),
]

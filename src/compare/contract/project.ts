import { canonicalName } from '../../base/names.ts'
import type { Change } from '../../model/change.ts'
import { type Contract, type Edge, elementId } from '../../model/contract.ts'
import type { MemberUse } from '../../model/fragment.ts'
import { formatOf } from '../compat/formats.ts'
import { type Addresses, addressesOf } from './address.ts'
import type { Format } from './format.ts'
import { type Graph, graphOf, type Ix, operationsOf, targetOf } from './graph.ts'

/** What a path of member names, as code writes them, leads over. */
export interface Projection {
  /** Ids of the elements on the way, as `Change.subject.id` has them, the last ones included. */
  elements: ReadonlySet<string>
  /** Ids of the types where the path ends: where values of an enum are read or sent. */
  ends: ReadonlySet<string>
  /** False: the operation is unknown, or a name on the path is no member; what lies beyond was not seen. */
  complete: boolean
}

const NOTHING: Projection = { elements: new Set(), ends: new Set(), complete: false }

interface Indexed {
  graph: Graph
  format: Format
  addresses: Addresses
  operations: ReadonlyMap<string, Ix>
}

const KNOWN = new WeakMap<readonly Contract[], WeakMap<Contract, Indexed>>()
const ALONE = new WeakMap<Contract, readonly Contract[]>()

const indexed = (contract: Contract, pool: readonly Contract[]): Indexed | undefined => {
  const known = KNOWN.get(pool) ?? new WeakMap<Contract, Indexed>()
  KNOWN.set(pool, known)
  const found = known.get(contract)
  const format = formatOf(contract.format)
  if (found !== undefined || format === undefined) return found
  const graph = graphOf([contract, ...pool.filter(c => c !== contract && c.format === contract.format)])
  const operations = new Map<string, Ix>()
  for (const o of operationsOf(graph)) if (o.contract === 0 || !operations.has(o.id)) operations.set(o.id, o.node)
  const built = { graph, format, addresses: addressesOf(graph, format), operations }
  known.set(contract, built)
  return built
}

/**
 * Follows member names from the root of an operation's request or response body. Names match without case and `_`; JSON names and accessors
 * (`getTaxId`, `hasTaxId`, `itemsList`) count; `[]` and keys of maps take no step. Unions are followed into every member.
 * `pool`: the contracts that define types of other packages.
 */
export const projectPath = (
  contract: Contract,
  operation: string,
  side: 'request' | 'response',
  path: readonly string[],
  pool?: readonly Contract[],
): Projection => {
  const found = walked(contract, operation, side, path, pool)
  if (found === undefined) return NOTHING
  const { index, elements, here, complete } = found
  return { elements, ends: new Set(complete ? [...here].map(ix => idOf(index, index.addresses.of(ix))) : []), complete }
}

/** Nodes that are looked at below the end of a path, at most. */
const MAX_BELOW = 5000

/** Whether an element lies below the end of a path, at any depth: whoever holds what is there may use it. `true` where that is not known. */
export const liesBelow = (
  element: string,
  contract: Contract,
  operation: string,
  side: 'request' | 'response',
  path: readonly string[],
  pool?: readonly Contract[],
): boolean => {
  const found = walked(contract, operation, side, path, pool)
  if (found === undefined || !found.complete) return true
  const { index } = found
  const seen = new Set(found.here)
  const open = [...seen]
  for (let ix = open.pop(); ix !== undefined && seen.size < MAX_BELOW; ix = open.pop())
    for (const edge of index.graph.nodes[ix]!.edges) {
      if (idOf(index, index.addresses.below(ix, edge)) === element) return true
      const target = targetOf(index.graph, ix, edge)
      if (target === undefined || seen.has(target)) continue
      seen.add(target)
      open.push(target)
    }
  return seen.size >= MAX_BELOW || [...seen].some(ix => isOwner(element, idOf(index, index.addresses.of(ix))))
}

/** An element that is only added stands in no contract before: its type does. */
const isOwner = (element: string, type: string): boolean => element.slice(0, element.lastIndexOf('/')) === type

interface Walked {
  index: Indexed
  elements: Set<string>
  here: ReadonlySet<Ix>
  complete: boolean
}

const walked = (
  contract: Contract,
  operation: string,
  side: 'request' | 'response',
  path: readonly string[],
  pool: readonly Contract[] | undefined,
): Walked | undefined => {
  const all = pool ?? ALONE.get(contract) ?? [contract]
  if (pool === undefined) ALONE.set(contract, all)
  const index = indexed(contract, all)
  const start = index?.operations.get(operation) ?? index?.operations.get(fullName(index, operation) ?? '')
  if (index === undefined || start === undefined) return undefined
  // Arguments of inner fields stand on the way through the answer.
  const isInner = side === 'request' && flipsSides(index.format) && argumentsNamed(index, start, path[0]).length === 0
  return { index, ...followed(index, start, isInner ? 'response' : side, path) }
}

const flipsSides = (format: Format): boolean => Object.values(format.roles).some(role => role?.flips === true)

const followed = (index: Indexed, start: Ix, side: 'request' | 'response', path: readonly string[]): Omit<Walked, 'index'> => {
  const elements = new Set<string>()
  const first = index.graph.nodes[start]!.edges.filter(e => index.format.roles[e.role]?.side === side)
  // Arguments have names of their own; a body has none.
  const named = side === 'request' ? argumentsNamed(index, start, path[0]) : []
  let here = closure(index, named.length > 0 ? named : first.map(edge => ({ owner: start, edge })), elements)
  for (const label of named.length > 0 ? path.slice(1) : path) {
    if (label === '[]' || label === '*' || /^\d+$/.test(label)) continue
    const next = matching(index, here, label)
    if (next.length > 0) here = closure(index, next, elements)
    else if (!isPassedOver(index, here, label)) return { elements, here: new Set(), complete: !hasMembers(index, here) }
  }
  return { elements, here, complete: true }
}

/** `Billing/GetInvoice` for `billing.v1.Billing/GetInvoice`, if only one operation is called so. */
const fullName = (index: Indexed, operation: string): string | undefined => {
  const found = [...index.operations.keys()].filter(id => id.endsWith(`.${operation}`))
  return found.length === 1 ? found[0] : undefined
}

interface Step {
  owner: Ix
  edge: Edge
}

const namesOf = ({ graph, format }: Indexed, { owner, edge }: Step): string[] => {
  const target = targetOf(graph, owner, edge)
  return format.members(graph.nodes[owner]!, edge, target === undefined ? undefined : graph.nodes[target])
}

const isShown = (names: readonly string[]): boolean => names.length > 0 && names[0] !== '[]' && names[0] !== '*'

/** The targets of the steps and everything that a path passes without naming it: types, elements, members of unions. */
const closure = (index: Indexed, steps: readonly Step[], elements: Set<string>): Set<Ix> => {
  const found = new Set<Ix>()
  const open = [...steps]
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    elements.add(idOf(index, index.addresses.below(step.owner, step.edge)))
    const ix = targetOf(index.graph, step.owner, step.edge)
    if (ix === undefined || found.has(ix)) continue
    found.add(ix)
    for (const edge of index.graph.nodes[ix]!.edges) {
      const inner = { owner: ix, edge }
      if (edge.role !== 'value' && !isShown(namesOf(index, inner))) open.push(inner)
    }
  }
  return found
}

const argumentsNamed = (index: Indexed, owner: Ix, label: string | undefined): Step[] =>
  label === undefined
    ? []
    : index.graph.nodes[owner]!.edges.filter(e => e.role === 'arg' && canonicalName(e.key) === canonicalName(label)).map(edge => ({
        owner,
        edge,
      }))

const matching = (index: Indexed, here: ReadonlySet<Ix>, label: string): Step[] => {
  const named: { step: Step; names: string[] }[] = []
  for (const owner of here)
    for (const edge of index.graph.nodes[owner]!.edges) {
      const names = namesOf(index, { owner, edge })
      if (isShown(names)) named.push({ step: { owner, edge }, names: names.map(canonicalName) })
    }
  const exact = canonicalName(label)
  const direct = named.filter(n => n.names.includes(exact))
  if (direct.length > 0) return direct.map(n => n.step)
  const loose = new Set(accessorStems(label))
  return named.filter(n => n.names.some(name => loose.has(name))).map(n => n.step)
}

const PREFIX = /^(?:get|set|has|is|addAll|add|putAll|put|clear|mutable|with|Get|Set|Has|Is|AddAll|Add|Clear|With)_?(?=[A-Z_a-z])/
const SUFFIX = /(?:List|Map|Count|Value|Bytes|OrBuilder|Builder|OrDefault|OrThrow|_list|_map|_size)$/

/** Members that an accessor of generated code may stand for. */
const accessorStems = (label: string): string[] => {
  const bare = label.replace(PREFIX, '')
  return [bare, label.replace(SUFFIX, ''), bare.replace(SUFFIX, '')].map(canonicalName)
}

/** What follows a scalar is a method of the language: nothing of the contract is beyond it. A message without members is none. */
const hasMembers = (index: Indexed, here: ReadonlySet<Ix>): boolean =>
  here.size === 0 ||
  [...here].some(owner => {
    const { kind, edges } = index.graph.nodes[owner]!
    return kind === 'message' || edges.some(edge => isShown(namesOf(index, { owner, edge })))
  })

/** The key of a map, or the name of a oneof: generated code has them, the message has not. */
const isPassedOver = ({ graph }: Indexed, here: ReadonlySet<Ix>, label: string): boolean =>
  [...here].some(ix => {
    const { facets, edges } = graph.nodes[ix]!
    const oneofs = Array.isArray(facets.oneofs) ? facets.oneofs.map(o => canonicalName(String(o))) : []
    return (
      facets.mapEntry === true || oneofs.includes(canonicalName(label)) || edges.some(e => e.role === 'additional' || e.role === 'pattern')
    )
  })

const idOf = ({ graph }: Indexed, address: { of: string; path: string } | undefined): string =>
  elementId({ contract: graph.contracts[0]!.id, of: address?.of ?? '', path: address?.path ?? '' })

/**
 * Whether a use of an operation meets a changed element: it names the element or passes over it. `maybe`: a name on its path is unknown, or
 * a value of an enum is concerned and the use says no literal. `contract` is the revision that the code was written against.
 */
export const touches = (
  change: Change,
  use: MemberUse,
  contract: Contract,
  operation: string,
  pool?: readonly Contract[],
): boolean | 'maybe' => {
  if (change.subject.kind === 'operation') return true
  const { elements, ends, complete } = projectPath(contract, operation, use.side, use.path, pool)
  const [, place = ''] = change.subject.id.split(/#(.*)/s)
  const id = `${contract.id}#${place}`
  if (elements.has(id)) return true
  if (change.property?.startsWith('value') === true && ends.has(ownerOf(id))) return touchesValue(change, use)
  return complete ? false : 'maybe'
}

/** `type Seat/3` is of `type Seat`, `State.OPEN` of `State`. */
const ownerOf = (id: string): string =>
  id.slice(0, Math.max(id.lastIndexOf('/'), id.indexOf('/', id.indexOf('#')) === -1 ? id.lastIndexOf('.') : 0))

const touchesValue = (change: Change, use: MemberUse): boolean | 'maybe' => {
  if (use.literal === undefined) return 'maybe'
  const name = change.subject.name.slice(change.subject.name.lastIndexOf('.') + 1)
  const values = [name, change.before, change.after].filter(v => typeof v === 'string')
  return values.some(v => sameValue(v as string, use.literal!))
}

/** `Status.PAID`, `STATUS_PAID` and `Paid` may all be one value. */
const sameValue = (value: string, literal: string): boolean => {
  const [a, b] = [canonicalName(value), canonicalName(literal.slice(literal.lastIndexOf('.') + 1))]
  return a === b || (a.length > 2 && b.endsWith(a)) || (b.length > 2 && a.endsWith(b))
}

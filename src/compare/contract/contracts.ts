import { by } from '../../base/names.ts'
import type { Change, Compatibility, ContractChange, Reach, Subject } from '../../model/change.ts'
import { type Contract, elementId, locationOf } from '../../model/contract.ts'
import type { Location } from '../../model/evidence.ts'
import { formatOf } from '../compat/formats.ts'
import { type Addresses, addressesOf } from './address.ts'
import { differences, walkOf } from './differ.ts'
import type { Atom, AtomView, Format, Judged, Occurrence, PeerFinding } from './format.ts'
import { type Graph, graphOf, type Ix, operationsOf, originOf } from './graph.ts'
import { occurrencesOfPairs } from './occurrences.ts'
import { type Found, mergeSides, type Place, reachOf } from './reach.ts'

/** Operations that one change lists; `total` counts all. */
const MAX_LISTED = 100

/** All contracts of both models: types that a contract uses from others are found there. */
export interface Pools {
  base: readonly Contract[]
  head: readonly Contract[]
}

/**
 * What is different between two revisions of one contract: one Change for each atom, sorted by place. `reach` (listed for breaking and
 * conditional changes) names the operations that carry it, those of other contracts of the pools too. Verdicts are given for the sides it
 * is carried on, for both where no operation does. `listed`: how many operations are named at most; 0: they are not even counted. `subject.id` has neither lines nor file names.
 */
export const compareContracts = (
  base: Contract,
  head: Contract,
  pools: Pools = { base: [base], head: [head] },
  listed = MAX_LISTED,
): Change[] => {
  const format = formatOf(base.format)
  if (format === undefined || base.format !== head.format) return []
  const sides: Sides = { format, base: sideOf(pools.base, base, format), head: sideOf(pools.head, head, format) }
  const walk = walkOf(sides.base.graph, sides.head.graph, format)
  const judged: JudgedAtom[] = []
  for (const found of differences(sides.base.graph, sides.head.graph, format, sides.base.root, sides.head.root, 'hash')) {
    const atom: AtomView = { ...found, base: sides.base.graph, head: sides.head.graph, walk }
    const verdict = judgeAtom(format, atom)
    if (verdict !== undefined) judged.push({ atom, judged: verdict })
  }
  const reaches = reachOfAtoms(sides, judged, listed)
  return sorted(judged.map(({ atom, judged: verdict }, i) => changeOf(sides, atom, verdict, reaches[i]!, listed)))
}

/**
 * What is different, in the names and levels of the established tool of the format: one Change for each finding and operation. Formats
 * without such a rendering give our own. `asOf`: ISO date.
 */
export const compareAsPeer = (base: Contract, head: Contract, pools: Pools, asOf: string): Change[] => {
  const format = formatOf(base.format)
  if (format?.peer === undefined || base.format !== head.format) return withSurvivors(base, head, compareContracts(base, head, pools))
  const sides: Sides = { format, base: sideOf(pools.base, base, format), head: sideOf(pools.head, head, format) }
  const walk = walkOf(sides.base.graph, sides.head.graph, format)
  const found = differences(sides.base.graph, sides.head.graph, format, sides.base.root, sides.head.root, 'text')
  const atoms = found.map((atom): AtomView => ({ ...atom, base: sides.base.graph, head: sides.head.graph, walk }))
  const occurrences = format.peerPer === 'atom' ? atoms.map(() => []) : occurrencesOfPairs(base, format, atoms, ownOperation)
  const unknown = new Set([sides.base, sides.head].flatMap(({ graph }) => extensionsOf(graph)))
  const changes = atoms.flatMap((atom, i) => {
    const judged = judgeAtom(format, atom)
    const known = occurrences[i]!.filter(f => !unknown.has(f.operation))
    if (known.length === 0 && occurrences[i]!.length > 0) return []
    return peerFindings(sides, atom, known, asOf).map(({ finding, found }): Change => {
      const verdict = { rule: finding.rule, request: finding.compatibility, response: finding.compatibility }
      const message = judged?.message ?? finding.rule.replaceAll(/[-_]/g, ' ').toLowerCase()
      const change = changeOf(sides, atom, { ...verdict, modes: judged?.modes ?? [], message }, found)
      return finding.subject === undefined ? change : { ...change, subject: { ...change.subject, id: `${base.id}#${finding.subject}` } }
    })
  })
  return sorted(changes)
}

/** Operations that a document has by an extension of the standard: other tools do not look at them. */
const extensionsOf = (graph: Graph): string[] =>
  operationsOf(graph).flatMap(o => (graph.nodes[o.node]!.facets.extension === true ? [o.id] : []))

/** Where the place of something that is gone is asked for in the head: the nearest named type around it that is still there. */
const withSurvivors = (base: Contract, head: Contract, changes: readonly Change[]): Change[] => {
  const places = new Map(head.nodes.flatMap((n): [string, Location][] => (n.name === undefined ? [] : [[n.name, locationOf(head, n.at)]])))
  return changes.map(change => {
    if (change.at.head !== undefined || change.kind !== 'removed') return change
    const of = change.subject.id.slice(base.id.length + 1).replace(/^(type|file) /, '')
    for (let name = of; name !== ''; name = name.slice(0, Math.max(0, name.search(/[./][^./]*$/)))) {
      const place = places.get(name)
      if (place !== undefined) return { ...change, at: { ...change.at, head: place } }
    }
    return change
  })
}

/** Each rule once for each operation. */
const peerFindings = (
  { format }: Sides,
  atom: AtomView,
  occurrences: readonly Found[],
  asOf: string,
): { finding: PeerFinding; found: Found[] }[] => {
  if (occurrences.length === 0) return format.peer!(atom, undefined, asOf).map(finding => ({ finding, found: [] }))
  const known = new Map<string, { finding: PeerFinding; found: Found[] }>()
  for (const found of occurrences)
    for (const finding of format.peer!(atom, occurrenceOf(found), asOf)) {
      const key = `${found.operation} ${finding.rule} ${found.path.join('.')}`
      if (!known.has(key)) known.set(key, { finding, found: [found] })
    }
  return [...known.values()]
}

const VIAS: ReadonlySet<string> = new Set(['param', 'body', 'response', 'header'])

/** Other tools take what a webhook sends for a request. */
const occurrenceOf = ({ via, path }: Found): Occurrence | undefined =>
  via === 'payload' ? { via: 'body', path } : via !== undefined && VIAS.has(via) ? { via: via as Occurrence['via'], path } : undefined

/** The key of an operation that came or went. */
const ownOperation = (atom: AtomView): string | undefined => {
  const { edge } = atom
  if (edge === undefined || atom.pair.parent !== undefined || (atom.a !== undefined && atom.b !== undefined)) return undefined
  return isOperation(atom.base, atom.a) || isOperation(atom.head, atom.b) ? edge.key : undefined
}

interface Side {
  contract: Contract
  graph: Graph
  root: Ix
  addresses: Addresses
}

interface Sides {
  format: Format
  base: Side
  head: Side
}

/** Graphs and addresses are built once for a list of contracts. */
const KNOWN = new WeakMap<readonly Contract[], Map<string, Pick<Side, 'graph' | 'addresses'>>>()

const sideOf = (pool: readonly Contract[], contract: Contract, format: Format): Side => {
  const known = KNOWN.get(pool) ?? new Map<string, Pick<Side, 'graph' | 'addresses'>>()
  KNOWN.set(pool, known)
  let built = known.get(format.format)
  if (built === undefined || !built.graph.contracts.includes(contract)) {
    const members = pool.filter(c => c.format === format.format && c.id !== contract.id)
    const graph = graphOf([contract, ...members])
    built = { graph, addresses: addressesOf(graph, format) }
    known.set(format.format, built)
  }
  return { contract, ...built, root: built.graph.roots[built.graph.contracts.indexOf(contract)]! }
}

/** The row of the format's table, with its exceptions. Undefined: told by another atom. */
const judgeAtom = (format: Format, atom: AtomView): Judged | undefined => {
  const rule = `${atom.aspect}-${atom.op}`
  const row = format.rows[rule]
  if (row === undefined)
    return { rule, request: 'conditional', response: 'conditional', modes: ['semantic'], message: rule.replaceAll('-', ' ') }
  const decided = row.decide?.(atom)
  if (decided === 'drop') return undefined
  const judged = { rule, request: row.request, response: row.response, modes: row.modes, ...decided }
  return { ...judged, message: decided?.message ?? row.say(atom) }
}

const isHurting = (judged: Judged): boolean => judged.request !== 'compatible' || judged.response !== 'compatible'

interface JudgedAtom {
  atom: AtomView
  judged: Judged
}

/** Where types are told apart by name, and for the operations of other contracts, what counts is where either side is known. */
const reachOfAtoms = (sides: Sides, judged: readonly JudgedAtom[], listed: number): Found[][] => {
  if (isNominal(sides.format)) return reachOfSides(sides, judged, listed)
  const hurting = judged.filter(j => isHurting(j.judged))
  const atoms = hurting.map(j => j.atom)
  const found = occurrencesOfPairs(sides.base.contract, sides.format, atoms, ownOperation, 2 * listed)
  const own = new Map(hurting.map((j, i) => [j, mergeSides(found[i]!)]))
  const isAlone = [sides.base, sides.head].every(s => s.graph.contracts.length === 1)
  const others = isAlone ? [] : reachOfSides(sides, judged, listed)
  return judged.map((j, i) => {
    const elsewhere = (others[i] ?? []).filter(f => f.contract !== sides.base.contract.id && f.contract !== sides.head.contract.id)
    return [...(own.get(j) ?? []), ...elsewhere].sort(by(f => `${f.operation} ${f.contract} ${f.side}`))
  })
}

const isNominal = ({ roles }: Format): boolean => Object.values(roles).some(r => r.nominal !== undefined)

/** What is gone is reached in the base, what is new in the head; what is modified, in both. */
const reachOfSides = (sides: Sides, judged: readonly JudgedAtom[], listed: number): Found[][] => {
  const placesOf = (side: 'base' | 'head'): (Place | undefined)[] =>
    judged.map(({ atom, judged: verdict }) => {
      if (!isHurting(verdict) || (side === 'base' ? isNew(atom) : isGone(atom))) return undefined
      return placeOf(atom, side)
    })
  const lookUp = (side: 'base' | 'head'): Map<number, Found[]> => {
    const places = placesOf(side)
    const indices = places.flatMap((p, i) => (p === undefined ? [] : [i]))
    if (indices.length === 0) return new Map()
    const found = reachOf(
      sides[side].graph,
      sides.format,
      indices.map(i => places[i]!),
      2 * listed,
    )
    return new Map(indices.map((index, i) => [index, found[i]!]))
  }
  const base = lookUp('base')
  const head = lookUp('head')
  return judged.map((_, i) => united(base.get(i) ?? [], head.get(i) ?? []))
}

const isOperation = (graph: Graph, ix: Ix | undefined): boolean => ix !== undefined && operationsOf(graph).some(o => o.node === ix)

const isNew = (atom: Atom): boolean => atom.edge !== undefined && atom.a === undefined && atom.op === 'added'
const isGone = (atom: Atom): boolean => atom.edge !== undefined && atom.b === undefined && atom.op === 'removed'

/** An operation that came or went is its own place; any other member is a place below its owner. */
const placeOf = (atom: AtomView, side: 'base' | 'head'): Place => {
  const own = side === 'base' ? atom.a : atom.b
  if (atom.edge?.role === 'rpc' || atom.edge?.role === 'op' || atom.edge?.role === 'webhook' || isOperation(atom[side], own))
    return { node: own ?? atom.pair[side === 'base' ? 'a' : 'b'] }
  return { node: side === 'base' ? atom.pair.a : atom.pair.b, ...(atom.edge === undefined ? {} : { edge: atom.edge }) }
}

/** Base first: old callers know the names of the base. */
const united = (base: readonly Found[], head: readonly Found[]): Found[] => {
  const known = new Set(
    base.flatMap(f => (f.side === 'both' ? ['request', 'response'] : [f.side]).map(side => `${f.contract} ${f.operation} ${side}`)),
  )
  const more = head.filter(f => f.side === 'both' || !known.has(`${f.contract} ${f.operation} ${f.side}`))
  const fresh = more.filter(
    f => f.side !== 'both' || !known.has(`${f.contract} ${f.operation} request`) || !known.has(`${f.contract} ${f.operation} response`),
  )
  return [...base, ...fresh].sort(by(f => `${f.operation} ${f.contract} ${f.side}`))
}

const changeOf = (sides: Sides, atom: AtomView, judged: Judged, reach: readonly Found[], listed = MAX_LISTED): Change => {
  const subject = subjectOf(sides, atom)
  const kind = judged.rule.endsWith('-added') ? 'added' : judged.rule.endsWith('-removed') ? 'removed' : 'modified'
  const base = isNew(atom) ? undefined : placeAt(sides.base, atom.a, atom.pair.a, atom)
  const head = isGone(atom) ? undefined : placeAt(sides.head, atom.b, atom.pair.b, atom)
  return {
    kind,
    subject,
    property: atom.aspect,
    ...(atom.before === undefined ? {} : { before: atom.before }),
    ...(atom.after === undefined ? {} : { after: atom.after }),
    at: { ...(base === undefined ? {} : { base }), ...(head === undefined ? {} : { head }) },
    contract: contractChange(sides.base.contract, judged, reach, listed),
  }
}

const contractChange = (contract: Contract, judged: Judged, reach: readonly Found[], limit: number): ContractChange => {
  const operations = new Set(reach.map(r => `${r.contract} ${r.operation}`)).size
  const carries = (side: 'request' | 'response'): boolean => reach.length === 0 || reach.some(r => r.side === side || r.side === 'both')
  const verdict: { request?: Compatibility; response?: Compatibility } = {}
  if (carries('request')) verdict.request = judged.request
  if (carries('response')) verdict.response = judged.response
  const listed = reach.slice(0, limit).map(
    (r): Reach => ({
      operation: r.operation,
      ...(r.contract === contract.id ? {} : { contract: r.contract }),
      side: r.side,
      path: r.path,
    }),
  )
  return {
    ...{ contract: contract.id, rule: judged.rule, message: judged.message },
    ...{ verdict, modes: judged.modes, reach: { operations: listed, total: operations } },
  }
}

/** The element itself if it is at hand, else what holds it. Types of retargeted edges stand elsewhere: there it is the place that counts. */
const placeAt = (side: Side, element: Ix | undefined, owner: Ix, atom: Atom): Location | undefined => {
  const ix = originOf(side.graph, atom.op !== 'changed' && atom.edge !== undefined && element !== undefined ? element : owner)
  const node = side.graph.nodes[ix]
  const contract = side.graph.contracts[side.graph.home[ix] ?? 0]
  return node === undefined || contract === undefined ? undefined : locationOf(contract, node.at)
}

const subjectOf = (sides: Sides, atom: AtomView): Subject => {
  const side = isNew(atom) ? sides.head : sides.base
  const owner = isNew(atom) ? atom.pair.b : atom.pair.a
  const address = atom.edge === undefined ? side.addresses.of(owner) : side.addresses.below(owner, atom.edge)
  const { of, path } = address ?? { of: '', path: '' }
  const id = elementId({ contract: sides.base.contract.id, of, path })
  const isOperation = side.addresses.isOperation({ of, path })
  return { kind: isOperation ? 'operation' : 'element', id, name: isOperation ? of + path : nameOf(sides, atom) || id }
}

/** `Invoice.tax_id`: the nearest named type and the member. */
const nameOf = (sides: Sides, atom: Atom): string => {
  const side = isNew(atom) ? 'b' : 'a'
  const { graph } = isNew(atom) ? sides.head : sides.base
  const names: string[] = []
  if (atom.edge !== undefined) names.push(memberName(graph, sides.format, atom.pair[side], atom))
  for (let pair: Atom['pair'] | undefined = atom.pair; pair !== undefined; pair = pair.parent) {
    const node = graph.nodes[pair[side]]
    const name = node?.name ?? node?.facets.name ?? pair.edge?.key
    if (typeof name === 'string') names.unshift(name.slice(name.lastIndexOf('.') + 1))
    if (node?.name !== undefined) break
  }
  return names.filter(Boolean).join('.')
}

const memberName = (graph: Graph, format: Format, owner: Ix, atom: Atom): string => {
  const target = atom.a ?? atom.b
  const node = target === undefined ? undefined : graph.nodes[target]
  const shown = format.members(graph.nodes[owner]!, atom.edge!, node)[0]
  if (shown !== undefined) return shown
  const name = node?.facets.name ?? node?.name ?? atom.edge!.key
  return String(name).slice(String(name).lastIndexOf('.') + 1)
}

/** Keys are made once for each change. */
const sorted = (changes: readonly Change[]): Change[] =>
  changes
    .map((change): [string, Change] => [sortKey(change), change])
    .sort(by(([key]) => key))
    .map(([, change]) => change)

const sortKey = (change: Change): string => {
  const at = change.at.base ?? change.at.head
  return `${change.subject.id} ${change.contract!.rule} ${at?.file ?? ''} ${JSON.stringify(change.before ?? null)} ${JSON.stringify(change.after ?? null)}`
}

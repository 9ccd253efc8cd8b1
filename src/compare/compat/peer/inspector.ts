import { table } from '../../../base/table.ts'
import type { Compatibility } from '../../../model/change.ts'
import type { Edge, Json, Node } from '../../../model/contract.ts'
import type { AtomView, Pair, PeerFinding } from '../../contract/format.ts'
import { type Graph, type Ix, targetOf } from '../../contract/graph.ts'

/** Names and levels of GraphQL Inspector: `dangerous` is conditional. What a new type holds is told member by member, as it does. */
export const inspectorFindings = (atom: AtomView): PeerFinding[] => {
  const place = placeOf(atom)
  switch (atom.aspect) {
    case 'type':
      return typeFindings(atom)
    case 'directive':
      return atom.op === 'removed' ? [breaking('DIRECTIVE_REMOVED', atom.edge!.key)] : newDirective(atom.head, atom.b!, atom.edge!.key)
    case 'type-kind':
      return [breaking('TYPE_KIND_CHANGED', place)]
    case 'query-root':
    case 'mutation-root':
    case 'subscription-root':
      return [
        at(atom.before === undefined ? 'compatible' : 'breaking', `SCHEMA_${atom.aspect.split('-')[0]!.toUpperCase()}_TYPE_CHANGED`, ''),
      ]
    case 'doc':
      return [docFinding(atom, place)]
    case 'interface':
      return atom.op === 'added' ? [dangerous('OBJECT_TYPE_INTERFACE_ADDED', place)] : [breaking('OBJECT_TYPE_INTERFACE_REMOVED', place)]
    case 'member':
      return atom.op === 'added' ? [dangerous('UNION_MEMBER_ADDED', place)] : [breaking('UNION_MEMBER_REMOVED', place)]
    case 'location':
      return atom.op === 'added' ? [fine('DIRECTIVE_LOCATION_ADDED', place)] : [breaking('DIRECTIVE_LOCATION_REMOVED', place)]
    case 'repeatable':
      return atom.op === 'added' ? [fine('DIRECTIVE_REPEATABLE_ADDED', place)] : [dangerous('DIRECTIVE_REPEATABLE_REMOVED', place)]
    case 'use':
    case 'owner':
      return []
    case 'uses':
      return useFindings(atom, place)
    case 'deprecated':
      return deprecationFindings(atom, place)
    default:
      return memberFindings(atom, place)
  }
}

const at = (compatibility: Compatibility, rule: string, subject: string): PeerFinding => ({ rule, compatibility, subject })
const breaking = (rule: string, subject: string): PeerFinding => at('breaking', rule, subject)
const dangerous = (rule: string, subject: string): PeerFinding => at('conditional', rule, subject)
const fine = (rule: string, subject: string): PeerFinding => at('compatible', rule, subject)

/** Names with dots: `Invoice.lines.first`. */
const placeOf = (atom: AtomView): string => {
  const steps = atom.edge !== undefined && MEMBERS.has(atom.edge.role) ? [atom.edge.key] : []
  for (let pair: Pair | undefined = atom.pair; pair !== undefined; pair = pair.parent) {
    const name = atom.base.nodes[pair.a]!.name
    if (name !== undefined) return [name, ...steps].join('.')
    if (pair.edge !== undefined) steps.unshift(pair.edge.key)
  }
  return steps.join('.')
}

const MEMBERS: ReadonlySet<string> = new Set(['field', 'arg', 'prop', 'value'])

/** What a node is, in the middle of the tool's names: an argument may belong to a field or a directive, or be a field of an input. */
type Kind = 'SCHEMA' | 'TYPE' | 'FIELD' | 'FIELD_ARGUMENT' | 'DIRECTIVE_ARGUMENT' | 'INPUT_FIELD' | 'ENUM_VALUE' | 'DIRECTIVE'

const kindOf = (node: Node, edge: Edge | undefined, owner: Node | undefined): Kind => {
  if (node.kind === 'type') return 'TYPE'
  if (node.kind === 'directive') return 'DIRECTIVE'
  if (node.kind === 'field') return 'FIELD'
  if (node.kind === 'value') return 'ENUM_VALUE'
  if (node.kind !== 'argument') return 'SCHEMA'
  return edge?.role === 'prop' ? 'INPUT_FIELD' : owner?.kind === 'directive' ? 'DIRECTIVE_ARGUMENT' : 'FIELD_ARGUMENT'
}

const pairKind = (atom: AtomView): Kind =>
  kindOf(atom.base.nodes[atom.pair.a]!, atom.pair.edge, atom.pair.parent === undefined ? undefined : atom.base.nodes[atom.pair.parent.a])

const typeFindings = (atom: AtomView): PeerFinding[] =>
  atom.op === 'removed' ? [breaking('TYPE_REMOVED', atom.edge!.key)] : newType(atom.head, atom.b!, atom.edge!.key)

const newType = (graph: Graph, ix: Ix, name: string): PeerFinding[] => {
  const node = graph.nodes[ix]!
  const interfaces = Array.isArray(node.facets.interfaces) ? node.facets.interfaces : []
  return [
    fine('TYPE_ADDED', name),
    ...(node.facets.doc ? [fine('TYPE_DESCRIPTION_ADDED', name)] : []),
    ...interfaces.map(() => fine('OBJECT_TYPE_INTERFACE_ADDED', name)),
    ...newUses(node, 'TYPE', name),
    ...newMembers(graph, ix, name),
  ]
}

const newMembers = (graph: Graph, ix: Ix, place: string): PeerFinding[] =>
  graph.nodes[ix]!.edges.flatMap(edge => {
    if (edge.role === 'member') return [fine('UNION_MEMBER_ADDED', place)]
    const target = MEMBERS.has(edge.role) ? targetOf(graph, ix, edge) : undefined
    return target === undefined ? [] : newMember(graph, target, kindOf(graph.nodes[target]!, edge, graph.nodes[ix]), `${place}.${edge.key}`)
  })

const newMember = (graph: Graph, ix: Ix, kind: Kind, place: string): PeerFinding[] => [
  fine(`${kind}_ADDED`, place),
  ...newContent(graph, ix, kind, place),
]

/** What belongs to a member that is new. Of a new argument nothing more is told. */
const newContent = (graph: Graph, ix: Ix, kind: Kind, place: string): PeerFinding[] => {
  const node = graph.nodes[ix]!
  if (kind === 'FIELD_ARGUMENT' || kind === 'DIRECTIVE_ARGUMENT') return []
  const doc = node.facets.doc ? [fine(kind === 'ENUM_VALUE' ? 'ENUM_VALUE_DESCRIPTION_CHANGED' : `${kind}_DESCRIPTION_ADDED`, place)] : []
  const reason = kind === 'ENUM_VALUE' ? 'ENUM_VALUE_DEPRECATION_REASON_ADDED' : 'FIELD_DEPRECATION_ADDED'
  const isDeprecated = node.facets.deprecated !== undefined && kind !== 'INPUT_FIELD'
  return [
    ...doc,
    ...(isDeprecated ? [fine(reason, `${place}.@deprecated`)] : []),
    ...newUses(node, kind, place),
    ...newMembers(graph, ix, place),
  ]
}

const newDirective = (graph: Graph, ix: Ix, name: string): PeerFinding[] => {
  const { facets, edges } = graph.nodes[ix]!
  return [
    fine('DIRECTIVE_ADDED', name),
    ...(facets.doc ? [fine('DIRECTIVE_DESCRIPTION_CHANGED', name)] : []),
    ...(facets.repeatable ? [fine('DIRECTIVE_REPEATABLE_ADDED', name)] : []),
    ...(Array.isArray(facets.locations) ? facets.locations : []).map(() => fine('DIRECTIVE_LOCATION_ADDED', name)),
    ...edges.filter(e => e.role === 'arg').map(() => fine('DIRECTIVE_ARGUMENT_ADDED', name)),
  ]
}

const docFinding = (atom: AtomView, place: string): PeerFinding => {
  const kind = pairKind(atom)
  const isOne = kind === 'ENUM_VALUE' || kind === 'DIRECTIVE' || kind === 'DIRECTIVE_ARGUMENT' || kind === 'FIELD_ARGUMENT'
  return fine(`${kind}_DESCRIPTION_${isOne ? 'CHANGED' : atom.op.toUpperCase()}`, place)
}

const NO_REASON = 'No longer supported'

const deprecationFindings = (atom: AtomView, place: string): PeerFinding[] => {
  const kind = pairKind(atom)
  if (kind !== 'FIELD' && kind !== 'ENUM_VALUE') return []
  const named = `${place}.@deprecated`
  if (kind === 'FIELD' && atom.op === 'added') return [fine('FIELD_DEPRECATION_ADDED', named)]
  if (kind === 'FIELD' && atom.op === 'removed') return [fine('FIELD_DEPRECATION_REMOVED', named)]
  if (atom.before === undefined || atom.before === NO_REASON) return [fine(`${kind}_DEPRECATION_REASON_ADDED`, named)]
  if (atom.after === undefined || atom.after === NO_REASON) return [fine(`${kind}_DEPRECATION_REASON_REMOVED`, place)]
  return [fine(`${kind}_DEPRECATION_REASON_CHANGED`, named)]
}

const memberFindings = (atom: AtomView, place: string): PeerFinding[] => {
  if (atom.aspect === 'field-type')
    return [at(isMoreCertain(String(atom.before), String(atom.after)) ? 'compatible' : 'breaking', 'FIELD_TYPE_CHANGED', place)]
  if (atom.aspect === 'argument-type')
    return [at(isMoreCertain(String(atom.after), String(atom.before)) ? 'compatible' : 'breaking', `${pairKind(atom)}_TYPE_CHANGED`, place)]
  if (atom.aspect === 'argument-default') {
    const kind = pairKind(atom)
    return [dangerous(kind === 'FIELD_ARGUMENT' ? 'FIELD_ARGUMENT_DEFAULT_CHANGED' : `${kind}_DEFAULT_VALUE_CHANGED`, place)]
  }
  if (atom.edge === undefined) return []
  const graph = atom.op === 'removed' ? atom.base : atom.head
  const target = atom.op === 'removed' ? atom.a! : atom.b!
  const owner = graph.nodes[atom.op === 'removed' ? atom.pair.a : atom.pair.b]
  const kind = kindOf(graph.nodes[target]!, atom.edge, owner)
  if (atom.op === 'removed') return [breaking(`${kind}_REMOVED`, place)]
  const named = kind === 'DIRECTIVE_ARGUMENT' ? place.slice(0, place.lastIndexOf('.')) : place
  return [at(levelOfNew(kind, graph.nodes[target]!), `${kind}_ADDED`, named), ...newContent(graph, target, kind, place)]
}

const levelOfNew = (kind: Kind, node: Node): Compatibility => {
  const isRequired = String(node.facets.type ?? '').endsWith('!') && node.facets.default === undefined
  if (kind === 'FIELD') return 'compatible'
  if (kind === 'ENUM_VALUE') return 'conditional'
  if (isRequired) return 'breaking'
  if (kind === 'INPUT_FIELD') return node.facets.default === undefined ? 'compatible' : 'conditional'
  return kind === 'FIELD_ARGUMENT' ? 'conditional' : 'compatible'
}

type Use = [name: string, args: Record<string, Json>]

/** Uses of one directive belong together in the order in which they stand. */
const useFindings = (atom: AtomView, place: string): PeerFinding[] => {
  const kind = useKind(atom.base.nodes[atom.pair.a]!, pairKind(atom))
  const now = [...(atom.after as unknown as Use[])]
  const found: PeerFinding[] = []
  for (const [name, args] of atom.before as unknown as Use[]) {
    const same = now.findIndex(([other]) => other === name)
    if (same >= 0) found.push(...changedArguments(args, now.splice(same, 1)[0]![1], `${place}.@${name}`))
    else if (kind !== undefined) found.push(at(removedLevel(name), `DIRECTIVE_USAGE_${kind}_REMOVED`, `${place}.@${name}`))
  }
  for (const [name, args] of now) {
    if (kind !== undefined) found.push(at(addedLevel(name), `DIRECTIVE_USAGE_${kind}_ADDED`, `${place}.@${name}`))
    found.push(...changedArguments({}, args, `${place}.@${name}`))
  }
  return found
}

const addedLevel = (name: string): Compatibility => (name === 'deprecated' ? 'compatible' : name === 'oneOf' ? 'breaking' : 'conditional')
const removedLevel = (name: string): Compatibility => (name === 'deprecated' || name === 'oneOf' ? 'compatible' : 'conditional')

const changedArguments = (before: Record<string, Json>, after: Record<string, Json>, place: string): PeerFinding[] => [
  ...Object.keys(before)
    .filter(key => before[key] !== after[key])
    .map(key => dangerous('DIRECTIVE_USAGE_ARGUMENT_REMOVED', `${place}.${key}`)),
  ...Object.keys(after)
    .filter(key => before[key] !== after[key])
    .map(key => fine('DIRECTIVE_USAGE_ARGUMENT_ADDED', `${place}.${key}`)),
]

const newUses = (node: Node, kind: Kind, place: string): PeerFinding[] => {
  const used = useKind(node, kind)
  const uses = Array.isArray(node.facets.directives) ? (node.facets.directives as unknown as Use[]) : []
  return uses.flatMap(([name, args]) => [
    ...(used === undefined ? [] : [fine(`DIRECTIVE_USAGE_${used}_ADDED`, `${place}.@${name}`)]),
    ...changedArguments({}, args, `${place}.@${name}`),
  ])
}

const TYPE_USES: Record<string, string> = table({
  ...{ object: 'OBJECT', interface: 'INTERFACE', union: 'UNION_MEMBER', enum: 'ENUM', input: 'INPUT_OBJECT', scalar: 'SCALAR' },
})
const USES: Partial<Record<Kind, string>> = {
  ...{ FIELD: 'FIELD_DEFINITION', FIELD_ARGUMENT: 'ARGUMENT_DEFINITION', INPUT_FIELD: 'INPUT_FIELD_DEFINITION' },
  ...{ ENUM_VALUE: 'ENUM_VALUE', SCHEMA: 'SCHEMA' },
}
const useKind = (node: Node, kind: Kind): string | undefined => (kind === 'TYPE' ? TYPE_USES[String(node.facets.kind)] : USES[kind])

/** Equal types, but for more `!` in the second. */
export const isMoreCertain = (loose: string, certain: string): boolean => {
  if (loose.endsWith('!') && !certain.endsWith('!')) return false
  const [a, b] = [loose.replace(/!$/, ''), certain.replace(/!$/, '')]
  return a.startsWith('[') && b.startsWith('[') ? isMoreCertain(a.slice(1, -1), b.slice(1, -1)) : a === b
}

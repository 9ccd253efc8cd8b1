import { canonicalJson } from '../base/json.ts'
import { by, byText } from '../base/names.ts'
import type { Change, Subject } from '../model/change.ts'
import type { Control } from '../model/control.ts'
import type { Evidence, Location } from '../model/evidence.ts'
import type { Interaction, OperationRef, Resource, Service, SystemModel, Wiring } from '../model/system.ts'

/** Differences of services, resources, interactions, operations and wirings, by stable ids; evidence and lines are no difference. */
export const compareEntities = (base: SystemModel, head: SystemModel): Change[] => [
  ...diff(base.services, head.services, serviceSpec),
  ...diff(base.resources, head.resources, resourceSpec),
  ...diff(base.interactions, head.interactions, interactionSpec),
  ...diff(
    operationsOf(without(base.services, head.services)),
    operationsOf(without(head.services, base.services)),
    operationSpec('serves'),
  ),
  ...diff(
    calledOperations(without(base.interactions, head.interactions)),
    calledOperations(without(head.interactions, base.interactions)),
    operationSpec('calls'),
  ),
  ...diff(base.wirings, head.wirings, wiringSpec),
]

interface Spec<T> {
  subject: (item: T) => Subject
  at: (item: T) => Location | undefined
  /** What is compared, by name. */
  properties: Record<string, (item: T) => unknown>
  property?: string
}

const firstOf = (evidence: readonly Evidence[]): Location | undefined => evidence[0]?.at

/** Controls as text; evidence is no difference. */
const controlsOf = (controls: readonly Control[] = []): string[] =>
  controls
    .map(({ kind, value, of, peers, state }) => {
      const who = peers ? ` (${peers.effect} ${[...peers.nodes, ...peers.others].join(', ') || 'nobody'})` : ''
      return `${kind} ${value}${of === undefined ? '' : ` for ${of}`}${who}${state === undefined ? '' : ` (${state})`}`
    })
    .sort(byText)

const serviceSpec: Spec<Service> = {
  subject: s => ({ kind: 'service', id: s.id, name: s.name }),
  at: s => firstOf(s.evidence),
  properties: {
    kind: s => s.kind,
    state: s => s.state,
    exposure: s => s.exposure?.value,
    owners: s => s.owners.map(o => o.value).sort(byText),
    runtime: s => s.runtime.map(r => r.value).sort(byText),
    paths: s => s.paths,
    controls: s => controlsOf(s.controls),
  },
}

const resourceSpec: Spec<Resource> = {
  subject: r => ({ kind: 'resource', id: r.id, name: r.name }),
  at: r => firstOf(r.evidence),
  properties: { kind: r => r.kind },
}

const interactionSpec: Spec<Interaction> = {
  subject: i => ({ kind: 'interaction', id: i.id, name: `${i.from} -> ${i.to}` }),
  at: i => firstOf(i.evidence),
  properties: { purpose: i => i.purpose, style: i => i.style, encoding: i => i.encoding, controls: i => controlsOf(i.controls) },
}

interface OperationAt {
  owner: string
  ref: OperationRef
}

/** Those that both sides do not share: what is one thing in both has one set of operations. */
const without = <T>(items: readonly T[], others: readonly T[]): T[] => {
  const known = new Set(others)
  return items.filter(item => !known.has(item))
}

const operationsOf = (services: readonly Service[]): OperationAt[] => services.flatMap(s => s.serves.map(ref => ({ owner: s.id, ref })))
const calledOperations = (interactions: readonly Interaction[]): OperationAt[] =>
  interactions.flatMap(i => i.operations.map(ref => ({ owner: i.id, ref })))

const operationSpec = (property: string): Spec<OperationAt> => ({
  subject: o => ({ kind: 'operation', id: `${o.owner}#${o.ref.operation}`, name: o.ref.operation }),
  at: o => firstOf(o.ref.evidence),
  properties: {},
  property,
})

const wiringSpec: Spec<Wiring> = {
  subject: w => ({ kind: 'wiring', id: `${w.of}/${w.name}`, name: `${w.name} of ${w.of}` }),
  at: w => firstOf(w.evidence),
  properties: { value: w => w.value, reaches: w => w.to },
}

const diff = <T>(base: readonly T[], head: readonly T[], spec: Spec<T>): Change[] => {
  const before = new Map(base.map(item => [spec.subject(item).id, item]))
  const after = new Map(head.map(item => [spec.subject(item).id, item]))
  const ids = [...new Set([...before.keys(), ...after.keys()])].sort(byText)
  return ids.flatMap(id => changesOf(before.get(id), after.get(id), spec))
}

const changesOf = <T>(before: T | undefined, after: T | undefined, spec: Spec<T>): Change[] => {
  if (before === after) return []
  const at = places(before && spec.at(before), after && spec.at(after))
  const property = spec.property === undefined ? {} : { property: spec.property }
  if (before === undefined) return after === undefined ? [] : [{ kind: 'added', subject: spec.subject(after), ...property, at }]
  if (after === undefined) return [{ kind: 'removed', subject: spec.subject(before), ...property, at }]
  return Object.entries(spec.properties)
    .sort(by(([name]) => name))
    .filter(([, get]) => canonicalJson(get(before) ?? null) !== canonicalJson(get(after) ?? null))
    .map(([name, get]) => ({
      kind: 'modified' as const,
      subject: spec.subject(after),
      property: name,
      before: get(before) ?? null,
      after: get(after) ?? null,
      at,
    }))
}

/** Places at base and head, without the absent one. */
export const places = (base: Location | undefined, head: Location | undefined): Change['at'] => ({
  ...(base === undefined ? {} : { base }),
  ...(head === undefined ? {} : { head }),
})

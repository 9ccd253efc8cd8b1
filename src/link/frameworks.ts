import type { Evidence, Step } from '../model/evidence.ts'
import type { NodeId } from '../model/system.ts'
import { unknown } from '../model/value.ts'
import type { DirectEffect } from './effect.ts'
import { configEntries, type Environment } from './environment.ts'
import { fill } from './fill.ts'
import { dotnetRows } from './frameworks/dotnet.ts'
import { dubboRows } from './frameworks/dubbo.ts'
import { keysLike } from './frameworks/keys.ts'
import { type Marks, marksIndex } from './frameworks/marks.ts'
import { quarkusRows } from './frameworks/quarkus.ts'
import { type Role, rolesOf } from './frameworks/roles.ts'
import { type Condition, type FrameworkRow, targetValue, templateValue } from './frameworks/row.ts'
import { springRows } from './frameworks/spring.ts'
import { stockRows } from './frameworks/stock.ts'
import { type Gathered, type ProgramRef, spotAt } from './gather.ts'
import type { Settings } from './layers/layer.ts'
import type { Node } from './node.ts'
import type { Seat } from './seats.ts'

/** The tables, in the order in which their effects are listed. */
const rows: readonly FrameworkRow[] = [...dotnetRows, ...springRows, ...quarkusRows, ...dubboRows, ...stockRows]

/** What frameworks add to the system: roles of nodes, and effects that no call in the code shows. */
export interface Frameworks {
  roles: Map<NodeId, Role[]>
  byRole: Map<string, Node[]>
  marks: (ref: ProgramRef) => Marks
}

export const frameworksOf = (nodes: readonly Node[], gathered: Gathered): Frameworks => {
  const marks = marksIndex(gathered)
  const roles = new Map<NodeId, Role[]>()
  const byRole = new Map<string, Node[]>()
  for (const node of nodes) {
    const all = node.programs.map(marks)
    const joined: Marks = {
      libraries: new Map(all.flatMap(m => [...m.libraries])),
      annotations: new Map(all.flatMap(m => [...m.annotations])),
    }
    const own = rolesOf(node, joined)
    roles.set(node.id, own)
    for (const { role } of own) byRole.set(role, [...(byRole.get(role) ?? []), node])
  }
  return { roles, byRole, marks }
}

/** The effects of frameworks for every seat; those that mean everybody registered come last, when that is known. */
export const frameworkEffects = (seats: readonly Seat[], frameworks: Frameworks, settings: Settings): Map<Seat, DirectEffect[]> => {
  const found = new Map<Seat, DirectEffect[]>()
  const alone = rows.filter(row => !meansAll(row))
  const inCompany = rows.filter(meansAll)
  for (const seat of seats) found.set(seat, [...effectsOf(seat, alone, frameworks, settings), ...loggingEffects(seat)])
  const registered = seats.filter(s => found.get(s)!.some(e => e.purpose === 'registration')).map(s => s.node)
  for (const seat of seats) {
    const direct = effectsOf(seat, inCompany, frameworks, settings)
    if (direct.length === 0) continue
    const known = registered.filter(node => node !== seat.node && node.repo === seat.node.repo)
    for (const effect of direct) {
      const to = known.filter(node => effect.purpose === 'telemetry' || isCallable(frameworks.roles.get(node.id) ?? []))
      if (to.length > 0) found.get(seat)!.push({ ...effect, to: [...new Set(to.map(n => n.id))] })
    }
  }
  return found
}

/** A log driver sends what the program prints to an address. */
const loggingEffects = (seat: Seat): DirectEffect[] => {
  const place = seat.instance?.place
  const logging = seat.instance?.container.logging
  if (!place || !logging) return []
  const evidence: Evidence = {
    reader: 'framework/log-driver',
    basis: 'declared',
    at: spotAt(place, logging.spot),
    note: `log driver ${logging.driver}`,
  }
  const said = { protocol: 'tcp', purpose: 'telemetry', expects: 'logstash', confidence: 'high' } as const
  return [{ of: seat.program.program.id, does: 'call', target: logging.address, uses: [], closed: false, escapes: [], ...said, evidence }]
}

const meansAll = (row: FrameworkRow): boolean => row.target[0] === '@registered'

/** Who has a kind of infrastructure is not forwarded to, authorization servers apart. */
const isCallable = (roles: readonly Role[]): boolean => roles.every(r => r.kind === undefined || r.kind === 'auth')

const effectsOf = (seat: Seat, table: readonly FrameworkRow[], frameworks: Frameworks, settings: Settings): DirectEffect[] => {
  const asked: Asked = {
    marks: seat.program.key.startsWith('stock\n') ? NO_MARKS : frameworks.marks(seat.program),
    roles: new Set((frameworks.roles.get(seat.node.id) ?? []).map(r => r.role)),
    environment: seat.environment,
    settings,
  }
  return table.flatMap(row => {
    const because = row.when.map(c => holds(c, asked)).find(step => step !== undefined)
    if (!because || (row.unless ?? []).some(c => holds(c, asked))) return []
    return captures(row, asked).map(capture => effectOf(row, capture, because, seat))
  })
}

const NO_MARKS: Marks = { libraries: new Map(), annotations: new Map() }

interface Asked {
  marks: Marks
  roles: ReadonlySet<string>
  environment: Environment
  settings: Settings
}

/** The step that shows a condition to hold; undefined when it does not. */
const holds = (condition: Condition, asked: Asked): Step | undefined => {
  let step: Step | undefined
  if (condition.role !== undefined) {
    if (!asked.roles.has(condition.role)) return undefined
  }
  if (condition.annotation) {
    step = markedBy(condition.annotation, asked.marks.annotations)
    if (!step) return undefined
  }
  if (condition.library) {
    const found = markedBy(condition.library, asked.marks.libraries)
    if (!found) return undefined
    step ??= found
  }
  if (condition.with && !markedBy(condition.with, asked.marks.libraries)) return undefined
  if (condition.setting !== undefined) {
    const found = setting(condition, asked)
    if (!found) return undefined
    step ??= found
  }
  return step ?? anyStep(asked)
}

const markedBy = (pattern: RegExp, marks: ReadonlyMap<string, Step>): Step | undefined => {
  for (const [name, step] of marks) if (pattern.test(name)) return step
  return undefined
}

const anyStep = ({ marks, environment }: Asked): Step => {
  const first = [...marks.annotations.values(), ...marks.libraries.values()][0]
  const place = environment.owner.instance?.place
  return (
    first ?? {
      at: { repo: environment.owner.from.repo, file: environment.owner.from.file, line: place?.fact.spot.line ?? 1 },
      says: 'runs here',
    }
  )
}

/** Layers of a configuration server. */
const SERVED = { named: /^shared /, local: /^(shared|server) / }

const setting = ({ setting: key = '', is, from }: Condition, { environment, settings }: Asked): Step | undefined => {
  const below = key.includes('*') || is === undefined ? keysLike(key, environment).map(k => k.key) : []
  const keys = key.includes('*') ? below : [key, ...below]
  for (const one of keys) {
    const [entry] = configEntries(environment, one, undefined, settings)
    if (!entry || (from && SERVED[from].test(entry.layer))) continue
    if (!is || fill({ is: 'config', key: one }, environment, settings).some(f => is.test(f.text))) return entry.step
  }
  return undefined
}

const captures = (row: FrameworkRow, asked: Asked): (string | undefined)[] => {
  if (row.each === undefined) return [undefined]
  const all = keysLike(row.each, asked.environment).flatMap(k => (row.whole ? k.key : (k.capture ?? [])))
  return [...new Set(all)].filter(c => row.captures?.test(c) ?? true)
}

const effectOf = (row: FrameworkRow, capture: string | undefined, because: Step, seat: Seat): DirectEffect => {
  const evidence: Evidence = { reader: `framework/${row.name}`, basis: 'declared', at: because.at, note: because.says }
  return {
    of: seat.program.program.id,
    does: row.does,
    protocol: row.protocol,
    target: row.target[0]!.startsWith('@') ? unknown('whoever is registered') : targetValue(row.target, capture),
    ...(row.topic === undefined ? {} : { operation: templateValue(row.topic, capture) }),
    uses: [],
    closed: false,
    escapes: [],
    ...(row.purpose === undefined ? {} : { purpose: row.purpose }),
    ...(row.expects === undefined ? {} : { expects: row.expects }),
    confidence: 'high',
    evidence,
  }
}

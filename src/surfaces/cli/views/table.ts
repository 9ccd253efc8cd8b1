import pc from 'picocolors'
import type { Resource, Service, SystemModel } from '../../../index.ts'
import { by } from '../../../index.ts'
import { shown } from '../../export/shown.ts'
import { clean, columnWidths, cut, pad, widthOf } from '../../report/layout.ts'
import { count, grouped, seconds } from '../../report/words.ts'

export interface TableOptions {
  width: number
  colour: boolean
  ms: number
  files: number
}

interface Row {
  service: Service
  calls: string[]
  callers: string[]
  contracts: string[]
}

const INDENT = 2
const GAP = 2
/** A list narrower than this says nothing. */
const LIST = 12
const headers = ['service', 'kind', 'owner', 'calls', 'called by', 'contract'] as const
type Column = (typeof headers)[number]

/** The map as a table: most called first, nothing wraps, lists are shortened with the number left out. */
export const table = (whole: SystemModel, options: TableOptions): string => {
  const model = shown(whole)
  const paint = pc.createColors(options.colour)
  const rows = rowsOf(model)
  return `${[
    ...heading(summary(model), `(${seconds(options.ms)}, ${count(options.files, 'file')})`, options.width, paint),
    ...(rows.length > 0 ? ['', ...lines(rows, options.width, paint)] : nothing(model)),
    '',
    ...left(model.hidden),
    ...closing(model, rows, options.width),
  ]
    .map(line => line.trimEnd())
    .join('\n')}\n`
}

/** On one line where both fit, else on two. */
const heading = (what: string, spent: string, width: number, paint: ReturnType<typeof pc.createColors>): string[] =>
  widthOf(what) + 8 + spent.length <= width ? [`${paint.bold(what)}${paint.dim(`        ${spent}`)}`] : [paint.bold(what), paint.dim(spent)]

/** `14 services · 23 calls · 4 topics · 5 stores · 9 contracts` */
export const summary = (model: SystemModel): string => {
  const pairs = new Set(model.interactions.filter(i => i.purpose === 'call').map(i => `${i.from}\u0000${i.to}`)).size
  const kinds = (...names: Resource['kind'][]): number => model.resources.filter(r => names.includes(r.kind)).length
  const externals = kinds('external')
  return [
    count(model.services.length, 'service'),
    count(pairs, 'call'),
    count(kinds('topic', 'queue'), 'topic'),
    count(kinds('database', 'cache', 'bucket'), 'store'),
    ...(externals > 0 ? [count(externals, 'external', 'external')] : []),
    count(model.contracts.length, 'contract'),
  ].join(' · ')
}

const nothing = (model: SystemModel): string[] => {
  const { read, seen } = model.coverage.files
  return [
    '',
    `  No service was found: ${grouped(read)} of ${count(seen, 'file')} say something about services.`,
    '  A service is known by a Dockerfile, a Compose file, Kubernetes manifests or a program that listens. Give the folder that holds them: lintel map PATH',
  ]
}

/** What is not in the table, and where it is. */
const left = (hidden: readonly string[]): string[] =>
  hidden.length === 0
    ? []
    : [
        `  Left out: ${hidden.slice(0, 5).map(clean).join(', ')}${hidden.length > 5 ? ` and ${hidden.length - 5} more` : ''}; optional, and nothing else touches ${hidden.length === 1 ? 'it' : 'them'} (lintel map --format json has all)`,
      ]

const closing = (model: SystemModel, rows: readonly Row[], width: number): string[] => {
  const open = model.unresolved.length
  const problems = model.problems.filter(p => p.severity === 'error').length
  const edge = rows.find(r => r.calls.some(c => /^\w/.test(c)))
  const pair = edge ? `${clean(edge.service.name)}->${edge.calls.find(c => /^\w/.test(c))}` : undefined
  const hints = [...(pair ? [`  Look at one: lintel explain "${pair}"`] : []), '  Judge a change: lintel check']
  return [
    ...(open > 0 ? [`  ${count(open, 'call')} could not be resolved: lintel map --unresolved`] : []),
    ...(problems > 0 ? [`  ${count(problems, 'file')} could not be read: lintel map --format json lists them under problems`] : []),
    ...(hints.join('    ').length <= width ? [hints.join('    ')] : hints),
  ]
}

const rowsOf = (model: SystemModel): Row[] => {
  const shown = shownNames(model)
  const show = (id: string): string => shown.get(id) ?? clean(id)
  const lists = new Map(model.services.map(s => [s.id, { out: new Set<string>(), in: new Set<string>() }]))
  for (const { from, to, purpose } of model.interactions) {
    lists.get(from)?.out.add(show(to))
    if (purpose === 'call' || !lists.has(from)) lists.get(to)?.in.add(show(from))
  }
  const contracts = new Map<string, string[]>()
  for (const contract of model.contracts) {
    const name = clean(contract.files[0]?.split('/').at(-1) ?? contract.name)
    for (const { value } of contract.providers) contracts.set(value, [...(contracts.get(value) ?? []), name])
  }
  const rows = model.services.map(service => ({
    service,
    calls: callsFirst([...lists.get(service.id)!.out]),
    callers: [...(service.exposure?.value === 'public' ? ['internet'] : []), ...[...lists.get(service.id)!.in].sort()],
    contracts: [...new Set(contracts.get(service.id) ?? [])].sort(),
  }))
  return rows.sort(by(r => r.service.name)).sort((a, b) => b.callers.length - a.callers.length)
}

/** Services before topics (`~orders`) before stores (`database:billing`). */
const callsFirst = (names: string[]): string[] =>
  names.sort(by(name => (name.startsWith('~') ? `1${name}` : name.includes(':') ? `2${name}` : `0${name}`)))

const shownNames = (model: SystemModel): Map<string, string> => {
  const resource = ({ kind, name }: Resource): string =>
    kind === 'topic' || kind === 'queue' ? `~${clean(name)}` : `${kind}:${clean(name)}`
  return new Map([...model.services.map(s => [s.id, clean(s.name)] as const), ...model.resources.map(r => [r.id, resource(r)] as const)])
}

const lines = (rows: readonly Row[], width: number, paint: ReturnType<typeof pc.createColors>): string[] => {
  const cells = rows.map(r => fixedCells(r))
  const widths = widthsFor(cells, rows, width)
  const line = (row: Record<Column, string>): string =>
    ' '.repeat(INDENT) +
    headers
      .filter(h => widths[h] > 0)
      .map(h => pad(cut(row[h], widths[h]), widths[h]))
      .join(' '.repeat(GAP))
  const body = rows.map((r, i) =>
    line({ ...cells[i]!, calls: fitting(r.calls, widths.calls), 'called by': fitting(r.callers, widths['called by']) }),
  )
  const header = paint.dim(line(Object.fromEntries(headers.map(h => [h, h])) as Record<Column, string>))
  return inPages(body).flatMap((page, n) => [...(n > 0 ? [''] : []), header, ...page])
}

/** A long table says again what its columns are: on every screen stands a header. */
const PAGE = 40

const inPages = (rows: readonly string[]): string[][] =>
  rows.length <= PAGE * 1.5
    ? [[...rows]]
    : Array.from({ length: Math.ceil(rows.length / PAGE) }, (_, n) => rows.slice(n * PAGE, (n + 1) * PAGE))

const fixedCells = ({ service, contracts }: Row): Record<Column, string> => ({
  service: clean(service.name) + (service.state === 'deployed' ? '' : ` (${service.state})`),
  kind: service.kind,
  owner: clean(service.owners[0]?.value ?? '–').replace(/^@[^/]+\//, ''),
  calls: '',
  'called by': '',
  contract: contracts.length > 1 ? `${contracts[0]} +${contracts.length - 1}` : (contracts[0] ?? '–'),
})

/** Fixed columns as wide as they need, up to a limit; the two lists share the rest by need. Where that is too little, the least telling columns go. */
const widthsFor = (cells: readonly Record<Column, string>[], rows: readonly Row[], width: number): Record<Column, number> => {
  const [service, kind, owner, , , contract] = columnWidths([headers, ...cells.map(c => headers.map(h => c[h]))])
  const most = {
    service: Math.min(service!, 32, Math.floor(width * 0.35)),
    kind: kind!,
    owner: Math.min(owner!, 20),
    contract: rows.every(r => r.contracts.length === 0) ? 0 : Math.min(contract!, 24),
  }
  const dropped: ('contract' | 'owner' | 'kind')[] = ['contract', 'owner', 'kind']
  const need = (lists: readonly string[][], header: string): number => Math.max(header.length, ...lists.map(l => widthOf(l.join(', '))))
  const out = need(
    rows.map(r => r.calls),
    'calls',
  )
  const into = need(
    rows.map(r => r.callers),
    'called by',
  )
  for (;;) {
    const columns = 2 + Object.values(most).filter(w => w > 0).length
    const room = width - INDENT - (columns - 1) * GAP - Object.values(most).reduce((a, b) => a + b, 0)
    if (room >= Math.min(out + into, 2 * LIST + 8) || dropped.length === 0) return { ...most, ...shared(Math.max(room, LIST), out, into) }
    most[dropped.shift()!] = 0
  }
}

const shared = (room: number, out: number, into: number): { calls: number; 'called by': number } => {
  if (out + into <= room) return { calls: out, 'called by': into }
  const calls = Math.min(out, Math.max(LIST, room - Math.min(into, Math.max(LIST, Math.floor(room * 0.45)))))
  return { calls, 'called by': Math.min(into, room - calls) }
}

/** As many items as fit, then how many do not: `billing, cart +3`. Rather a later one than one that is cut. */
export const fitting = (items: readonly string[], width: number): string => {
  if (items.length === 0) return '–'
  const all = items.join(', ')
  if (widthOf(all) <= width) return all
  for (let n = items.length - 1; n > 0; n--) {
    const text = `${items.slice(0, n).join(', ')} +${items.length - n}`
    if (widthOf(text) <= width) return text
  }
  const rest = items.length > 1 ? ` +${items.length - 1}` : ''
  const whole = items.find(item => widthOf(item) + rest.length <= width)
  return `${whole ?? cut(items[0]!, Math.max(2, width - rest.length))}${rest}`
}

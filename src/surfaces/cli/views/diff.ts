import pc from 'picocolors'
import type { Change, Comparison, Subject } from '../../../index.ts'
import { clean } from '../../report/layout.ts'
import { count, place } from '../../report/words.ts'

const signs = { added: '+', removed: '-', modified: '~' } as const
const order: Subject['kind'][] = [
  'service',
  'resource',
  'interaction',
  'wiring',
  'contract',
  'operation',
  'element',
  'call',
  'entity',
  'policy',
]
const plural: Partial<Record<Subject['kind'], string>> = { policy: 'policy', wiring: 'wiring', entity: 'entities' }

/** What is different between two maps, by kind of thing, with the place that says so. It passes no verdict. */
export const diff = (comparison: Comparison, colour: boolean): string => {
  const paint = pc.createColors(colour)
  const { changes } = comparison
  if (changes.length === 0) return 'The map is the same.\n'
  const kinds = order.filter(kind => changes.some(c => c.subject.kind === kind))
  const head = kinds.map(kind => count(changes.filter(c => c.subject.kind === kind).length, kind, plural[kind] ?? `${kind}s`)).join(' · ')
  const paints = { added: paint.green, removed: paint.red, modified: paint.yellow }
  const blocks = kinds.map(kind => changes.filter(c => c.subject.kind === kind).map(c => `  ${paints[c.kind](signs[c.kind])} ${line(c)}`))
  return `${head} changed\n\n${blocks.map(b => b.join('\n')).join('\n\n')}\n`
}

const line = (change: Change): string => {
  const { subject, property, before, after, at, contract } = change
  const where = at.head ?? at.base
  const what = contract ? `: ${clean(contract.message)}` : property ? ` ${clean(property)}${beforeAfter(before, after)}` : ''
  return `${subject.kind} ${clean(subject.name)}${what}${where ? `   ${place(where)}${at.head ? '' : ' (base)'}` : ''}`
}

const beforeAfter = (before: unknown, after: unknown): string =>
  before === undefined && after === undefined ? '' : `: ${shown(before)} → ${shown(after)}`

const shown = (value: unknown): string => {
  const text = clean(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none'))
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

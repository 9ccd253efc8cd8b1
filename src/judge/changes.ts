import type { Change, ImpactReport, Subject } from '../model/change.ts'
import { listed, shortOperation } from './words.ts'

/** The type or operation that a changed element belongs to, by the element's address; a document that is one schema by its file. */
export const unitOf = (report: ImpactReport): Subject => {
  const { subject } = report.change
  if (subject.kind !== 'element') return { ...subject, name: shortOperation(subject.name) }
  const hash = subject.id.indexOf('#')
  const address = subject.id.slice(hash + 1)
  const contract = subject.id.slice(0, hash)
  const type = /^type ([^/#]+)/.exec(address)
  if (type) return { kind: 'element', id: `${contract}#type ${type[1]}`, name: type[1]!.slice(type[1]!.lastIndexOf('.') + 1) }
  if (address.startsWith('/')) return { kind: 'contract', id: contract, name: fileOf(report.change) }
  const operation = address.replace(/\/(req|res|sec)\/.*$/, '')
  return { kind: 'operation', id: `${contract}#${operation}`, name: shortOperation(operation) }
}

const fileOf = ({ at }: Change): string => {
  const { file } = (at.head ?? at.base)!
  return file.slice(file.lastIndexOf('/') + 1)
}

const unitsOf = (reports: readonly ImpactReport[]): Subject[] => [...new Map(reports.map(unitOf).map(u => [u.id, u] as const)).values()]

/** One subject for several changes: the unit they share, or the units together. */
export const subjectOf = (reports: readonly ImpactReport[]): Subject => {
  const units = unitsOf(reports)
  if (units.length === 1) return units[0]!
  return { kind: units[0]!.kind, id: units.map(u => u.id).join(' '), name: listed(units.map(u => u.name)) }
}

const MOST_ATOMS = 8

/** First line: what changed, shortly; the atoms in full follow when there are several. */
export const messageOf = (reports: readonly ImpactReport[]): string => {
  const several = unitsOf(reports).length > 1
  const messages = [...new Set(reports.map(r => messageIn(r, several || reports.length === 1)))]
  if (messages.length === 1) return messages[0]!
  const rest = messages.length - MOST_ATOMS
  const shown = messages.slice(0, rest === 1 ? MOST_ATOMS + 1 : MOST_ATOMS).map(m => `  ${m}`)
  return [clauseOf(reports), ...shown, ...(rest > 1 ? [`  and ${rest} more`] : [])].join('\n')
}

/** `Invoice: removed field 7 tax_id (string)`; the unit is said where nothing else says it. */
const messageIn = (report: ImpactReport, named: boolean): string => {
  const { message } = report.change.contract!
  const unit = unitOf(report).name
  return named && report.change.subject.kind === 'element' && !message.split(/\W+/).includes(unit) ? `${unit}: ${message}` : message
}

/** `Invoice loses tax_id`, `Address changes meaning`, `Billing/GetInvoice is removed`: to stand after «when». */
export const clauseOf = (reports: readonly ImpactReport[]): string => {
  const changes = reports.map(r => r.change)
  const units = unitsOf(reports)
  const name = listed(
    units.map(u => u.name),
    3,
  )
  const verb = (one: string, many: string): string => `${name} ${units.length > 1 ? many : one}`
  if (changes.every(isOperationRemoval)) return verb('is removed', 'are removed')
  const members = [...new Set(changes.map(c => memberName(c.subject.name)))]
  if (changes.every(c => c.kind === 'removed')) return `${verb('loses', 'lose')} ${listed(members, 3)}`
  if (changes.every(c => c.kind === 'added')) return `${verb('requires', 'require')} ${listed(members, 3)}`
  if (changes.some(c => /meaning|number/.test(c.contract!.rule))) return verb('changes meaning', 'change meaning')
  const subject = changes.length === 1 ? shortOperation(changes[0]!.subject.name) : `${changes.length} members of ${name}`
  const does = (one: string, many: string): string => `${subject} ${changes.length === 1 ? one : many}`
  if (changes.every(c => c.contract!.rule.includes('type'))) return does('changes type', 'change type')
  if (changes.every(c => c.contract!.rule.includes('name'))) return does('is renamed', 'are renamed')
  return verb('changes', 'change')
}

const isOperationRemoval = ({ kind, subject }: Change): boolean => kind === 'removed' && subject.kind === 'operation'

const memberName = (name: string): string => name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf('/')) + 1)

/** `fields 2 and 3 of Address as they were`: what to keep, in the words of the contract. */
export const elementsOf = (reports: readonly ImpactReport[]): { names: string; many: boolean } => {
  const units = unitsOf(reports)
  const names = [...new Set(reports.map(r => r.change.subject.name))]
  const many = names.length > 1
  if (units.length > 1)
    return {
      names: `the old members of ${listed(
        units.map(u => u.name),
        3,
      )}`,
      many,
    }
  const numbers = [...new Set(reports.flatMap(r => /\/(\d+)$/.exec(r.change.subject.id)?.[1] ?? []))].sort((a, b) => Number(a) - Number(b))
  const isNumbered = numbers.length > 0 && numbers.length === names.length
  if (isNumbered) return { names: `${many ? 'fields' : 'field'} ${listed(numbers, 8)} of ${units[0]!.name}`, many }
  return { names: listed(names, 4), many }
}

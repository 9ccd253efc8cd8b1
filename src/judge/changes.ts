import type { ImpactReport, Subject } from '../model/change.ts'
import { listed, shortOperation } from './words.ts'

/** The type or operation that a changed element belongs to, by the element's address. */
export const unitOf = (report: ImpactReport): Subject => {
  const { subject } = report.change
  if (subject.kind !== 'element') return { ...subject, name: shortOperation(subject.name) }
  const hash = subject.id.indexOf('#')
  const address = subject.id.slice(hash + 1)
  const contract = subject.id.slice(0, hash)
  const type = /^type ([^/#]+)/.exec(address)
  if (type) return { kind: 'element', id: `${contract}#type ${type[1]}`, name: type[1]!.slice(type[1]!.lastIndexOf('.') + 1) }
  const operation = address.replace(/\/(req|res|sec)\/.*$/, '')
  return { kind: 'operation', id: `${contract}#${operation}`, name: shortOperation(operation) }
}

/** One subject for several changes: the unit they share, or the units together. */
export const subjectOf = (reports: readonly ImpactReport[]): Subject => {
  const units = unitsOf(reports)
  if (units.length === 1) return units[0]!
  return { kind: units[0]!.kind, id: units.map(u => u.id).join(' '), name: listed(units.map(u => u.name)) }
}

const unitsOf = (reports: readonly ImpactReport[]): Subject[] => [...new Map(reports.map(unitOf).map(u => [u.id, u])).values()]

/** First line: what changed, shortly; the atoms in full follow when there are several. */
export const messageOf = (reports: readonly ImpactReport[], clause: string): string => {
  const messages = [...new Set(reports.map(r => r.change.contract!.message))]
  if (messages.length === 1) return messages[0]!
  const shown = messages.slice(0, 6).map(m => `  ${m}`)
  const rest = messages.length - shown.length
  return [clause, ...shown, ...(rest > 0 ? [`  and ${rest} more changes`] : [])].join('\n')
}

/** `Invoice loses tax_id`, `Address changes meaning`, `Billing/GetInvoice is removed`. */
export const clauseOf = (reports: readonly ImpactReport[]): string => {
  const { name } = subjectOf(reports)
  const kinds = new Set(reports.map(r => r.change.kind))
  const several = unitsOf(reports).length > 1
  const gone = reports.every(r => r.change.kind === 'removed' && r.change.subject.kind === 'operation')
  if (gone) return `${name} ${several ? 'are' : 'is'} removed`
  const members = [...new Set(reports.map(r => memberName(r.change.subject.name)))]
  if (kinds.size === 1 && kinds.has('removed')) return `${name} ${several ? 'lose' : 'loses'} ${listed(members, 3)}`
  if (kinds.size === 1 && kinds.has('added')) return `${name} ${several ? 'require' : 'requires'} ${listed(members, 3)}`
  const meaning = reports.some(r => r.change.contract!.modes.includes('wire') || r.change.contract!.modes.includes('semantic'))
  if (meaning) return `${name} ${several ? 'change' : 'changes'} meaning`
  return `${name} ${several ? 'change' : 'changes'}`
}

const memberName = (name: string): string => name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf('/')) + 1)

import pc from 'picocolors'
import type { ConsumersResult, ContractDifference, ListedContract } from '../../../index.ts'
import { clean, columnWidths, pad } from '../../report/layout.ts'
import { count, listed, place } from '../../report/words.ts'

const order = ['breaking', 'conditional', 'compatible'] as const

const headline = (changes: readonly ContractDifference[]): string =>
  changes.length === 0
    ? 'No difference.'
    : order
        .map(level => [level, changes.filter(c => c.compatibility === level).length] as const)
        .filter(([, n]) => n > 0)
        .map(([level, n]) => `${n} ${level}`)
        .join(' · ')

const whereOf = ({ at }: ContractDifference): string => {
  const where = at.revision ?? at.base
  return where === undefined ? '' : `${clean(where.file)}:${where.line}${at.revision ? '' : ' (base)'}`
}

/** The worst first, each with its place. */
export const contractsText = (changes: readonly ContractDifference[], colour: boolean): string => {
  const paint = pc.createColors(colour)
  const colours = { breaking: paint.red, conditional: paint.yellow, compatible: paint.green }
  const lines = order.flatMap(level =>
    changes
      .filter(c => c.compatibility === level)
      .map(c => {
        const modes = c.modes.length > 0 && level !== 'compatible' ? ` (${c.modes.join(', ')})` : ''
        return `  ${colours[level](pad(level, 11))}  ${clean(c.message)}${modes}\n      ${[clean(c.subject), whereOf(c)].filter(Boolean).join('   ')}`
      }),
  )
  return `${[headline(changes), ...lines].join('\n')}\n`
}

export const contractsMarkdown = (changes: readonly ContractDifference[]): string => {
  const cell = (text: string): string => clean(text).replace(/[\\|<>`*_[\]]/g, character => `\\${character}`)
  const rows = order.flatMap(level => changes.filter(c => c.compatibility === level))
  if (rows.length === 0) return `${headline(changes)}\n`
  const table = rows.map(c => `| ${c.compatibility} | ${cell(c.message)} | ${cell(c.rule)} | ${cell(whereOf(c))} |`)
  return [headline(changes), '', '| | change | rule | where |', '|---|---|---|---|', ...table, ''].join('\n')
}

export const contractList = (contracts: readonly ListedContract[]): string => {
  if (contracts.length === 0) return 'No contract was found.\n'
  const rows = contracts.map(c => [
    clean(c.id),
    count(c.operations, 'operation'),
    c.providers.length > 0 ? `served by ${listed(c.providers.map(clean), 4)}` : 'served by nobody known',
    c.consumers.length > 0 ? `called by ${listed(c.consumers.map(clean), 6)}` : 'called by nobody known',
    clean(c.files[0] ?? '') + (c.files.length > 1 ? ` and ${c.files.length - 1} more` : ''),
    c.copies.length > 0
      ? `${count(c.copies.length, 'copy', 'copies')}${c.copies.some(k => k.state === 'stale') ? `, ${c.copies.filter(k => k.state === 'stale').length} stale` : ''}`
      : '',
  ])
  const widths = columnWidths(rows)
  return `${rows
    .map(row =>
      row
        .map((cell, i) => (i === row.length - 1 ? cell : pad(cell, widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`
}

const verbs = { call: 'calls', read: 'reads', send: 'sends', match: 'matches' } as const

export const consumersText = ({ service, element, uses, open }: ConsumersResult): string => {
  const what = element === undefined ? clean(service) : `${clean(element)} of ${clean(service)}`
  const parties = new Set(uses.map(u => u.consumer))
  const head =
    parties.size === 0
      ? `Nobody is known to use ${what}.`
      : `${count(parties.size, 'service')} ${parties.size === 1 ? 'uses' : 'use'} ${what}`
  const rows = uses.map(u => [
    clean(u.consumer),
    place(u.at),
    `${verbs[u.access]} ${clean(u.member ?? u.operation)}${u.member === undefined ? '' : ` of ${clean(u.operation)}`}${u.tolerance === undefined || u.tolerance === 'strict' ? '' : ` (${u.tolerance})`}`,
  ])
  const widths = columnWidths(rows)
  const lines = rows.map(row => `  ${pad(row[0]!, widths[0]!)}  ${pad(row[1]!, widths[1]!)}  ${row[2]}`)
  const leaving = open.map(o => `  ${clean(o.consumer)} may use more of ${clean(o.operation)}: its values leave view at ${place(o.at)}`)
  return `${[head, ...lines, ...leaving].join('\n')}\n`
}

import type { Control, Interaction, SystemModel } from '../../../index.ts'
import { clean, columnWidths, pad } from '../../report/layout.ts'
import { count, listed, place } from '../../report/words.ts'

const MOST = 12
const WIDEST = 66

/** What holds for one connection: on its way, at its end, and what its start may reach. Nothing, where nothing is known. */
export const connectionControls = (model: SystemModel, interaction: Interaction): string[] => {
  const service = (id: string): { name: string; controls: readonly Control[] } | undefined => model.services.find(s => s.id === id)
  const [from, to] = [service(interaction.from), service(interaction.to)]
  const own = interaction.controls ?? []
  const known = new Set(own.map(textOf))
  const atEnd = (to?.controls ?? []).filter(c => c.kind !== 'health' && c.peers?.way !== 'out' && !known.has(textOf(c)))
  const atStart = (from?.controls ?? []).filter(c => (c.kind === 'egress' || c.peers?.way === 'out') && !known.has(textOf(c)))
  return [
    ...section('controls of the connection', own),
    ...section(`controls of ${clean(to?.name ?? interaction.to)}`, atEnd),
    ...section(`what ${clean(from?.name ?? interaction.from)} may reach`, atStart),
  ]
}

const section = (title: string, controls: readonly Control[]): string[] => {
  const shown = controls.slice(0, MOST)
  const rows = shown.map(c => [textOf(c), c.evidence[0] ? place(c.evidence[0].at) : '', clean(c.evidence[0]?.note ?? '')])
  const [left = 0, middle = 0] = columnWidths(rows)
  const lines = rows.map(([text = '', at = '', note = '']) =>
    `    ${pad(text, Math.min(left, WIDEST))}   ${pad(at, middle)}   ${note}`.trimEnd(),
  )
  const more =
    controls.length > shown.length ? [`    and ${count(controls.length - shown.length, 'more')}: --format json of the map lists all`] : []
  return controls.length === 0 ? [] : ['', `  ${title}`, ...lines, ...more]
}

/** `timeout 2s for /v1/seats/**`, `authz ALLOW: booking, web`. */
const textOf = ({ kind, value, of, peers, denies, state }: Control): string => {
  const who = peers ? [...peers.nodes, ...peers.others].map(clean) : []
  const side = peers?.way === 'out' ? 'to' : 'from'
  return [
    denies ? `✗ ${kind}` : kind,
    clean(value),
    of === undefined ? '' : `for ${clean(of)}`,
    peers ? `${side} ${who.length > 0 ? listed(who, 4) : 'nobody'}` : '',
    state === 'optional' ? '(optional)' : '',
  ]
    .filter(part => part !== '')
    .join(' ')
}

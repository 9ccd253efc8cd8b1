import type { SystemModel, Unresolved } from '../../../index.ts'
import { clean, pad, wrap } from '../../report/layout.ts'
import { count, listed, place } from '../../report/words.ts'

const INDENT = 6

/** Open calls with place and reason, those that one line of configuration closes together, each with that line. */
export const unresolved = (model: SystemModel, width: number): string => {
  if (model.unresolved.length === 0) return 'Every call leads somewhere: none is unresolved.\n'
  const names = new Map(model.services.map(s => [s.id, clean(s.name)]))
  const groups = new Map<string, Unresolved[]>()
  for (const u of model.unresolved) {
    const key = JSON.stringify([u.from, u.hint ?? u.id, u.reason])
    groups.set(key, [...(groups.get(key) ?? []), u])
  }
  const blocks = [...groups.values()].map(group => block(group, names.get(group[0]!.from) ?? clean(group[0]!.from), width))
  const elsewhere =
    model.revisions.length === 1 ? '\n  A call into another repository is resolved by its fragment: lintel map --with FRAGMENT|DIR\n' : ''
  return `${count(model.unresolved.length, 'call')} could not be resolved\n\n${blocks.join('\n\n')}\n${elsewhere}`
}

const block = (group: readonly Unresolved[], from: string, width: number): string => {
  const [first] = group
  const { does, protocol, target, reason, hint } = first!
  const at = first!.evidence[0]?.at
  const operations = [...new Set(group.flatMap(u => (u.operation ? [clean(u.operation)] : [])))]
  const what = [
    does,
    protocol === 'unknown' ? '' : protocol,
    operations.length === 1 ? operations[0]! : '',
    `to ${clean(target)}:`,
    clean(reason),
  ]
  const sentence = what.filter(word => word !== '').join(' ')
  const indent = ' '.repeat(INDENT)
  return [
    ...wrap(sentence, width, `${from} → ?   ${at ? `${place(at)}   ` : ''}`, indent),
    ...(operations.length > 1 ? wrap(`${count(operations.length, 'operation')}: ${listed(operations, 8)}`, width, indent) : []),
    ...hintLines(hint).map(line => `${indent}${line}`),
  ].join('\n')
}

/** A call that has a name to bind has two ways out: its other side is a service of the system, or it is outside. */
const hintLines = (hint: string | undefined): string[] => {
  if (!hint) return []
  const lines = hint
    .split('\n')
    .map(clean)
    .filter(line => line.trim() !== '')
  const key = lines.length === 1 ? /^links: \{ (.+): <service> \}$/.exec(lines[0]!)?.[1] : undefined
  if (key === undefined) return lines
  const ways = [`links: { ${key}: <service> }`, `external: { ${key}: "<name>" }`]
  const wide = Math.max(...ways.map(way => way.length))
  return [`if it is a service of yours:  ${pad(ways[0]!, wide)}   in lintel.config.yaml`, `if it is outside:             ${ways[1]}`]
}

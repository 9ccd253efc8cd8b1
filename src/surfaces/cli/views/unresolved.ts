import type { SystemModel, Unresolved } from '../../../index.ts'
import { clean, wrap } from '../../report/layout.ts'
import { count, place } from '../../report/words.ts'

/** Each open call with its place, the reason, and the lines of configuration that would close it. */
export const unresolved = (model: SystemModel, width: number): string => {
  const names = new Map(model.services.map(s => [s.id, clean(s.name)]))
  if (model.unresolved.length === 0) return 'Every call leads somewhere: none is unresolved.\n'
  const blocks = model.unresolved.map(u => block(u, names.get(u.from) ?? clean(u.from), width))
  const inOneRepository =
    model.revisions.length === 1 ? '\n  A call into another repository is resolved by its fragment: lintel map --with FRAGMENT|DIR' : ''
  return `${count(model.unresolved.length, 'call')} could not be resolved\n\n${blocks.join('\n\n')}\n${inOneRepository}\n`
}

const block = (u: Unresolved, from: string, width: number): string => {
  const at = u.evidence.at(-1)?.at ?? u.evidence[0]?.at
  const does = [u.does, u.protocol === 'unknown' ? '' : u.protocol, u.operation ?? ''].filter(Boolean).join(' ')
  const first = `${from} → ?   ${at ? `${place(at)}   ` : ''}`
  const indent = ' '.repeat(6)
  return [
    ...wrap(clean(`${does} to ${u.target}: ${u.reason}`), width, first, indent),
    ...hintLines(u).map(line => `${indent}${line}`),
  ].join('\n')
}

/** Two ways out where the call names something to bind: it is a service of the system, or it is outside. */
const hintLines = ({ hint }: Unresolved): string[] => {
  if (!hint) return []
  const lines = hint
    .split('\n')
    .map(clean)
    .filter(line => line.trim() !== '')
  return lines.map(line => (line.includes('lintel.config') || lines.length > 1 ? line : `${line}     in lintel.config.yaml`))
}

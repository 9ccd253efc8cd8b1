import type { Declared } from '../../model/infrastructure.ts'
import type { Call } from './calls.ts'
import type { Reading } from './settings.ts'

const MAX_STEPS = 400

/** What the steps of a workflow use: of every step that the definition leads to, the things that it is given. */
export const stepsOf = (value: Declared | undefined, values: Reading): Declared | undefined => {
  const { calls } = values.settings
  const seen = new Set<Call>()
  const open: Declared[] = value ? [value] : []
  const used: Declared[] = []
  const visit = (call: Call): void => {
    if (seen.has(call) || seen.size >= MAX_STEPS) return
    seen.add(call)
    if (call.receiver) open.push(call.receiver)
    for (const given of [...call.positional, ...[...call.named.values()].map(e => e.value)]) open.push(given)
    // What a step leads to is told by methods that are called on it.
    if (isStep(call)) open.push(...calls.on(call).map(on => ({ is: 'made' as const, call: on.number })))
  }
  for (let here = open.pop(); here; here = open.pop()) {
    if (here.is === 'list') open.push(...here.items)
    else if (here.is === 'map') open.push(...here.entries.map(e => e.value))
    else if (here.is === 'concat') open.push(...here.parts)
    else if (here.is === 'any') open.push(...here.options)
    const call = calls.of(here)
    if (!call) continue
    if (call.fact.own !== undefined) {
      // A part of a workflow that is a class of its own: all steps that are made in it.
      if (isStep(call) && !seen.has(call)) open.push(...calls.within(call).map(inner => ({ is: 'made' as const, call: inner.number })))
      seen.add(call)
    } else if (call.method === '' && values.isResource(call)) used.push(here)
    else visit(call)
  }
  return used.length === 0 ? undefined : { is: 'list', items: used }
}

const isStep = (call: Call): boolean => /^(awsstepfunctions|\*)/.test(call.name.module)

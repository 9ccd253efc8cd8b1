import { notKnown } from '../cloud/document.ts'
import type { Source } from '../cloudformation/template.ts'
import {
  asText,
  copyOf,
  ensureMap,
  listItems,
  mapEntries,
  member,
  type Placed,
  type PlacedMap,
  scalar,
  setMember,
} from '../syntax/placed.ts'
import { nameOf } from './managed.ts'

/** What claims and composite resources are made of: objects as compositions give them, patched with what the claim says. */
export const composed = (objects: readonly Placed[], source: Source): Placed[] => {
  const compositions = objects.filter(o => kindOf(o) === 'Composition')
  const definitions = objects.filter(o => kindOf(o) === 'CompositeResourceDefinition')
  return objects.flatMap(claim => {
    const definition = definitions.find(d => isOf(claim, d))
    if (!definition) return []
    const kind = asText(member(definition, 'spec', 'names', 'kind'))
    const all = compositions.filter(c => asText(member(c, 'spec', 'compositeTypeRef', 'kind')) === kind)
    const composition = chosen(claim, definition, all)
    if (composition) return made(claim, composition, source)
    const why = all.length === 0 ? 'no composition is in the repository' : 'several compositions would do'
    source.problem('crossplane/composition', `${nameOf(claim)?.slice(0, 100)}: ${why}; what it deploys is missing`, claim.at)
    return []
  })
}

const kindOf = (node: Placed): string | undefined => asText(member(node, 'kind'))

const isOf = (object: Placed, definition: Placed): boolean => {
  const group = asText(member(definition, 'spec', 'group'))
  const kinds = ['names', 'claimNames'].map(key => asText(member(definition, 'spec', key, 'kind')))
  return group !== undefined && (asText(member(object, 'apiVersion')) ?? '').startsWith(`${group}/`) && kinds.includes(kindOf(object))
}

const chosen = (claim: Placed, definition: Placed, all: readonly Placed[]): Placed | undefined => {
  const said = ['spec', 'crossplane'].map(key => (key === 'spec' ? member(claim, 'spec') : member(claim, 'spec', 'crossplane')))
  const named = said.map(spec => asText(member(spec, 'compositionRef', 'name'))).find(name => name !== undefined)
  const standard = asText(member(definition, 'spec', 'defaultCompositionRef', 'name'))
  const labels = said.flatMap(spec => mapEntries(member(spec, 'compositionSelector', 'matchLabels')))
  if (named !== undefined) return all.find(c => nameOf(c) === named)
  const fitting = all.filter(c => labels.every(l => asText(member(c, 'metadata', 'labels', l.key)) === asText(l.value)))
  return labels.length === 0 && standard !== undefined
    ? all.find(c => nameOf(c) === standard)
    : fitting.length === 1
      ? fitting[0]
      : undefined
}

/** The resources of a composition, and of the steps of its pipeline that patch and transform. */
const made = (claim: Placed, composition: Placed, source: Source): Placed[] => {
  const steps = listItems(member(composition, 'spec', 'pipeline'))
  for (const step of steps.filter(s => !member(s, 'input', 'resources')))
    if (!/ready|sequencer/i.test(asText(member(step, 'functionRef', 'name')) ?? '')) {
      const name = asText(member(step, 'functionRef', 'name'))?.slice(0, 100) ?? 'a function'
      source.problem('crossplane/function', `${name} is a program and is not run; what it makes of ${nameOf(claim)} is missing`, step.at)
    }
  const inputs = [member(composition, 'spec'), ...steps.map(step => member(step, 'input'))]
  return inputs.flatMap(input =>
    listItems(member(input, 'resources')).flatMap((item): Placed[] => {
      const base = member(item, 'base')
      if (base?.is !== 'map' || !source.budget.take()) return []
      const object = copyOf(base, source.budget) as PlacedMap
      const metadata = ensureMap(object, ['metadata'], object.at)
      const own = asText(member(item, 'name')) ?? kindOf(base)?.toLowerCase() ?? 'resource'
      if (metadata && !member(metadata, 'name')) setMember(metadata, 'name', scalar(`${nameOf(claim) ?? 'claim'}-${own}`, claim.at))
      for (const patch of patchesOf(item, input)) apply(patch, claim, object)
      return [object]
    }),
  )
}

const patchesOf = (item: Placed, input: Placed | undefined): Placed[] =>
  listItems(member(item, 'patches')).flatMap(patch => {
    if (asText(member(patch, 'type')) !== 'PatchSet') return [patch]
    const set = listItems(member(input, 'patchSets')).find(s => asText(member(s, 'name')) === asText(member(patch, 'patchSetName')))
    return listItems(member(set, 'patches'))
  })

const pathOf = (path: string): string[] =>
  path
    .replace(/\[["']?([^\]"']*)["']?\]/g, '.$1')
    .split('.')
    .filter(part => part !== '')

const at = (node: Placed, path: string): Placed | undefined => {
  let here: Placed | undefined = node
  for (const step of pathOf(path)) here = here?.is === 'list' ? here.items[Number(step)] : member(here, step)
  return here
}

const apply = (patch: Placed, claim: Placed, object: PlacedMap): void => {
  const type = asText(member(patch, 'type')) ?? 'FromCompositeFieldPath'
  const from = asText(member(patch, 'fromFieldPath'))
  const to = asText(member(patch, 'toFieldPath')) ?? from
  if (to === undefined || to.length > 300) return
  const value =
    type === 'FromCompositeFieldPath' && from !== undefined
      ? transformed(at(claim, from), patch)
      : type === 'CombineFromComposite'
        ? combined(claim, patch)
        : undefined
  const path = pathOf(to)
  const last = path.pop()
  const map = value && last !== undefined ? ensureMap(object, path.slice(0, 20), value.at) : undefined
  if (map && value && last !== undefined) setMember(map, last, value)
}

const transformed = (value: Placed | undefined, patch: Placed): Placed | undefined =>
  listItems(member(patch, 'transforms')).reduce<Placed | undefined>((here, transform) => {
    const text = asText(here)
    if (!here || text === undefined) return here
    const mapped = member(transform, 'map', text) ?? member(transform, 'map', 'pairs', text)
    const format = asText(member(transform, 'string', 'fmt'))
    if (asText(member(transform, 'type')) === 'map') return mapped ?? scalar(notKnown('the map has no such entry'), here.at)
    return format === undefined ? here : scalar(format.replace(/%[svd]/, () => text).slice(0, 1000), here.at)
  }, value)

const combined = (claim: Placed, patch: Placed): Placed | undefined => {
  const variables = listItems(member(patch, 'combine', 'variables')).map(v => asText(at(claim, asText(member(v, 'fromFieldPath')) ?? '')))
  const format = asText(member(patch, 'combine', 'string', 'fmt'))
  if (format === undefined || variables.some(v => v === undefined)) return undefined
  let next = 0
  return scalar(
    format.slice(0, 1000).replace(/%[svd]/g, () => variables[next++] ?? ''),
    patch.at,
  )
}

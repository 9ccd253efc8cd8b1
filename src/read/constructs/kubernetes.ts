import { mapOf, type Origin, type Placed, type PlacedEntry, scalar, setMember } from '../syntax/placed.ts'
import type { Call } from './calls.ts'
import { camelCase, SAME_KEYS } from './keys.ts'
import type { LibraryName } from './libraries.ts'
import type { Settings } from './settings.ts'
import { lastOfEach, Values } from './values.ts'

const MAX_OBJECTS = 2000

/** Objects of Kubernetes that a program declares, as the manifests that they are. */
export const manifestsOf = (settings: Settings): Placed[] => {
  const values = new Values(settings)
  return settings.calls.all
    .filter(call => call.method === '' && (call.name as LibraryName & { provider?: string }).provider === 'kubernetes' && isObject(call))
    .slice(0, MAX_OBJECTS)
    .map(call => manifest(call, values))
}

/** A kind of a version: `apps/v1.Deployment`; arguments of one, and charts, are none. */
const isObject = ({ name }: Call): boolean =>
  /(^|\/)v\d+\w*$/.test(name.module) && !/(Args|Patch|List)$/.test(name.class) && !/^helm/.test(name.module)

const manifest = (call: Call, values: Values): Placed => {
  const at: Origin = call.fact.at
  const [, group = '', version = ''] = /^(?:(.*)\/)?(v\d+\w*)$/.exec(call.name.module) ?? []
  const entries = values.settings.calls
    .given(call)
    .map(({ key, value }): PlacedEntry => ({ key: camelCase(key), value: renamed(values.placed(value, at), camelCase(key)), at }))
    .filter(e => !/^(apiVersion|kind|resourceName|opts)$/.test(e.key))
  const map = mapOf(at, ['apiVersion', scalar(apiVersion(group, version), at)], ['kind', scalar(call.name.class, at)])
  map.entries.push(...lastOfEach(entries))
  const metadata = map.entries.find(e => e.key === 'metadata')?.value
  const own = metadata?.is === 'map' ? metadata : mapOf(at)
  if (!own.entries.some(e => e.key === 'name'))
    setMember(own, 'name', scalar(nameOf(call) ?? `${call.name.class.toLowerCase()}-${at.line}`, at))
  setMember(map, 'metadata', own)
  return map
}

const nameOf = (call: Call): string | undefined => {
  const [name] = call.positional
  return name?.is === 'text' ? name.text : undefined
}

const apiVersion = (group: string, version: string): string =>
  group === '' || group === 'core'
    ? version
    : `${/^(apps|batch|autoscaling|policy|extensions)$/.test(group) ? group : `${group}.k8s.io`}/${version}`

/** Keys as manifests have them, whatever the language; keys that are data stay. */
const renamed = (node: Placed, under: string): Placed => {
  if (node.is === 'list') return { ...node, items: node.items.map(item => renamed(item, under)) }
  if (node.is !== 'map' || (SAME_KEYS.has(under) && !node.entries.some(e => /^match_?labels$/i.test(e.key)))) return node
  return {
    ...node,
    entries: lastOfEach(node.entries.map(e => ({ ...e, key: camelCase(e.key), value: renamed(e.value, camelCase(e.key)) }))),
  }
}

import { dirname, join } from '../../base/path.ts'
import type { EnvFromFact, SettingFact } from '../../model/manifest.ts'
import { showValue } from '../../model/value.ts'
import { nearest } from '../directory.ts'
import { type Placed, stepAt } from '../gather.ts'
import type { Entry, Layer, Owner, Settings } from './layer.ts'

/** Config maps, secrets and env files that the manifest pours into the container; the last one named wins. */
export const envFrom: Layer = {
  name: 'env-from',
  entries(owner, settings) {
    const { instance } = owner
    return instance ? [...instance.container.envFrom].reverse().flatMap(from => poured(from, owner, settings)) : []
  },
}

const poured = (from: EnvFromFact, owner: Owner, settings: Settings): Entry[] => {
  const place = owner.instance!.place
  const found = from.kind === 'file' ? fileSettings(from, owner, settings) : ownedSettings(`${from.kind}/${from.name}`, owner, settings)
  const said = stepAt(place, from.spot, `envFrom ${from.name}`)
  return [...found].reverse().map(s => ({
    name: `${from.prefix ?? ''}${s.fact.key}`,
    value: s.fact.value,
    step: stepAt(
      s,
      s.fact.spot,
      `${s.fact.key} = ${showValue(s.fact.value)} (${from.name}, taken in line ${said.at.line} of ${said.at.file})`,
    ),
    layer: from.kind === 'file' ? 'env-file' : 'env-from',
  }))
}

/** The settings of a config map or secret: two of one name are told apart by nearness, then by namespace. */
export const ownedSettings = (name: string, owner: Owner, settings: Settings): Placed<SettingFact>[] => {
  const all = settings.byOwner.get(name) ?? alike(name, settings)
  const space = owner.from.namespace
  const inSpace = space === undefined ? all : all.filter(s => (s.fact.namespace ?? space) === space)
  const near = nearest(inSpace.length > 0 ? inSpace : all, s => s, owner.from)
  const first = near[0]
  return first === undefined ? [] : near.filter(s => s.file === first.file && s.variant.id === first.variant.id)
}

/**
 * Stacks fill in their stage or their name themselves: `*` stands for that in a name under which they find each other's values. What only
 * one name can mean is that.
 */
const alike = (name: string, settings: Settings): Placed<SettingFact>[] => {
  const kind = /^(?:parameter|export)\//.exec(name)?.[0]
  if (kind === undefined) return []
  const found = [...settings.byOwner.keys()].filter(other => other.startsWith(kind) && (isLike(name, other) || isLike(other, name)))
  return found.length === 1 ? settings.byOwner.get(found[0]!)! : []
}

const isLike = (pattern: string, name: string): boolean => {
  const parts = pattern.split('*')
  if (parts.length < 2 || parts.length > 6 || name.length > 400) return false
  return new RegExp(`^${parts.map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('[^/]*')}$`).test(name)
}

const fileSettings = (from: EnvFromFact, owner: Owner, settings: Settings): Placed<SettingFact>[] => {
  const place = owner.instance!.place
  for (const path of [join(dirname(place.file), from.name), join(from.name)]) {
    const found = path === undefined ? undefined : settings.byFile.get(`${place.repo}\n${path}`)
    if (found) return found
  }
  return []
}

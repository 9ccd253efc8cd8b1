import { canonicalName } from '../base/names.ts'
import { dirname, isInside, sharedDepth } from '../base/path.ts'
import type { SettingFact } from '../model/manifest.ts'
import { showValue } from '../model/value.ts'
import { type Viewpoint, viewpointOf } from './directory.ts'
import { type Gathered, groupBy, type Placed, type ProgramRef, stepAt } from './gather.ts'
import { dotEnv } from './layers/dot-env.ts'
import { envFrom, ownedSettings } from './layers/env-from.ts'
import { image } from './layers/image.ts'
import type { Entry, Layer, Owner, Settings } from './layers/layer.ts'
import { workload } from './layers/workload.ts'
import type { Instance } from './node.ts'
import type { Programs } from './programs.ts'

/**
 * Precedence of environment variables, highest first. Below all of them stands the code's own default, which the value itself carries.
 * Configuration keys are looked up in the environment first (relaxed binding), then in the files of `configLayers`.
 */
const precedence: readonly Layer[] = [workload, envFrom, image, dotEnv]

/** Layers of configuration files, highest first; a profile counts only if it is active, or if nothing else sets the key. */
const configLayers: readonly SettingFact['layer'][] = ['env-file', 'profile', 'base', 'config-server', 'code', 'map']

/** The effective environment of one deployable in one variant. */
export interface Environment {
  owner: Owner
  /** All entries of a name, the one in force first. */
  entries: Map<string, Entry[]>
  byCanonical: Map<string, string>
}

export const indexSettings = (gathered: Gathered): Settings => ({
  byOwner: groupBy(
    gathered.settings.filter(s => s.fact.owner !== undefined),
    s => s.fact.owner!,
  ),
  byFile: groupBy(
    gathered.settings.filter(s => s.fact.owner === undefined),
    s => `${s.repo}\n${s.file}`,
  ),
  byKey: groupBy(
    gathered.settings.filter(s => s.fact.owner === undefined),
    s => canonicalName(s.fact.key),
  ),
})

export const environmentOf = (who: { instance?: Instance; program?: ProgramRef }, settings: Settings, programs: Programs): Environment => {
  const program = who.program ?? who.instance?.program
  const owner: Owner = {
    from: who.instance ? viewpointOf(who.instance) : programView(program),
    ...(who.instance ? { instance: who.instance } : {}),
    ...(program ? { program } : {}),
  }
  const entries = groupBy(
    precedence.flatMap(layer => layer.entries(owner, settings, programs)),
    e => e.name,
  )
  return { owner, entries, byCanonical: new Map([...entries.keys()].reverse().map(name => [canonicalName(name), name])) }
}

const programView = (ref: ProgramRef | undefined): Viewpoint => ({
  repo: ref?.repo ?? '',
  file: ref?.program.main?.file ?? `${ref?.program.root ?? ''}/x`,
  bases: [],
})

/** What sets a configuration key: the environment under any spelling, then the program's own configuration files by layer. */
export const configEntries = (environment: Environment, key: string, owner: string | undefined, settings: Settings): Entry[] => {
  if (owner !== undefined && /^(config-map|secret)\//.test(owner))
    return ownedSettings(owner, environment.owner, settings)
      .filter(s => s.fact.key === key)
      .map(settingEntry)
  if (owner === 'build-arg') return []
  const name = environment.byCanonical.get(canonicalName(key))
  const inEnvironment = name === undefined ? [] : environment.entries.get(name)!
  const own = ownFiles(settings.byKey.get(canonicalName(key)) ?? [], environment.owner.program)
  return [...inEnvironment, ...byLayer(own, activeProfiles(environment)).map(settingEntry)]
}

const settingEntry = (s: Placed<SettingFact>): Entry => ({
  name: s.fact.key,
  value: s.fact.value,
  step: stepAt(s, s.fact.spot, `${s.fact.key} = ${showValue(s.fact.value)}`),
  layer: s.fact.layer,
})

/** Settings in files of the program's own folders; of several folders, those nearest to its main. */
const ownFiles = (all: readonly Placed<SettingFact>[], ref: ProgramRef | undefined): Placed<SettingFact>[] => {
  if (!ref) return []
  const mine = all.filter(s => s.repo === ref.repo && isInside(s.file, ref.program.root))
  const reached =
    mine.length > 0 ? mine : all.filter(s => s.repo === ref.repo && ref.program.reaches.some(r => r !== '' && isInside(s.file, r)))
  const home = ref.program.main === undefined ? ref.program.root : dirname(ref.program.main.file)
  const closeness = (s: Placed<SettingFact>): number => sharedDepth(dirname(s.file), home)
  const best = Math.max(...reached.map(closeness), -1)
  return reached.filter(s => closeness(s) === best)
}

const PROFILE_NAMES = [
  'SPRING_PROFILES_ACTIVE',
  'ASPNETCORE_ENVIRONMENT',
  'DOTNET_ENVIRONMENT',
  'QUARKUS_PROFILE',
  'MICRONAUT_ENVIRONMENTS',
  'NODE_ENV',
  'APP_ENV',
]
const DEVELOPMENT = /^(dev|development|test|testing|local|localhost|ci|integration)$/i

const activeProfiles = (environment: Environment): Set<string> =>
  new Set(
    PROFILE_NAMES.flatMap(name => environment.entries.get(name)?.slice(0, 1) ?? [])
      .flatMap(e => showValue(e.value).split(','))
      .map(p => p.trim().toLowerCase()),
  )

const byLayer = (settings: readonly Placed<SettingFact>[], active: Set<string>): Placed<SettingFact>[] => {
  const order = (s: Placed<SettingFact>): number => {
    const { profile, layer } = s.fact
    const base = configLayers.indexOf(layer)
    if (profile === undefined) return base === -1 ? 50 : base
    if (active.has(profile.toLowerCase())) return 0.5
    return DEVELOPMENT.test(profile) ? 200 : 100
  }
  return [...settings].sort((a, b) => order(a) - order(b)).filter(s => order(s) < 200)
}

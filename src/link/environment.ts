import { canonicalName } from '../base/names.ts'
import type { SettingFact } from '../model/manifest.ts'
import { showValue, type Value } from '../model/value.ts'
import { type Viewpoint, viewpointOf } from './directory.ts'
import { type Gathered, groupBy, type Placed, type ProgramRef, stepAt } from './gather.ts'
import { commandLine, commandLines } from './layers/command-line.ts'
import { type ConfigFiles, canonicalKey, configFiles, indexConfigFiles } from './layers/config-files.ts'
import { dotEnv } from './layers/dot-env.ts'
import { envFrom, ownedSettings } from './layers/env-from.ts'
import { image } from './layers/image.ts'
import type { Entry, Layer, Owner, Settings } from './layers/layer.ts'
import { workload } from './layers/workload.ts'
import type { Instance } from './node.ts'
import { type Programs, programNames } from './programs.ts'

/**
 * Precedence of environment variables, highest first. Below all of them stands the code's own default, which the value itself carries.
 * Configuration keys are looked up in the environment first (relaxed binding), then in the files of `configLayers`.
 */
const precedence: readonly Layer[] = [commandLine, workload, envFrom, image, dotEnv]

/** The effective environment of one deployable in one variant. */
export interface Environment {
  owner: Owner
  /** All entries of a name, the one in force first. */
  entries: Map<string, Entry[]>
  byCanonical: Map<string, string>
  /** Its configuration files, read on first use. */
  config: () => ConfigFiles
  /** Names under which a configuration server knows it, and a registry. */
  applications: () => string[]
}

export const indexSettings = (gathered: Gathered): Settings => {
  const free = gathered.settings.filter(s => s.fact.owner === undefined)
  return {
    byOwner: groupBy(
      gathered.settings.filter(s => s.fact.owner !== undefined),
      s => s.fact.owner!,
    ),
    byFile: groupBy(free, s => `${s.repo}\n${s.file}`),
    ...indexConfigFiles(free, gathered.programs),
  }
}

/** The environment of an instance, a program, or a program in an instance; that of an instance with its own program is made once. */
export const environmentOf = (who: { instance?: Instance; program?: ProgramRef }, settings: Settings, programs: Programs): Environment => {
  const { instance, program = instance?.program } = who
  if (!instance || program?.key !== instance.program?.key) return made(instance, program, settings, programs)
  const known = ofInstances.get(settings) ?? new WeakMap<Instance, Environment>()
  ofInstances.set(settings, known)
  const environment = known.get(instance) ?? made(instance, program, settings, programs)
  known.set(instance, environment)
  return environment
}

const ofInstances = new WeakMap<Settings, WeakMap<Instance, Environment>>()

const made = (instance: Instance | undefined, program: ProgramRef | undefined, settings: Settings, programs: Programs): Environment => {
  const owner: Owner = {
    from: instance ? viewpointOf(instance) : programView(program),
    ...(instance ? { instance } : {}),
    ...(program ? { program } : {}),
  }
  const entries = groupBy(
    precedence.flatMap(layer => layer.entries(owner, settings, programs)),
    e => e.name,
  )
  const byCanonical = new Map([...entries.keys()].reverse().map(name => [canonicalName(name), name]))
  return { owner, entries, byCanonical, ...lazyConfig(owner, entries, settings, programs) }
}

const NOTHING: ConfigFiles = { byKey: new Map(), keys: [] }
const NAME_KEYS = [
  'spring.application.name',
  'spring.cloud.config.name',
  'quarkus.application.name',
  'micronaut.application.name',
  'dapr.app-id',
]

/** Files are looked at once: first the program's own, which say its name and may say its profiles, then the server's too. */
const lazyConfig = (
  owner: Owner,
  entries: Map<string, Entry[]>,
  settings: Settings,
  programs: Programs,
): Pick<Environment, 'config' | 'applications'> => {
  let applications: string[] | undefined
  let config: ConfigFiles | undefined
  const read = (): void => {
    const ref = owner.program
    const told = activeProfiles(owner, entries, programs)
    const own = ref ? configFiles(ref, [], { active: told, byItself: [] }, settings) : NOTHING
    const byItself = told.length > 0 ? [] : PROFILE_KEYS.flatMap(key => profilesOf(own.byKey.get(canonicalKey(key))?.[0]?.value))
    const inEnvironment = NAME_KEYS.flatMap(key => entries.get(key.toUpperCase().replaceAll('.', '_'))?.slice(0, 1) ?? [])
    const inFiles = NAME_KEYS.flatMap(key => own.byKey.get(canonicalKey(key)) ?? [])
    applications = [
      ...new Set([...inEnvironment, ...inFiles].flatMap(e => (e.value.is === 'text' && !/[$@]/.test(e.value.text) ? [e.value.text] : []))),
    ]
    const names = [...applications, ...(owner.instance ? [owner.instance.place.fact.name] : []), ...(ref ? programNames(ref) : [])]
    config = ref ? configFiles(ref, names, { active: told, byItself }, settings) : NOTHING
    if (told.length + byItself.length === 0) withUnnamed(config)
  }
  return {
    config: () => {
      if (!config) read()
      return config!
    },
    applications: () => {
      if (!applications) read()
      return applications!
    },
  }
}

/** Where no profile is named, what profiles set holds beside the base. */
const withUnnamed = ({ byKey }: ConfigFiles): void => {
  for (const entries of byKey.values()) {
    const [first, ...rest] = entries
    const also = rest.filter(e => e.layer === 'unnamed' && showValue(e.value) !== showValue(first!.value))
    if (first && first.layer !== 'env-file' && also.length > 0) first.also = also
  }
}

const programView = (ref: ProgramRef | undefined): Viewpoint => ({
  repo: ref?.repo ?? '',
  file: ref?.program.main?.file ?? `${ref?.program.root ?? ''}/x`,
  bases: [],
})

/** What sets a configuration key: the environment under any spelling, then the program's own configuration files by layer. */
export const configEntries = (environment: Environment, key: string, owner: string | undefined, settings: Settings): Entry[] => {
  if (owner !== undefined && /^(config-map|secret|parameter|export)\//.test(owner))
    return ownedSettings(owner, environment.owner, settings)
      .filter(s => s.fact.key === key)
      .map(settingEntry)
  if (owner === 'build-arg') return []
  const name = environment.byCanonical.get(canonicalKey(key))
  const inEnvironment = name === undefined ? [] : environment.entries.get(name)!
  return [...inEnvironment, ...(environment.config().byKey.get(canonicalKey(key)) ?? [])]
}

const settingEntry = (s: Placed<SettingFact>): Entry => ({
  name: s.fact.key,
  value: s.fact.value,
  step: stepAt(s, s.fact.spot, `${s.fact.key} = ${showValue(s.fact.value)}`),
  layer: s.fact.layer,
})

const PROFILE_NAMES = [
  'SPRING_PROFILES_ACTIVE',
  'ASPNETCORE_ENVIRONMENT',
  'DOTNET_ENVIRONMENT',
  'QUARKUS_PROFILE',
  'MICRONAUT_ENVIRONMENTS',
  'NODE_ENV',
  'APP_ENV',
]
const PROFILE_KEYS = ['spring.profiles.active', 'spring.profiles.include', 'quarkus.profile']

/** Profiles that the deployable's environment names, else the command line that starts it. */
const activeProfiles = (owner: Owner, entries: Map<string, Entry[]>, programs: Programs): string[] => {
  const named = PROFILE_NAMES.flatMap(name => profilesOf(entries.get(name)?.[0]?.value))
  return named.length > 0 ? named : [...new Set(commandLines(owner, programs).flatMap(onCommandLine))]
}

const onCommandLine = (word: string): string[] =>
  [...word.matchAll(/(?:-D|--)(?:spring\.profiles\.active|quarkus\.profile|environment)[= ]([\w,.-]+)/g)].flatMap(m => split(m[1]!))

const profilesOf = (value: Value | undefined): string[] =>
  value === undefined || value.is === 'unknown' ? [] : split(showValue(value).replace(/^\$\{[^:}]*:?-?([^}]*)\}$/, '$1'))

const split = (names: string): string[] =>
  names
    .split(',')
    .map(p => p.trim().toLowerCase())
    .filter(p => /^[\w.-]+$/.test(p))

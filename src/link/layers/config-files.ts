import type { ByPath } from '../../base/by-path.ts'
import { canonicalName } from '../../base/names.ts'
import { basename, dirname, isInside, sharedDepth } from '../../base/path.ts'
import type { SettingFact } from '../../model/manifest.ts'
import { showValue } from '../../model/value.ts'
import { byPathIn, groupBy, type Placed, type ProgramRef, stepAt } from '../gather.ts'
import { isAside } from '../programs.ts'
import type { ConfigFile, Entry, Settings } from './layer.ts'

/** Profiles that a manifest or a command line activates; `byItself`: those the program's own files activate, no manifest agreeing. */
export interface Profiles {
  active: readonly string[]
  byItself: readonly string[]
}

/** What one program's configuration files say, in one set of active profiles. */
export interface ConfigFiles {
  /** All entries of a key (canonical), the one in force first. */
  byKey: Map<string, ConfigEntry[]>
  /** Keys as written, in the order of files. */
  keys: string[]
}

interface ConfigEntry extends Entry {
  /** Where it stands among the layers; smaller wins. */
  rank: number
}

/**
 * Precedence of configuration files, highest first. Above them stands the environment of the deployable, below them the image's and the
 * code's own default. `unnamed`: a profile that no manifest activates and that is not the framework's default; it counts beside the base
 * only where no profile is named at all. Profiles of development and tests count only where something activates them.
 */
const RANKS = {
  'env-file': 0,
  'own profile': 10,
  'own base': 20,
  'library base': 25,
  'server profile': 30,
  'server base': 40,
  'shared profile': 50,
  'shared base': 60,
  unnamed: 70,
} as const
type Standing = keyof typeof RANKS

const DEVELOPMENT = /^(dev|develop|development|test|tests|testing|local|localhost|ci|integration|it|e2e|mock)$/i
/** Frameworks whose programs run in this profile unless told otherwise. */
const DEFAULT_PROFILES: readonly (readonly [files: RegExp, profile: RegExp])[] = [
  [/(^|\/)appsettings\.[^/]+\.json$/i, /^production$/i],
  [/(^|\/)application\.(properties|ya?ml)$/, /^prod$/],
  [/(^|\/)[\w-]*(config|configs|settings)[\w-]*\/[^/]+$/i, /^(production|prod)$/i],
]

/** A key without separators: `a.b[0].c-d`, `A__B`, `A_B_0_CD` under one name. */
export const canonicalKey = (key: string): string => canonicalName(key.replace(/[[\]]/g, '.'))

interface Seen {
  setting: Placed<SettingFact>
  standing: Standing
  /** Of several at one standing, the greater goes first. */
  closeness: number
  profileOrder: number
}

/** Configuration of a program as files give it: its own, its libraries', those of a configuration server under one of `names`. */
export const configFiles = (ref: ProgramRef, names: readonly string[], profiles: Profiles, settings: Settings): ConfigFiles => {
  const own = new Set(names.map(canonicalName))
  const seen: Seen[] = []
  for (const file of settings.configFilesFor(ref)) {
    const place = placeOf(file, ref, own, settings)
    if (place === undefined) continue
    for (const setting of file.settings) {
      const standing = standingOf(place, setting, file.path, profiles)
      if (standing !== undefined)
        seen.push({
          setting,
          standing,
          closeness: closenessOf(file, ref),
          profileOrder: profiles.active.indexOf(setting.fact.profile ?? ''),
        })
    }
  }
  return collected(seen)
}

/** Whose the file is, for one program; a server's file says which profile its name ends in. */
interface Place {
  of: 'own' | 'library' | 'server' | 'shared'
  profile?: string
}

const placeOf = (file: ConfigFile, ref: ProgramRef, names: ReadonlySet<string>, settings: Settings): Place | undefined => {
  const isOwn = file.holder?.key === ref.key
  if (isServed(file, settings.servedFolders) && !isHome(file, settings) && !SHIPPER.test(file.stem)) {
    const isShared = /config|settings/i.test(file.stem) && file.repo === ref.repo && isAbove(dirname(file.path), ref.program.root)
    return served(file, names) ?? (isShared ? { of: 'library' } : undefined)
  }
  if (isOwn) return { of: 'own' }
  if (file.repo !== ref.repo || file.holder !== undefined) return undefined
  const isReached = ref.program.reaches.some(root => root !== '' && root !== ref.program.root && isInside(file.path, root))
  return isReached || isAbove(dirname(file.path), ref.program.root) ? { of: 'library' } : undefined
}

const isServed = ({ repo, path }: ConfigFile, folders: ReadonlySet<string>): boolean =>
  folders.has(`${repo}\n${dirname(path)}`) || folders.has(`${repo}\n${dirname(dirname(path))}`)

/** A folder around the program's, or one for configuration in such a folder: what several programs of one image read. */
const isAbove = (folder: string, root: string): boolean => {
  const around = /(?:^|\/)(?:configs?|conf|settings)$/.test(folder) ? dirname(folder) : folder
  return root !== '' && (around === '' || isInside(root, around))
}

/** Shippers of logs lie beside whatever program they serve. */
const SHIPPER = /^(filebeat|metricbeat|promtail|fluent)/

/** The files that a program which also serves configuration reads itself: not deeper than the first of that name. */
const isHome = (file: ConfigFile, settings: Settings): boolean =>
  file.holder !== undefined && settings.homes.get(file.holder.key) === dirname(file.path)

const served = (file: ConfigFile, names: ReadonlySet<string>): Place | undefined => {
  const { stem } = file
  if (/^(application|bootstrap)$/.test(stem)) {
    const folder = canonicalName(basename(dirname(file.path)))
    return names.has(folder) ? { of: 'server' } : { of: 'shared' }
  }
  const shared = /^application-(.+)$/.exec(stem)
  if (shared) return { of: 'shared', profile: shared[1]! }
  if (names.has(canonicalName(stem))) return { of: 'server' }
  for (let dash = stem.lastIndexOf('-'); dash > 0; dash = stem.lastIndexOf('-', dash - 1))
    if (names.has(canonicalName(stem.slice(0, dash)))) return { of: 'server', profile: stem.slice(dash + 1) }
  return undefined
}

const standingOf = (place: Place, { fact }: Placed<SettingFact>, path: string, profiles: Profiles): Standing | undefined => {
  if (fact.layer === 'env-file') return place.of === 'own' ? 'env-file' : undefined
  if (fact.layer !== 'base' && fact.layer !== 'profile') return undefined
  const profile = (fact.profile ?? place.profile)?.toLowerCase()
  if (profile === undefined || profile === 'default') return `${place.of} base`
  if (profiles.byItself.includes(profile) && DEVELOPMENT.test(profile)) return 'unnamed'
  const isActive =
    profiles.active.includes(profile) ||
    profiles.byItself.includes(profile) ||
    (profiles.active.length + profiles.byItself.length === 0 &&
      DEFAULT_PROFILES.some(([files, name]) => files.test(path) && name.test(profile)))
  if (isActive) return place.of === 'library' ? 'own profile' : `${place.of} profile`
  return DEVELOPMENT.test(profile) ? undefined : 'unnamed'
}

const closenessOf = (file: ConfigFile, { program }: ProgramRef): number => {
  const home = program.main === undefined ? program.root : dirname(program.main.file)
  return (
    sharedDepth(dirname(file.path), home) * 10 - (/^bootstrap/.test(basename(file.path)) ? 2 : 0) - (/\.ya?ml$/.test(file.path) ? 1 : 0)
  )
}

const collected = (seen: readonly Seen[]): ConfigFiles => {
  const byKey = new Map<string, ConfigEntry[]>()
  const keys: string[] = []
  const order = (s: Seen): number => RANKS[s.standing]
  const sorted = seen
    .map((s, n) => ({ s, n }))
    .sort((a, b) => order(a.s) - order(b.s) || b.s.profileOrder - a.s.profileOrder || b.s.closeness - a.s.closeness || fileOrder(a, b))
  for (const { s } of sorted) {
    const { fact } = s.setting
    const key = canonicalKey(fact.key)
    const entry: ConfigEntry = {
      name: fact.key,
      value: fact.value,
      step: stepAt(
        s.setting,
        fact.spot,
        `${fact.key} = ${showValue(fact.value)}${fact.profile === undefined ? '' : ` (profile ${fact.profile})`}`,
      ),
      layer: s.standing,
      rank: RANKS[s.standing],
    }
    const list = byKey.get(key)
    if (list) list.push(entry)
    else {
      byKey.set(key, [entry])
      keys.push(fact.key)
    }
  }
  return { byKey, keys }
}

/** Later documents of one file override earlier ones; of several files the first counts. */
const fileOrder = (a: { s: Seen; n: number }, b: { s: Seen; n: number }): number =>
  a.s.setting.repo === b.s.setting.repo && a.s.setting.file === b.s.setting.file ? b.n - a.n : a.n - b.n

/** Every file with settings of its own, tests apart; which folders a configuration server hands out; where each program keeps its own. */
export const indexConfigFiles = (
  all: readonly Placed<SettingFact>[],
  programs: readonly ProgramRef[],
): Pick<Settings, 'configFilesFor' | 'servedFolders' | 'homes'> => {
  const roots = byPathIn(programs, p => p.program.root)
  const files = new Map<string, ConfigFile>()
  for (const setting of all) {
    const key = `${setting.repo}\n${setting.file}`
    const known = files.get(key)
    if (known) known.settings.push(setting)
    else {
      const holder = holderOf(setting, roots(setting.repo))
      if (isAside(setting.file.slice(holder?.program.root.length ?? 0).replace(/^\//, ''))) continue
      const stem = basename(setting.file).replace(/\.\w+$/, '')
      files.set(key, { repo: setting.repo, path: setting.file, settings: [setting], stem, ...(holder ? { holder } : {}) })
    }
  }
  const configFiles = [...files.values()]
  const homes = homesOf(configFiles)
  const served = servedFolders(configFiles, programs, homes)
  return { configFilesFor: filesByReader(configFiles, served), homes, servedFolders: served }
}

/** A program reads files that lie in its folder, files of its repository that lie in nobody's, and what is handed out. */
const filesByReader = (files: readonly ConfigFile[], folders: ReadonlySet<string>): Settings['configFilesFor'] => {
  const order = new Map(files.map((file, n) => [file, n]))
  const handedOut = files.filter(file => isServed(file, folders))
  const own = files.filter(file => !isServed(file, folders))
  const held = groupBy(
    own.filter(file => file.holder),
    file => file.holder!.key,
  )
  const free = groupBy(
    own.filter(file => !file.holder),
    file => file.repo,
  )
  return ({ key, repo }) =>
    [...handedOut, ...(held.get(key) ?? []), ...(free.get(repo) ?? [])].sort((a, b) => order.get(a)! - order.get(b)!)
}

/** Of programs in one folder the last. */
const holderOf = ({ file }: Placed<unknown>, programs: ByPath<ProgramRef>): ProgramRef | undefined => {
  const [nearest] = programs.around(file)
  return nearest && programs.at(nearest.program.root).at(-1)
}

/** The folder of each program's own `application` or `bootstrap` file: the one nearest to its root. */
const homesOf = (files: readonly ConfigFile[]): Map<string, string> => {
  const homes = new Map<string, string>()
  for (const file of files) {
    if (!file.holder || !/^(application|bootstrap)(-|$)/.test(file.stem)) continue
    const folder = dirname(file.path)
    const known = homes.get(file.holder.key)
    if (known === undefined || folder.length < known.length) homes.set(file.holder.key, folder)
  }
  return homes
}

/**
 * Folders that hold `NAME.yml` files named after programs, outside of any program or inside one that serves configuration; in a repository
 * without programs, every folder with settings.
 */
const servedFolders = (files: readonly ConfigFile[], programs: readonly ProgramRef[], homes: Map<string, string>): Set<string> => {
  const servers = new Set(
    files.flatMap(f => (f.holder && f.settings.some(s => /^spring\.cloud\.config\.server\./.test(s.fact.key)) ? [f.holder.key] : [])),
  )
  const withCode = new Set(programs.map(p => p.repo))
  return new Set(
    files.flatMap(file => {
      const folder = dirname(file.path)
      const isData = !withCode.has(file.repo)
      const isServers = file.holder !== undefined && servers.has(file.holder.key) && homes.get(file.holder.key) !== folder
      const isFree = file.holder === undefined && /(^|[-_/])(config|configuration|configs|properties|settings)([-_/]|$)/i.test(folder)
      return isData || isServers || isFree ? [`${file.repo}\n${folder}`] : []
    }),
  )
}

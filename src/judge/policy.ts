import { table } from '../base/table.ts'
import type { Location, Problem } from '../model/evidence.ts'
import type { Level, Policy, Waiver } from '../model/verdict.ts'
import { readOwners, readParts } from './policy-estate.ts'
import { rules } from './rules.ts'

/** What holds where no configuration says otherwise. */
export const defaultPolicy: Policy = {
  rules: {},
  links: {},
  external: {},
  ignore: [],
  publicContracts: [],
  minimumCoverage: 0,
  libraries: [],
  owners: [],
  systems: [],
  domains: [],
  repositories: [],
  waivers: [],
}

/** A waiver lasts at most this long, counted from the day of the check. */
const MAX_WAIVER_DAYS = 90

/** Findings about the policy itself have levels too. */
export const policyRules: Record<string, Level> = table({
  'policy/expired-waiver': 'error',
  'policy/changed': 'warning',
  'policy/stale-baseline': 'warning',
})

export interface PolicySource {
  repo: string
  /** `lintel.config.yaml`, as people see it. */
  file: string
  /** Line of a value, by its keys and indices; default 1. */
  lineOf?: (path: readonly (string | number)[]) => number | undefined
}

export interface PolicyInput {
  /** Plain data of the configuration file; undefined where there is none. */
  config?: { data: unknown; source: PolicySource }
  /** Plain data of the waivers file: `{ waivers: [...] }` or a list. */
  waivers?: { data: unknown; source: PolicySource }
  /** ISO date. */
  asOf: string
}

export interface ReadPolicy {
  policy: Policy
  /** Wrong parts are named and left out; the rest holds. */
  problems: Problem[]
}

/** The policy with defaults applied. What is unknown or has no effect becomes a Problem with a hint. */
export const readPolicy = ({ config, waivers, asOf }: PolicyInput): ReadPolicy => {
  const problems: Problem[] = []
  const policy = config === undefined ? { ...defaultPolicy } : readConfig(config.data, config.source, noting(problems, config.source), asOf)
  if (waivers !== undefined) {
    const note = noting(problems, waivers.source)
    const list = isRecord(waivers.data) ? waivers.data.waivers : waivers.data
    const path = isRecord(waivers.data) ? ['waivers'] : []
    policy.waivers = [...policy.waivers, ...readWaivers(list, path, note, asOf)]
  }
  return { policy, problems }
}

type Path = readonly (string | number)[]
type Note = (path: Path, message: string, severity?: Problem['severity']) => void

const placeIn = (source: PolicySource, path: Path): Location => ({
  ...{ repo: source.repo, file: source.file },
  line: source.lineOf?.(path) ?? 1,
})

const noting =
  (problems: Problem[], source: PolicySource): Note =>
  (path, message, severity = 'error') => {
    problems.push({ code: 'policy/invalid', message, severity, at: placeIn(source, path) })
  }

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const keys = [
  ...(['rules', 'links', 'external', 'ignore', 'publicContracts', 'minimumCoverage', 'libraries', 'waivers', '$schema'] as const),
  ...(['repositories', 'owners', 'systems', 'domains'] as const),
]

const readConfig = (data: unknown, source: PolicySource, note: Note, asOf: string): Policy => {
  if (data === undefined || data === null) return { ...defaultPolicy }
  if (!isRecord(data)) {
    note([], 'the configuration is not a map of keys')
    return { ...defaultPolicy }
  }
  for (const key of Object.keys(data).sort())
    if (!(keys as readonly string[]).includes(key)) note([key], `unknown key ${key}${hint(key, keys)}`)
  const estate = { placeOf: (path: Path) => placeIn(source, path), note }
  return {
    rules: readRules(data.rules, note),
    links: readTexts(data.links, 'links', note),
    external: readTexts(data.external, 'external', note),
    ignore: readList(data.ignore, 'ignore', note),
    publicContracts: readList(data.publicContracts, 'publicContracts', note),
    minimumCoverage: readShare(data.minimumCoverage, note),
    libraries: Array.isArray(data.libraries) ? data.libraries : [],
    owners: readOwners(data.owners, estate),
    systems: readParts(data.systems, 'systems', estate),
    domains: readParts(data.domains, 'domains', estate),
    repositories: readList(data.repositories, 'repositories', note),
    waivers: readWaivers(data.waivers, ['waivers'], note, asOf),
  }
}

const levels: readonly string[] = ['error', 'warning', 'note', 'off']

const readRules = (value: unknown, note: Note): Policy['rules'] => {
  const read: Policy['rules'] = {}
  const known = [...rules.map(r => r.id), ...Object.keys(policyRules)]
  for (const [id, level] of entries(value, 'rules', note)) {
    if (!known.includes(id)) note(['rules', id], `unknown rule ${id}${hint(id, known)}`)
    else if (typeof level !== 'string' || !levels.includes(level)) note(['rules', id], `level of ${id} is none of ${levels.join(', ')}`)
    else read[id] = level as Level
  }
  return read
}

const entries = (value: unknown, key: string, note: Note): [string, unknown][] => {
  if (value === undefined || value === null) return []
  if (isRecord(value)) return Object.entries(value).filter(([name]) => name !== '__proto__')
  note([key], `${key} is not a map`)
  return []
}

const readTexts = (value: unknown, key: string, note: Note): Record<string, string> => {
  const read: Record<string, string> = {}
  for (const [name, target] of entries(value, key, note)) {
    if (typeof target === 'string' && target !== '') read[name] = target
    else note([key, name], `${key}: ${name} has no name as its value`)
  }
  return read
}

const readList = (value: unknown, key: string, note: Note): string[] => {
  if (value === undefined || value === null) return []
  const list = Array.isArray(value) ? value : [value]
  return list.filter((item, n): item is string => {
    if (typeof item === 'string' && item !== '') return true
    note([key, n], `${key}: entry ${n + 1} is not text`)
    return false
  })
}

const readShare = (value: unknown, note: Note): number => {
  if (value === undefined || value === null) return defaultPolicy.minimumCoverage
  if (typeof value === 'number' && value >= 0 && value <= 1) return value
  note(['minimumCoverage'], 'minimumCoverage is not a number from 0 to 1')
  return defaultPolicy.minimumCoverage
}

const readWaivers = (value: unknown, path: Path, note: Note, asOf: string): Waiver[] => {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) {
    note(path, 'waivers is not a list')
    return []
  }
  return value.flatMap((item, n) => readWaiver(item, [...path, n], note, asOf) ?? [])
}

const waiverKeys = ['rule', 'subject', 'reason', 'owner', 'expires', 'consumers', 'link'] as const
const optionalKeys: readonly string[] = ['link', 'expires', 'consumers']

const readWaiver = (item: unknown, path: Path, note: Note, asOf: string): Waiver | undefined => {
  if (!isRecord(item)) return void note(path, 'a waiver is not a map of keys')
  for (const key of Object.keys(item).sort())
    if (!(waiverKeys as readonly string[]).includes(key)) note([...path, key], `unknown key ${key} of a waiver${hint(key, waiverKeys)}`)
  const [rule, subject, reason, owner] = (['rule', 'subject', 'reason', 'owner'] as const).map(k => text(item[k]))
  if (!rule || !subject || !reason || !owner) {
    const missing = waiverKeys.filter(k => !optionalKeys.includes(k) && !text(item[k]))
    return void note(path, `a waiver without ${missing.join(', ')} does not hold`)
  }
  const known = [...rules.map(r => r.id)]
  if (!known.includes(rule)) note([...path, 'rule'], `waiver of an unknown rule ${rule}${hint(rule, known)}`, 'warning')
  const expires = dateOf(item.expires)
  if (expires === undefined) return void note(path, 'a waiver without a date in expires (2026-12-31) does not hold')
  if (days(expires) - days(asOf.slice(0, 10)) > MAX_WAIVER_DAYS)
    return void note([...path, 'expires'], `a waiver until ${expires} does not hold: at most ${MAX_WAIVER_DAYS} days from now`)
  const link = text(item.link)
  const consumers =
    item.consumers === undefined ? undefined : readList(item.consumers, 'consumers', (at, message) => note([...path, ...at], message))
  return { rule, subject, reason, owner, expires, ...(consumers ? { consumers } : {}), ...(link ? { link } : {}) }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined)

/** YAML may have made a date of it. */
const dateOf = (value: unknown): string | undefined => {
  const iso = value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString().slice(0, 10) : text(value)
  return iso !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(iso) && !Number.isNaN(days(iso)) ? iso : undefined
}

const days = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000

/** `: did you mean X?`, when one known word is near. */
const hint = (word: string, known: readonly string[]): string => {
  const near = known.map(k => ({ k, d: distance(word.toLowerCase(), k.toLowerCase()) })).sort((a, b) => a.d - b.d)[0]
  return near && near.d <= Math.max(2, word.length / 3) ? `: did you mean ${near.k}?` : ''
}

/** Levenshtein distance of two short words. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n)
  for (let i = 1; i <= Math.min(a.length, 80); i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}

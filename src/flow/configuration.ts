import { basename, dirname, resolve } from 'node:path'
import type { LibraryRow } from '../analyse/rows.ts'
import { readRows } from '../analyse/user-rows.ts'
import { UsageError } from '../base/usage-error.ts'
import type { Baseline } from '../judge/input.ts'
import { type PolicyInput, type PolicySource, readPolicy } from '../judge/policy.ts'
import type { Problem } from '../model/evidence.ts'
import { placed } from '../model/scan.ts'
import type { Policy } from '../model/verdict.ts'
import { at, type DataNode, plain } from '../read/syntax/node.ts'
import type { Tree } from '../read/tree.ts'
import { readInput } from '../read/tree-input.ts'

/** The rules of a run, and where they were read. */
export interface Configuration {
  policy: Policy
  /** The user's library rows that are whole. */
  libraries: LibraryRow[]
  /** Paths of the repositories that a configuration which the user named lists. */
  repositories: string[]
  /** `base abc1234`, a file outside the tree, or `defaults`. */
  source: string
  baseline?: Baseline
  problems: Problem[]
}

export interface ConfigurationOptions {
  config?: string
  waivers?: string
  /** ISO date that waivers are read at. */
  asOf?: string
}

const files = {
  config: ['lintel.config.yaml', 'lintel.config.yml', 'lintel.config.json'],
  waivers: ['lintel.waivers.yaml', 'lintel.waivers.yml', 'lintel.waivers.json'],
  baseline: ['lintel.baseline.json'],
}

const SIZE_LIMIT = 1024 * 1024

/** A configuration file: its data, and where each part of it stands. */
interface DataFile {
  data: unknown
  source: PolicySource
}

/**
 * The configuration of a tree: data only, never run. Files named by the user, outside the tree, take the place of those in it.
 * Throws UsageError where a file that the user named cannot be read or is no data.
 */
export const configuredIn = async (tree: Tree, { config, waivers, asOf = '1970-01-01' }: ConfigurationOptions): Promise<Configuration> => {
  const problems: Problem[] = []
  const inTree = await treeFiles(tree, problems)
  const configFile = config === undefined ? await inTree(files.config) : await outside(config)
  const waiversFile = waivers === undefined ? await inTree(files.waivers) : await outside(waivers)
  const baselineFile = await inTree(files.baseline)
  const input: PolicyInput = { asOf, ...(configFile ? { config: configFile } : {}), ...(waiversFile ? { waivers: waiversFile } : {}) }
  const read = readPolicy(input)
  const source = config !== undefined ? config : configFile || waiversFile ? `base ${tree.revision.slice(0, 7)}` : 'defaults'
  const baseline = baselineFile && baselineOf(baselineFile)
  const { rows, faults } = readRows(read.policy.libraries)
  for (const { index, message } of faults) problems.push(faultOf(configFile, index, message))
  if (config === undefined && read.policy.repositories.length > 0) problems.push(unnamed(configFile))
  const repositories = config === undefined ? [] : read.policy.repositories.map(path => resolve(dirname(config), path))
  return {
    ...{ policy: read.policy, libraries: rows, repositories, source },
    ...(baseline ? { baseline } : {}),
    problems: [...problems, ...read.problems],
  }
}

/** A judged tree does not decide what else of a machine is read. */
const unnamed = (file: DataFile | undefined): Problem => ({
  code: 'policy/repositories',
  message: `repositories are read where the configuration is named: --config ${file?.source.file ?? 'FILE'}`,
  severity: 'warning',
  at: { repo: file?.source.repo ?? '', file: file?.source.file ?? '', line: file?.source.lineOf?.(['repositories']) ?? 1 },
})

const faultOf = (file: DataFile | undefined, index: number, message: string): Problem => ({
  code: 'policy/invalid',
  message,
  severity: 'error',
  at: { repo: file?.source.repo ?? '', file: file?.source.file ?? '', line: file?.source.lineOf?.(['libraries', index]) ?? 1 },
})

const treeFiles = async (tree: Tree, problems: Problem[]) => {
  const entries = await tree.entries()
  return async (names: readonly string[]): Promise<DataFile | undefined> => {
    const entry = entries.find(e => names.includes(e.path))
    if (!entry) return undefined
    for await (const content of tree.read([entry], SIZE_LIMIT)) {
      if ('bytes' in content) {
        const read = await dataOf(content.bytes.toString(), tree.repo, entry.path)
        problems.push(...read.problems)
        return read.file
      }
      const why = 'tooLarge' in content ? 'it is larger than 1 MB' : content.missing
      problems.push({
        code: 'policy/unreadable',
        message: `not read: ${why}`,
        severity: 'error',
        at: { repo: tree.repo, file: entry.path, line: 1 },
      })
    }
    return undefined
  }
}

/** Places in it are told by its name alone: where it lies on this machine is nobody's business. */
const outside = async (path: string): Promise<DataFile> => {
  const text = readInput(path)
  if (text === undefined) throw new UsageError(`${path} is a folder`, 'Name the configuration file itself.')
  const { file, problems } = await dataOf(text, '', basename(path))
  const broken = problems.find(p => p.severity === 'error')
  if (broken)
    throw new UsageError(
      `${path}:${broken.at?.line ?? 1} ${broken.message}`,
      'Mend the file; its schema is docs/schema/lintel.config.schema.json.',
    )
  return file
}

const dataOf = async (text: string, repo: string, path: string): Promise<{ file: DataFile; problems: Problem[] }> => {
  const { parseYaml } = await import('../read/syntax/yaml.ts')
  const { documents, problems } = parseYaml(text)
  const root: DataNode | undefined = documents[0]
  const source: PolicySource = { repo, file: path, lineOf: keys => at(root, ...keys)?.line }
  return { file: { data: root && plain(root), source }, problems: problems.map(p => placed(p, repo, path)) }
}

const baselineOf = ({ data, source }: DataFile): Baseline | undefined => {
  const entries = (data as { entries?: unknown } | null | undefined)?.entries
  if (!Array.isArray(entries)) return undefined
  const whole = (e: unknown): e is Baseline['entries'][number] => typeof (e as { fingerprint?: unknown } | null)?.fingerprint === 'string'
  return { file: source.file, entries: entries.filter(whole) }
}

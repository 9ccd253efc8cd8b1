import { basename } from '../../base/path.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { SettingFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'
import { parseProperties } from '../syntax/properties.ts'
import { endOf, type Leaf, leavesOf, settingOf } from '../syntax/settings.ts'
import { parseYaml } from '../syntax/yaml.ts'

/**
 * Configuration of Spring, Quarkus, Micronaut and MicroProfile programs: `application` and `bootstrap` files with their profiles, and what
 * a configuration server hands out (`NAME.yml`, recognised by its keys). One document, or one key with `%profile.`, may be a profile's.
 */
export const spring: Reader = {
  name: 'config/spring',
  version: 2,
  wants: path => /\.(?:ya?ml|properties)$/.test(path) && !FOREIGN.test(path),
  pathClass: path => `${isNamed(path)} ${SERVED.test(path)} ${profileOf(path) ?? ''} ${/\.properties$/.test(path)}`,
  read: ({ path, content }) => {
    if (!isNamed(path) && (OTHERS.test(content) || !(SERVED.test(path) || KEYS.test(content)))) return { problems: [] }
    const { documents, problems } = /\.properties$/.test(path) ? propertyDocuments(content) : yamlDocuments(content)
    const manifest = documents.flatMap(leaves => settings(leaves, profileOf(path)))
    // Some template may have such keys too: what is only guessed to be configuration need not be well-formed.
    const own = isNamed(path) ? problems : []
    return manifest.length > 0 ? { manifest, problems: own } : { problems: own }
  },
}

const FOREIGN =
  /(?:^|\/)(?:\.[^/]+|i18n|locales?|node_modules)\/|(?:^|\/)(?:messages|gradle|log4j2?|logging|maven-wrapper|gradle-wrapper)[\w.-]*\.properties$/
/** Folders that a configuration server hands out. */
const SERVED =
  /(?:^|\/)(?:config[-_](?:repo|data|files|properties|store)|[\w-]*-config-(?:repo|data)|(?:cloud|spring)-config|shared)\/[\w.-]+$/i
/** Manifests of other tools. */
const OTHERS = /^["']?(?:apiVersion|kind|services)["']?[ \t]*:/m
/** Keys at the beginning of a line that only such a program has. */
const KEYS =
  /^(?:spring|server|eureka|zuul|ribbon|feign|hystrix|turbine|management|security|endpoints|quarkus|micronaut|mp|dubbo|info)(?:[.[][\w.[\]-]+[ \t]*[=:]|:[ \t]*(?:#.*)?\r?$)/m

const isNamed = (path: string): boolean =>
  /^(?:application|bootstrap)(?:-[\w.-]+)?\.|^microprofile-config\.properties$/.test(basename(path))

const profileOf = (path: string): string | undefined =>
  /^(?:application|bootstrap)-([\w.-]+)\.(?:ya?ml|properties)$/.exec(basename(path))?.[1]

interface Documents {
  documents: Leaf[][]
  problems: FileProblem[]
}

const yamlDocuments = (content: string): Documents => {
  const { documents, problems } = parseYaml(content)
  const read = documents.map(document => leavesOf(document))
  return { documents: read.map(r => r.leaves), problems: [...problems, ...read.flatMap(r => r.problems)] }
}

/** `#---` parts documents. */
const propertyDocuments = (content: string): Documents => {
  const parts: number[] = content.split(/\r?\n/).flatMap((line, n) => (/^[#!]---\s*$/.test(line) ? [n + 1] : []))
  const documents: Leaf[][] = Array.from({ length: parts.length + 1 }, () => [])
  for (const { key, value, line, endLine } of parseProperties(content))
    if (key !== '') documents[parts.filter(part => part < line).length]!.push({ key, text: value, spot: { line, ...endOf(line, endLine) } })
  return { documents, problems: [] }
}

const PROFILE_KEYS = new Set([
  'spring.profiles',
  'spring.profiles[0]',
  'spring.config.activate.on-profile',
  'spring.config.activate.on-profile[0]',
])

const settings = (leaves: readonly Leaf[], ofFile: string | undefined): SettingFact[] => {
  const said = leaves.filter(l => PROFILE_KEYS.has(l.key)).flatMap(l => profilesIn(l.text))
  const profiles = ofFile !== undefined ? [ofFile] : said.length > 0 ? said : [undefined]
  return leaves
    .filter(l => !PROFILE_KEYS.has(l.key))
    .flatMap(leaf => {
      const own = /^%([\w,-]+)\.(.+)$/.exec(leaf.key)
      if (own) return own[1]!.split(',').map(profile => settingOf({ ...leaf, key: own[2]! }, profile))
      return profiles.map(profile => settingOf(leaf, profile))
    })
}

/** `a, b`, `a | b`; what is negated counts for everybody else, so for the base. */
const profilesIn = (text: string): (string | undefined)[] => [
  ...new Set(
    text
      .split(/[\s,|&()]+/)
      .filter(p => p !== '')
      .map(p => (p.startsWith('!') ? undefined : p)),
  ),
]

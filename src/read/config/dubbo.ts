import type { FileProblem } from '../../model/evidence.ts'
import type { Reader } from '../reader.ts'
import { type Leaf, settingOf } from '../syntax/settings.ts'
import { childrenOf, descendants, parseXml, type XmlElement } from '../syntax/xml.ts'

/** Bean files that declare Dubbo services and references: what they say, under the keys that properties would have. */
export const dubbo: Reader = {
  name: 'config/dubbo',
  version: 1,
  wants: path => /\.xml$/.test(path) && !/(?:^|\/)pom\.xml$/.test(path),
  read: ({ content }) => {
    if (!SCHEMA.test(content)) return { problems: [] }
    const { root, problems } = parseXml(content)
    const manifest = root ? leavesOf(root).map(leaf => settingOf(leaf, undefined)) : []
    return { ...(manifest.length > 0 ? { manifest } : {}), problems: problems.map(asWarning) }
  },
}

const SCHEMA = /https?:\/\/(?:dubbo\.apache\.org|code\.alibabatech\.com)\/schema\/dubbo/
const MAX_ELEMENTS = 2000

/** Parts of the configuration that stand once, and those of which there are many. */
const SINGLE = new Map([
  ['application', 'dubbo.application'],
  ['registry', 'dubbo.registry'],
  ['config-center', 'dubbo.config-center'],
  ['metadata-report', 'dubbo.metadata-report'],
  ['protocol', 'dubbo.protocol'],
  ['provider', 'dubbo.provider'],
  ['consumer', 'dubbo.consumer'],
])
const MANY = new Map([
  ['service', 'dubbo.services'],
  ['reference', 'dubbo.references'],
])

const leavesOf = (root: XmlElement): Leaf[] => {
  const leaves: Leaf[] = []
  for (const element of descendants(root).slice(0, MAX_ELEMENTS)) {
    const single = SINGLE.get(element.name)
    const many = MANY.get(element.name)
    const prefix = single ?? (many && `${many}[${idOf(element)}]`)
    if (prefix === undefined) continue
    for (const [name, text] of [...element.attributes, ...parametersOf(element)])
      leaves.push({ key: `${prefix}.${name}`, text, spot: { line: element.line } })
  }
  return leaves
}

const parametersOf = (element: XmlElement): [string, string][] =>
  childrenOf(element, 'parameter').flatMap(p => {
    const key = p.attributes.get('key')
    return key === undefined ? [] : [[`parameters.${key}`, p.attributes.get('value') ?? '']]
  })

/** Told apart by all that a registry tells them apart by. */
const idOf = (element: XmlElement): string =>
  ['group', 'interface', 'version', 'id']
    .flatMap(name => element.attributes.get(name) ?? [])
    .join('/')
    .replace(/[^\w/-]+/g, '_')

const asWarning = (problem: FileProblem): FileProblem => ({ ...problem, severity: 'warning' })

import { byText } from '../../base/names.ts'
import { stripped } from '../../base/text.ts'
import type { FileProblem } from '../../model/evidence.ts'
import { at, type DataNode, entriesOf, textOf } from '../syntax/node.ts'
import { mapOf, type Origin, type Placed, type PlacedEntry, type PlacedMap, scalar, writeYaml } from '../syntax/placed.ts'
import { parseYaml } from '../syntax/yaml.ts'

/**
 * The form that every language of infrastructure is evaluated to, one document a unit:
 *
 *     cloud: 1
 *     resources:
 *       aws_sqs_queue.orders:
 *         type: aws_sqs_queue
 *         properties: {name: orders}
 *     exports:
 *       queue-url: "${aws_sqs_queue.orders.url}"
 *
 * Keys of `resources` are addresses. Texts hold `${ADDRESS.ATTRIBUTE}` for what only the cloud knows (or another resource of the document
 * says), `${?WHY}` for what cannot be told, `${parameter:NAME}`, `${secret:NAME}` and `${export:NAME}` for values of other documents, and
 * `$${` for the characters `${`. Paths are relative to the document's folder.
 */
export interface CloudResource {
  address: string
  type: string
  at: Origin
  properties: Placed
}

/** Documents of this ending are put together by renderers. */
export const CLOUD_ENDING = '.cloud'

/** An address, or a part of one, in characters that a host name may have: `module.a.queue["x/y"]` is `module.a.queue.x-y`. */
export const canonicalAddress = (address: string): string =>
  stripped(
    address
      .slice(0, MAX_ADDRESS)
      .replace(/\[\s*"?((?:[^"\]\\]|\\.){0,200})"?\s*\]/g, '.$1')
      .replace(/[^A-Za-z0-9_.-]+/g, '-')
      .replace(/\.{2,}/g, '.'),
    '.-',
  )

const MAX_ADDRESS = 2000

/** What only the cloud knows, in a text of the document. */
export const reference = (address: string, ...attributes: string[]): string => `\${${canonicalAddress([address, ...attributes].join('.'))}}`

/** What cannot be told, in a text of the document. */
export const notKnown = (why: string): string => `\${?${why.replace(/[{}$]/g, '').slice(0, 200)}}`

/** Text that is no reference, whatever it looks like. */
export const literal = (text: string): string => text.replaceAll('${', () => '$${')

/** Writes the document of a unit, with the origin of every line. */
export const writeCloud = (
  resources: readonly CloudResource[],
  exports: readonly PlacedEntry[] = [],
): { content: string; origin: Origin[] } => {
  const start: Origin = resources[0]?.at ?? exports[0]?.at ?? { file: '', line: 1 }
  const entries: PlacedEntry[] = resources.map(({ address, type, at: origin, properties }) => ({
    key: address,
    value: mapOf(origin, ['type', scalar(type, origin)], ['properties', properties]),
    at: origin,
  }))
  const root: PlacedMap = {
    is: 'map',
    entries: [
      { key: 'cloud', value: scalar(1, start), at: start },
      { key: 'resources', value: { is: 'map', entries, at: start }, at: start },
      ...(exports.length > 0 ? [{ key: 'exports', value: { is: 'map' as const, entries: [...exports], at: start }, at: start }] : []),
    ],
    at: start,
  }
  return writeYaml([root])
}

/** A resource as the document has it. */
interface ReadResource {
  address: string
  type: string
  properties: DataNode | undefined
  line: number
  endLine: number
}

export interface ReadDocument {
  resources: ReadResource[]
  exports: { name: string; value: DataNode }[]
  problems: FileProblem[]
}

/** Whether a text is such a document, without parsing it. */
export const isCloudDocument = (content: string): boolean => /^"?cloud"?:\s*1\s*$/m.test(content.slice(0, 200))

/** The resources of a document by address; malformed ones give a problem and are left out. */
export const readCloud = (content: string): ReadDocument => {
  const { documents, problems } = parseYaml(content, 'data')
  const [root] = documents
  const resources = entriesOf(at(root, 'resources')).flatMap(({ key, value, line }): ReadResource[] => {
    const type = textOf(at(value, 'type'))
    if (type !== undefined && type !== '')
      return [{ address: key, type, properties: at(value, 'properties'), line, endLine: Math.max(line, value.endLine) }]
    problems.push({ code: 'cloud/resource', message: `${key.slice(0, 200)} has no type, left out`, severity: 'warning', line })
    return []
  })
  const exports = entriesOf(at(root, 'exports')).map(({ key, value }) => ({ name: key, value }))
  return { resources: resources.sort((a, b) => byText(a.address, b.address)), exports, problems }
}

import { table } from '../../base/table.ts'
import type { FileProblem } from '../../model/evidence.ts'
import { xmlLibrary } from './libraries.ts'

export interface XmlElement {
  /** Without its namespace prefix. */
  name: string
  attributes: ReadonlyMap<string, string>
  children: XmlElement[]
  /** Text of its own, trimmed; entities of the document stay as written. */
  text: string
  line: number
}

const MAX_CHARACTERS = 3_000_000
const MAX_NESTING = 100

/** Parses XML as far as it goes; entities are not expanded. `root` is missing where there is no element. Never throws. */
export const parseXml = (content: string): { root?: XmlElement; problems: FileProblem[] } => {
  if (content.length > MAX_CHARACTERS)
    return { problems: [problem('xml/too-large', `larger than ${MAX_CHARACTERS} characters, not read`, 1)] }
  const { XMLParser, XMLValidator } = xmlLibrary()
  const valid = XMLValidator.validate(content)
  const problems =
    valid === true ? [] : [problem('xml/syntax', `not XML: ${valid.err.msg.slice(0, 120)}`, lineWithin(content, valid.err.line))]
  try {
    const parser = new XMLParser({
      preserveOrder: true,
      ignoreAttributes: false,
      attributeNamePrefix: '',
      processEntities: false,
      parseTagValue: false,
      parseAttributeValue: false,
      captureMetaData: true,
      maxNestedTags: MAX_NESTING,
    })
    const root = elements(parser.parse(content), lineCounter(content)).find(e => !e.name.startsWith('?'))
    return root ? { root, problems } : { problems: problems.length > 0 ? problems : [problem('xml/empty', 'no element', 1)] }
  } catch (error) {
    return {
      problems:
        problems.length > 0
          ? problems
          : [problem('xml/syntax', `not XML: ${error instanceof Error ? error.message.slice(0, 120) : error}`, 1)],
    }
  }
}

const problem = (code: string, message: string, line: number): FileProblem => ({ code, message, severity: 'error', line })

const lineWithin = (content: string, line: number): number => Math.max(1, Math.min(line, content.split('\n').length))

/** Lines of offsets that are asked for in ascending order. */
const lineCounter = (content: string): ((offset: number) => number) => {
  let line = 1
  let seen = 0
  return offset => {
    for (let i = content.indexOf('\n', seen); i !== -1 && i < offset; i = content.indexOf('\n', i + 1)) {
      line++
      seen = i + 1
    }
    return line
  }
}

type RawNode = Record<string | symbol, unknown>

const elements = (nodes: unknown, lineAt: (offset: number) => number): XmlElement[] =>
  (Array.isArray(nodes) ? (nodes as RawNode[]) : []).flatMap(node => {
    const tag = Object.keys(node).find(key => key !== ':@')
    if (tag === undefined || tag.startsWith('#')) return []
    const meta = xmlLibrary().XMLParser.getMetaDataSymbol() as unknown as symbol
    const line = lineAt((node[meta] as { startIndex?: number } | undefined)?.startIndex ?? 0)
    const inside = Array.isArray(node[tag]) ? (node[tag] as RawNode[]) : []
    const text = inside.map(child => (typeof child['#text'] === 'string' ? child['#text'] : '')).join('')
    const attributes = new Map(
      Object.entries((node[':@'] ?? {}) as Record<string, unknown>).map(([key, value]) => [localName(key), unescaped(String(value))]),
    )
    return [{ name: localName(tag), attributes, children: elements(inside, lineAt), text: unescaped(text.trim()), line }]
  })

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

const ENTITIES: Record<string, string> = table({ '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&amp;': '&' })

const unescaped = (text: string): string => text.replace(/&(?:lt|gt|quot|apos|amp);/g, entity => ENTITIES[entity]!)

/** Children of this name, ignoring case where the format does. */
export const childrenOf = (element: XmlElement | undefined, name: string): XmlElement[] =>
  element?.children.filter(c => c.name === name) ?? []

/** The first element down a path of names. */
export const childAt = (element: XmlElement | undefined, ...path: string[]): XmlElement | undefined =>
  path.reduce<XmlElement | undefined>((here, name) => here?.children.find(c => c.name === name), element)

/** Text of the first element down a path; undefined when there is none or it is empty. */
export const childText = (element: XmlElement | undefined, ...path: string[]): string | undefined =>
  childAt(element, ...path)?.text || undefined

/** The element and everything below it, in document order. */
export const descendants = (element: XmlElement): XmlElement[] => [element, ...element.children.flatMap(descendants)]

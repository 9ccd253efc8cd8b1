import { createRequire } from 'node:module'
import type * as JsYaml from 'js-yaml'
import type { FileProblem } from '../../model/evidence.ts'
import type { DataNode, ListNode, MapNode, ScalarNode } from './node.ts'

/** Documents in file order; empty ones are left out. A bad document gives a problem and loses only itself. */
export interface ParsedYaml {
  documents: DataNode[]
  problems: FileProblem[]
}

/** Loaded with the first document: much of what is read is written otherwise. */
let yaml: typeof JsYaml

const MAX_CHARACTERS = 5_000_000
/** Nodes of one document with its aliases written out: what a walk over it can cost. */
const MAX_NODES = 500_000
const MAX_DEPTH = 100
const MAX_PROBLEMS = 20

/** What was parsed last, oldest first: several readers and renderers look at one file. Nodes are never changed by who gets them. */
const recent = new Map<string, ParsedYaml>()
const RECENT_CHARACTERS = 2_000_000
const RECENT_LONGEST = 200_000
let recentCharacters = 0

/** Parses YAML with the lines of every node. Never throws. */
export const parseYaml = (content: string, as: 'manifest' | 'data' = 'manifest'): ParsedYaml => {
  if (as === 'data') return parseText(content, true)
  const known = recent.get(content) ?? parseAnew(content)
  return { documents: [...known.documents], problems: [...known.problems] }
}

/** The object of a JSON file, with the lines of every node: every JSON text is YAML, and a broken one loses less. */
export const parseJsonObject = (content: string): { root?: DataNode & { is: 'map' }; problems: FileProblem[] } => {
  const { documents, problems } = parseYaml(content)
  const [root] = documents
  return {
    ...(root?.is === 'map' ? { root } : {}),
    problems: problems.map(p => ({ ...p, message: p.message.replace(/^not YAML/, 'not JSON') })),
  }
}

const parseAnew = (content: string): ParsedYaml => {
  const parsed = parseText(content, false)
  if (content.length > RECENT_LONGEST) return parsed
  recent.set(content, parsed)
  recentCharacters += content.length
  for (const [oldest] of recent) {
    if (recentCharacters <= RECENT_CHARACTERS) break
    recent.delete(oldest)
    recentCharacters -= oldest.length
  }
  return parsed
}

const parseText = (content: string, mayHoldTemplates: boolean): ParsedYaml => {
  if (content.length > MAX_CHARACTERS) return failed('yaml/too-large', `larger than ${MAX_CHARACTERS} characters, not read`, 1)
  const template = mayHoldTemplates ? undefined : templateLine(content, CHART_WORDS)
  if (template !== undefined) return notRendered(template)
  yaml ??= createRequire(import.meta.url)('js-yaml') as typeof JsYaml
  const lineAt = lineIndex(content)
  const out: ParsedYaml = { documents: [], problems: [] }
  for (const chunk of chunks(content)) {
    const read = readChunk(content, chunk, lineAt)
    if (read.isTemplate && !mayHoldTemplates) return notRendered(read.problems[0]?.line ?? 1)
    out.documents.push(...read.documents)
    out.problems.push(...read.problems)
  }
  return { documents: out.documents, problems: limited(out.problems) }
}

const failed = (code: string, message: string, line: number): ParsedYaml => ({
  documents: [],
  problems: [{ code, message, severity: 'warning', line }],
})

const notRendered = (line: number): ParsedYaml => failed('yaml/template', 'helm template, not rendered', line)

const limited = (problems: FileProblem[]): FileProblem[] =>
  problems.length <= MAX_PROBLEMS
    ? problems
    : [
        ...problems.slice(0, MAX_PROBLEMS),
        { code: 'yaml/more-problems', message: `${problems.length - MAX_PROBLEMS} more problems in this file`, severity: 'warning' },
      ]

/** Names that only a chart's templates have. Other tools use `{{ }}` inside strings of valid YAML. */
const CHART_WORDS = /\{\{-?\s{0,20}(?:include\s+"|[A-Za-z]{0,20}\s?\$?\.(?:Values|Release|Chart|Capabilities)\b)/
/** An action in a place where YAML would be: the document does not parse, or parses into nonsense. */
const ACTION = /^[ \t]*(?:-[ \t]+)?(?:[\w./-]+:[ \t]+)?\{\{/m

const templateLine = (content: string, pattern: RegExp): number | undefined => {
  if (!content.includes('{{')) return undefined
  const match = pattern.exec(content)
  return match ? content.slice(0, match.index).split('\n').length : undefined
}

interface Chunk {
  start: number
  end: number
}

/** Documents can only start at a line that begins with `---`: such a line is nothing else anywhere in YAML. */
const chunks = (content: string): Chunk[] => {
  const starts = [0]
  for (const match of content.matchAll(/^---(?=[ \t\r\n]|$)/gm)) {
    const before = content.slice(starts.at(-1), match.index)
    const isDirectives = /^%/m.test(before) && !/^[^%#\s]|^[ \t]+[^#\s]/m.test(before)
    if (match.index > 0 && !isDirectives) starts.push(match.index)
  }
  return starts.map((start, i) => ({ start, end: starts[i + 1] ?? content.length }))
}

type LineAt = (offset: number) => number

const lineIndex = (content: string): LineAt => {
  const starts = [0]
  for (let i = content.indexOf('\n'); i !== -1; i = content.indexOf('\n', i + 1)) starts.push(i + 1)
  return offset => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

const readChunk = (content: string, chunk: Chunk, lineAt: LineAt): ParsedYaml & { isTemplate: boolean } => {
  let source = content.slice(chunk.start, chunk.end)
  for (let left = Math.min(MAX_REPAIRS, REPAIR_WORK / (source.length + 1)); ; left--) {
    try {
      const events = yaml.parseEvents(source, { maxDepth: MAX_DEPTH })
      const built = new Builder(source, offset => lineAt(chunk.start + offset)).build(events)
      return { ...built, isTemplate: built.hasComplexKey && ACTION.test(source) }
    } catch (error) {
      if (!(error instanceof yaml.YAMLException)) throw error
      const offset = Math.min(error.mark?.position ?? 0, Math.max(0, source.length - 1))
      const repaired = left > 0 && error.reason === 'deficient indentation' ? indented(source, offset) : undefined
      if (repaired === undefined) return { ...syntaxError(error.reason, lineAt(chunk.start + offset)), isTemplate: ACTION.test(source) }
      source = repaired
    }
  }
}

const syntaxError = (reason: string, line: number): ParsedYaml => ({
  documents: [],
  problems: [{ code: 'yaml/syntax', message: `not YAML: ${reason}`, severity: 'error', line }],
})

const MAX_REPAIRS = 200
/** Characters that are parsed again in all. */
const REPAIR_WORK = 20_000_000

/**
 * YAML wants a closing bracket deeper than its key; many files have it below the key, and all other parsers take that.
 * Joins such a line to the one before it; lengths stay, so that offsets do.
 */
const indented = (source: string, offset: number): string | undefined => {
  let start = source.lastIndexOf('\n', offset - 1)
  if (start < 0 || /[^ \t]/.test(source.slice(start + 1, offset))) return undefined
  while (start >= 0) {
    const lineStart = source.lastIndexOf('\n', start - 1) + 1
    const line = source.slice(lineStart, start)
    const content = withoutComment(line)
    start = lineStart + content.length
    if (content !== '' || lineStart === 0) break
    start = lineStart - 1
  }
  return source.slice(0, start) + source.slice(start, offset).replace(/[^ ]/g, ' ') + source.slice(offset)
}

/** The line up to its comment and the space before it; a number sign inside quotes is none. */
const withoutComment = (line: string): string => {
  let quote = ''
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!
    if (quote !== '') quote = c === quote ? '' : quote
    else if (c === '"' || c === "'") quote = c
    else if (c === '#' && (i === 0 || line[i - 1] === ' ' || line[i - 1] === '\t')) return line.slice(0, i).trimEnd()
  }
  return line.trimEnd()
}

interface Frame {
  node: MapNode | ListNode
  /** Levels below and with this node, aliases written out. */
  height: number
  anchor?: Anchor
  /** Of maps: position of a key among the entries, and which entries a merge brought, so that later keys replace them. */
  keys: Map<string, number>
  merged: Set<string>
  key?: { text: string; line: number; isMerge: boolean; skip: boolean }
}

interface Anchor {
  node?: DataNode
  size: number
  height: number
}

/** Builds the nodes of one source from its events. Aliases share their node: only a walk writes them out. */
class Builder {
  readonly #source: string
  readonly #lineAt: LineAt
  readonly #documents: DataNode[] = []
  readonly #problems: FileProblem[] = []
  #frames: Frame[] = []
  #anchors = new Map<string, Anchor>()
  #root: DataNode | undefined
  /** Nodes of this document so far, aliases written out. */
  #size = 0
  #line = 1
  #skipping = 0
  #hasComplexKey = false

  constructor(source: string, lineAt: LineAt) {
    this.#source = source
    this.#lineAt = lineAt
  }

  build(events: readonly JsYaml.Event[]): ParsedYaml & { hasComplexKey: boolean } {
    for (const event of events) this.#take(event)
    return { documents: this.#documents, problems: this.#problems, hasComplexKey: this.#hasComplexKey }
  }

  #take(event: JsYaml.Event): void {
    if (event.type === yaml.EVENT_ID.DOCUMENT) this.#startDocument()
    else if (event.type === yaml.EVENT_ID.POP) this.#pop()
    else if (event.type === yaml.EVENT_ID.ALIAS) this.#alias(event)
    else if (event.type === yaml.EVENT_ID.SCALAR) this.#scalar(event)
    else this.#open(event)
  }

  #startDocument(): void {
    this.#frames = []
    this.#anchors = new Map()
    this.#root = undefined
    this.#size = 0
  }

  #open(event: Extract<JsYaml.Event, { type: 2 | 3 }>): void {
    this.#line = this.#lineAt(event.start)
    if (this.#skipping > 0 || this.#isKeyPosition()) {
      if (this.#skipping === 0) this.#problem('yaml/complex-key', 'a map or a list as a key is not read')
      this.#skipping++
      return
    }
    this.#size++
    const place = { line: this.#line, endLine: this.#line, ...this.#tag(event) }
    const node: MapNode | ListNode =
      event.type === yaml.EVENT_ID.MAPPING ? { is: 'map', entries: [], ...place } : { is: 'list', items: [], ...place }
    const frame: Frame = { node, height: 1, keys: new Map(), merged: new Set() }
    const anchor = this.#anchor(event)
    if (anchor) frame.anchor = Object.assign(anchor, { size: this.#size })
    this.#frames.push(frame)
  }

  #pop(): void {
    if (this.#skipping > 0) {
      if (--this.#skipping === 0) this.#skippedKey()
      return
    }
    const frame = this.#frames.pop()
    if (!frame) {
      if (this.#root && !(this.#root.is === 'scalar' && this.#root.value === null)) this.#documents.push(this.#root)
      this.#root = undefined
      return
    }
    frame.node.endLine = Math.max(frame.node.line, this.#line)
    if (frame.anchor) {
      frame.anchor.node = frame.node
      frame.anchor.size = this.#size - frame.anchor.size + 1
      frame.anchor.height = frame.height
    }
    this.#add(frame.node, frame.height)
  }

  #scalar(event: Extract<JsYaml.Event, { type: 4 }>): void {
    if (this.#skipping > 0) return
    if (event.valueStart >= 0) this.#line = this.#lineAt(event.valueStart)
    const raw = this.#text(event)
    if (this.#isKeyPosition()) {
      const isMerge = raw === '<<' && event.style === yaml.SCALAR_STYLE.PLAIN
      this.#frames.at(-1)!.key = { text: raw, line: this.#line, isMerge, skip: false }
      this.#storeScalarAnchor(event, { is: 'scalar', value: raw, line: this.#line, endLine: this.#line })
      return
    }
    this.#size++
    const line = this.#line
    if (event.valueEnd > event.valueStart) this.#line = this.#lineAt(event.valueEnd - 1)
    const tag = this.#tag(event)
    const isPlain = event.style === yaml.SCALAR_STYLE.PLAIN && event.tagStart < 0
    const node: ScalarNode = {
      is: 'scalar',
      ...(isPlain ? resolved(raw) : { value: raw }),
      ...tag,
      line,
      endLine: Math.max(line, this.#line),
    }
    this.#storeScalarAnchor(event, node)
    this.#add(node, 0)
  }

  /** A block that ends with the file, without a line break, has none of its own either. */
  #text(event: Extract<JsYaml.Event, { type: 4 }>): string {
    const text = yaml.getScalarValue(this.#source, event)
    const isBlock = event.style === yaml.SCALAR_STYLE.LITERAL_BLOCK || event.style === yaml.SCALAR_STYLE.FOLDED_BLOCK
    const isCut = isBlock && event.valueEnd >= this.#source.length && !this.#source.endsWith('\n')
    return isCut && text.endsWith('\n') ? text.slice(0, -1) : text
  }

  #alias(event: Extract<JsYaml.Event, { type: 5 }>): void {
    if (this.#skipping > 0) return
    this.#line = this.#lineAt(event.anchorStart)
    const name = this.#source.slice(event.anchorStart, event.anchorEnd)
    const anchor = this.#anchors.get(name)
    const reason = this.#refusal(anchor, name)
    if (reason) this.#problem('yaml/alias', reason)
    const node: DataNode = reason || !anchor?.node ? { is: 'scalar', value: null, line: this.#line, endLine: this.#line } : anchor.node
    if (this.#isKeyPosition()) {
      const text = node.is === 'scalar' ? String(node.value) : ''
      this.#frames.at(-1)!.key = { text, line: this.#line, isMerge: false, skip: node.is !== 'scalar' }
      return
    }
    this.#size += reason ? 1 : (anchor?.size ?? 1)
    this.#add(node, reason ? 0 : (anchor?.height ?? 0))
  }

  #refusal(anchor: Anchor | undefined, name: string): string | undefined {
    if (!anchor) return `alias *${name} has no anchor`
    if (!anchor.node) return `alias *${name} contains itself`
    if (this.#size + anchor.size > MAX_NODES) return `alias *${name} would make this document larger than ${MAX_NODES} nodes`
    return this.#frames.length + anchor.height > MAX_DEPTH ? `alias *${name} would nest deeper than ${MAX_DEPTH}` : undefined
  }

  #isKeyPosition(): boolean {
    const frame = this.#frames.at(-1)
    return frame?.node.is === 'map' && frame.key === undefined
  }

  #skippedKey(): void {
    this.#hasComplexKey = true
    this.#frames.at(-1)!.key = { text: '', line: this.#line, isMerge: false, skip: true }
  }

  #add(node: DataNode, height: number): void {
    const frame = this.#frames.at(-1)
    if (frame) frame.height = Math.max(frame.height, height + 1)
    if (!frame) this.#root = node
    else if (frame.node.is === 'list') frame.node.items.push(node)
    else this.#addEntry(frame, frame.node, node)
  }

  #addEntry(frame: Frame, map: MapNode, value: DataNode): void {
    const key = frame.key!
    delete frame.key
    if (key.skip) return
    if (key.isMerge) this.#merge(frame, map, value)
    else this.#put(frame, map, { key: key.text, line: key.line, value })
  }

  #put(frame: Frame, map: MapNode, entry: MapNode['entries'][number]): void {
    const position = frame.keys.get(entry.key)
    if (position === undefined) {
      frame.keys.set(entry.key, map.entries.length)
      map.entries.push(entry)
      return
    }
    if (!frame.merged.delete(entry.key))
      this.#problem('yaml/duplicate-key', `key ${entry.key} stands twice; the last one counts`, entry.line)
    map.entries[position] = entry
  }

  /** `<<`: keys that are there stay; of several sources the first wins. */
  #merge(frame: Frame, map: MapNode, value: DataNode): void {
    const sources = value.is === 'list' ? value.items : [value]
    for (const source of sources) {
      if (source.is !== 'map') {
        if (source.is !== 'scalar' || source.value !== null) this.#problem('yaml/merge', '<< takes a map or a list of maps')
        continue
      }
      for (const entry of source.entries) {
        if (frame.keys.has(entry.key)) continue
        frame.keys.set(entry.key, map.entries.length)
        frame.merged.add(entry.key)
        map.entries.push(entry)
      }
    }
  }

  #anchor(event: { anchorStart: number; anchorEnd: number }): Anchor | undefined {
    if (event.anchorStart < 0) return undefined
    const anchor: Anchor = { size: 1, height: 0 }
    this.#anchors.set(this.#source.slice(event.anchorStart, event.anchorEnd), anchor)
    return anchor
  }

  #storeScalarAnchor(event: { anchorStart: number; anchorEnd: number }, node: ScalarNode): void {
    const anchor = this.#anchor(event)
    if (anchor) anchor.node = node
  }

  #tag(event: { tagStart: number; tagEnd: number }): { tag?: string } {
    if (event.tagStart < 0) return {}
    const tag = this.#source.slice(event.tagStart, event.tagEnd)
    return tag === '!' || tag.startsWith('!!') || tag.startsWith('!<tag:yaml.org') ? {} : { tag }
  }

  #problem(code: string, message: string, line = this.#line): void {
    this.#problems.push({ code, message, severity: 'warning', line })
  }
}

/** A plain scalar by YAML 1.2's core schema; numbers that JavaScript cannot say as written keep their text. */
const resolved = (raw: string): { value: ScalarNode['value']; text?: string } => {
  for (const tag of yaml.CORE_SCHEMA.tags) {
    if (tag.nodeKind !== 'scalar' || !tag.implicit) continue
    const value: unknown = tag.resolve(raw, false, tag.tagName)
    if (value === yaml.NOT_RESOLVED) continue
    if (value === null) return { value }
    if (typeof value === 'boolean' || typeof value === 'number') return String(value) === raw ? { value } : { value, text: raw }
  }
  return { value: raw }
}

import type { FileFacts } from '../../src/model/scan.ts'
import type { Reader, Rendered, Renderer } from '../../src/read/reader.ts'
import { decode } from '../../src/read/run.ts'
import { isMinified } from '../../src/read/select.ts'
import { unitsOf } from './units.ts'

/** A file as readers get it; bytes, since what is broken is often no text. */
export interface Sample {
  path: string
  bytes: Buffer
}

/** What is fuzzed: `run` gives what went wrong with files that were changed, in words. A throw is for the caller to catch. */
export interface Subject {
  name: string
  samples: readonly Sample[]
  /** The files of a case, of which one or more are changed. */
  make(random: Random): Sample[]
  run(files: readonly Sample[]): Promise<string[]>
}

/** Whole numbers from 0 to below `n`, the same for the same seed. */
export type Random = (n: number) => number

/** The random numbers of one case: any case can be made again by itself. */
export const randomOf = (name: string, seed: number, index: number): Random => {
  let state = seed >>> 0
  for (const char of `${name} ${index}`) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193) >>> 0
  return n => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n)
  }
}

const pick = <T>(random: Random, of: readonly T[]): T => of[random(of.length)]!

const junk = [
  '"',
  "'",
  '`',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  '<',
  '>',
  '${',
  '{{',
  '}}',
  '%{',
  '#{',
  '\\',
  '/*',
  '*/',
  '//',
  '#',
  '"""',
  '<<EOF',
]
  .concat([
    '\n',
    '\r',
    '\t',
    '\n---\n',
    '\n...\n',
    ': ',
    ' - ',
    '- ',
    '|',
    '>-',
    '&a ',
    '*a',
    '!!binary ',
    '<<: *a',
    '=>',
    '->',
    '::',
    ';',
    ',',
  ])
  .concat([
    '@',
    '=',
    '==',
    '$',
    '%',
    '&',
    '~',
    '^',
    '\0',
    '\u2028',
    '\ufeff',
    '😀',
    '\ud800',
    '__proto__',
    'constructor',
    'toString',
    'null',
  ])
  .concat(['NaN', '-1', '0x', '1e999', '99999999999999999999', '../..', '/', 'http://', '${a:-${a}}', '<![CDATA[', '<!--', '&amp;', '&x;'])
  .concat(['{{ include "a" . }}', '{{- range . }}', '{{ end }}', 'return', 'class ', 'def ', 'fn ', 'func ', 'end', 'do', 'if ', 'import '])

const pairs: [open: string, close: string][] = [
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['{"a":', '}'],
  ['<a>', '</a>'],
  ['<a', '>'],
  ['${', '}'],
  ['#{', '}'],
  ['a.b(', ')'],
  ['- ', ''],
  ['a: ', ''],
  ['!', ''],
  ['if (a) {', '}'],
  ['{{ if . }}', '{{ end }}'],
  ['{{ (', ') }}'],
  ['fn(() => ', ')'],
  ['do |x| ', ' end'],
  ['\\\n', ''],
  ['a::b<', '>'],
  ['x = ', ''],
  ['"${', '}"'],
]

/** Mostly a small number; now and then one that tells what is bounded from what is not. */
const amount = (random: Random, small: readonly number[], large: number): number => (random(20) === 0 ? large : pick(random, small))

type Change = (text: string, random: Random, others: readonly string[]) => string

/** Where a change begins, and how much it takes: mostly little. */
const range = (text: string, random: Random): [start: number, end: number] => {
  const start = random(text.length + 1)
  return [start, Math.min(text.length, start + random(random(4) === 0 ? text.length + 1 : 40))]
}

const tokensOf = (text: string): string[] => text.match(/\w+|\s+|[^\w\s]/g) ?? []

const swapTokens: Change = (text, random) => {
  const tokens = tokensOf(text)
  if (tokens.length < 2) return text
  for (let n = 1 + random(6); n > 0; n--) {
    const [a, b] = [random(tokens.length), random(tokens.length)]
    ;[tokens[a], tokens[b]] = [tokens[b]!, tokens[a]!]
  }
  return tokens.join('')
}

const replaceTokens: Change = (text, random, others) => {
  const tokens = tokensOf(text)
  const spare = tokensOf(pick(random, others)).concat(junk)
  for (let n = 1 + random(8); n > 0 && tokens.length > 0; n--) tokens[random(tokens.length)] = pick(random, spare)
  return tokens.join('')
}

const nest: Change = (text, random) => {
  const [open, close] = pick(random, pairs)
  const times = amount(random, [3, 10, 30, 150], 5000)
  const [start, end] = range(text, random)
  const isClosed = random(2) === 0
  return text.slice(0, start) + open.repeat(times) + text.slice(start, end) + (isClosed ? close.repeat(times) : '') + text.slice(end)
}

const lengthen: Change = (text, random) => {
  const at = random(text.length + 1)
  const unit = random(2) === 0 ? pick(random, junk) : pick(random, ['x', ' ', '1', 'a.', 'a, ', 'a + ', '\\'])
  return text.slice(0, at) + unit.repeat(Math.ceil(amount(random, [100, 300, 1000], 60_000) / unit.length)) + text.slice(at)
}

const repeat: Change = (text, random) => {
  const [start, end] = range(text, random)
  const times = Math.min(amount(random, [2, 5, 20], 1000), Math.ceil(100_000 / (end - start + 1)))
  return text.slice(0, start) + text.slice(start, end).repeat(times) + text.slice(end)
}

const swapLines: Change = (text, random) => {
  const lines = text.split('\n')
  const [a, b] = [random(lines.length), random(lines.length)]
  ;[lines[a], lines[b]] = [lines[b]!, lines[a]!]
  return lines.join('\n')
}

const indent: Change = (text, random) => {
  const lines = text.split('\n')
  const at = random(lines.length)
  lines[at] = random(2) === 0 ? lines[at]!.trimStart() : pick(random, [' ', '  ', '\t', ' '.repeat(200)]) + lines[at]
  return lines.join('\n')
}

const changes: Change[] = [
  (text, random) => text.slice(0, random(text.length + 1)),
  (text, random) => text.slice(random(text.length + 1)),
  (text, random) => {
    const [start, end] = range(text, random)
    return text.slice(0, start) + text.slice(end)
  },
  (text, random) => {
    const at = random(text.length + 1)
    return text.slice(0, at) + pick(random, junk) + text.slice(at)
  },
  (text, random, others) => text.slice(0, random(text.length + 1)) + pick(random, others).slice(random(200)),
  swapTokens,
  replaceTokens,
  swapLines,
  indent,
  repeat,
  nest,
  lengthen,
]

/** Raw bytes: some of the file's, or all of them. */
const randomBytes = (bytes: Buffer, random: Random): Buffer => {
  if (random(3) === 0) return Buffer.from(Array.from({ length: random(4000) }, () => random(256)))
  const changed = Buffer.from(bytes)
  for (let n = 1 + random(20); n > 0 && changed.length > 0; n--) changed[random(changed.length)] = random(256)
  return changed
}

/** Changes one of the samples, one to four times. */
const mutator = (samples: readonly Sample[]): ((random: Random) => Sample) => {
  const texts = samples.map(sample => sample.bytes.toString())
  return random => {
    const at = random(samples.length)
    const { path, bytes } = samples[at]!
    if (random(12) === 0) return { path, bytes: randomBytes(bytes, random) }
    let text = texts[at]!
    for (let n = 1 + random(4); n > 0; n--) text = pick(random, changes)(text, random, texts).slice(0, LARGEST)
    return { path, bytes: Buffer.from(text) }
  }
}

/** Changes may multiply: more than this is cut. */
const LARGEST = 400_000

const linesOf = (text: string): number => text.split(/\r\n|\n|\r/).length

const isInside = (line: unknown, lines: number): boolean => typeof line === 'number' && line >= 1 && line <= lines

/** Every `spot` and `line` that stands anywhere in a value, without recursion: what is checked may be deep. */
const placesOf = (value: unknown): { line: number; endLine?: number }[] => {
  const found: { line: number; endLine?: number }[] = []
  const open = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (next === null || typeof next !== 'object') continue
    if ('line' in next && typeof next.line === 'number') found.push(next as { line: number })
    open.push(...Object.values(next))
  }
  return found
}

const complaintsOf = (facts: FileFacts, lines: number): string[] => {
  const outside = placesOf(facts).find(p => !isInside(p.line, lines) || !isInside(p.endLine ?? p.line, lines))
  const json = JSON.stringify(facts)
  return [
    ...(outside ? [`a place outside the file: ${JSON.stringify(outside).slice(0, 200)}, of ${lines} lines`] : []),
    ...(json.length > 60_000_000 ? [`facts of ${json.length} characters`] : []),
    ...facts.problems.filter(p => p.message === '').map(() => 'a problem without words'),
  ]
}

/** A reader: one changed file. */
export const readerSubject = (reader: Reader, samples: readonly Sample[]): Subject => {
  const mutate = mutator(samples)
  return {
    name: reader.name,
    samples,
    make: random => [mutate(random)],
    async run([file]) {
      const content = decode(file!.bytes)
      if (content === undefined || isMinified(file!.path, content)) return []
      reader.recognises?.(content)
      return complaintsOf(await reader.read({ path: file!.path, content }), linesOf(content))
    },
  }
}

/** A renderer: a tree of which one to three files are changed. */
export const rendererSubject = (renderer: Renderer, samples: readonly Sample[]): Subject => {
  const mutate = mutator(samples)
  return {
    name: renderer.name,
    samples,
    make(random) {
      const tree = new Map(samples.map(s => [s.path, s]))
      for (let n = 1 + random(3); n > 0; n--) {
        const changed = mutate(random)
        tree.set(changed.path, changed)
      }
      return [...tree.values()]
    },
    async run(files) {
      const tree = new Map(files.map(f => [f.path, decode(f.bytes) ?? '']))
      const paths = [...tree.keys()].sort()
      const below = (folder: string): string[] => paths.filter(p => folder === '' || p.startsWith(`${folder}/`))
      return unitsOf(renderer, tree).flatMap(unit =>
        rendered(
          renderer.render(unit, p => tree.get(p), below),
          tree,
        ),
      )
    },
  }
}

const rendered = ({ documents, problems }: Rendered, tree: ReadonlyMap<string, string>): string[] => {
  const places = [...documents.flatMap(d => d.origin), ...problems]
  const counts = new Map([...tree].map(([path, text]) => [path, linesOf(text)]))
  const outside = places.find(({ file, line }) => !isInside(line, counts.get(file) ?? 0))
  const unequal = documents.find(d => d.origin.length !== d.content.split('\n').length - 1)
  return [
    ...(outside ? [`a place outside the files: ${outside.file}:${outside.line}`] : []),
    ...(unequal ? [`${unequal.path} has ${unequal.origin.length} origins`] : []),
  ]
}

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import type { Node, ParseCallback, ParseOptions, Parser, ParseState, Tree } from 'web-tree-sitter'
import { type Heap, HeapLanguage, type TreeVisitor, walkHeap } from './treesitter-heap.ts'

/**
 * A node of a syntax tree as plain data. Only named nodes and operators that have a field are kept; comments are not. `field` is the name
 * under which the parent holds it, or ''. `start` and `end` are offsets into the text, `line` is 1-based.
 */
export interface SyntaxNode {
  type: string
  field: string
  start: number
  end: number
  line: number
  children: SyntaxNode[]
}

export interface SyntaxTree {
  root: SyntaxNode
  /** Offsets at which the lines start. */
  lines: number[]
  /** Places the parser could not read, in order: what it skipped, or what it missed there. At most `MAX_ERRORS`. */
  errors: { line: number; missing?: string }[]
}

const MAX_ERRORS = 20
/** Text the parser is given at most, in UTF-16 units. */
const MAX_SOURCE = 4_000_000
/**
 * The parser reports back now and then; a file that takes more than this per 1,000 units is given up. Written code takes 18 at most, and is
 * read less than twice; what is broken can be read again from every place where something might begin.
 */
const PATIENCE = 40
const REREADS = 10
/** Short files may take what this many units may. */
const LEAST = 30_000
/** Where it is lost it comes forward slowly, and slower with every step: this far at least in so many reports. Written code makes twice that. */
const STRIDE = 60
const ADVANCE = 45 * STRIDE
/** The parser takes longer and longer over closing brackets that close nothing. Written code has few, a text of more than this is none. */
const UNOPENED = 100
const UNITS_PER_UNOPENED = 40
/** Milliseconds of the processor: the last resort, a hundred times what written code takes, so that nothing depends on the machine. */
const LONGEST = 10_000
const LONGEST_PER_UNIT = 0.02
/** Looking at the time costs more than the work between two reports. */
const LOOKS = 8

interface Grammar {
  parser: Parser
  /** By node type id: what the walk does with such a node. */
  roles: Role[]
  names: string[]
  fields: string[]
  /** How its trees are walked in memory; absent until one walk agreed with the cursor's, for ever if it did not. */
  heap: HeapLanguage | undefined
  compared: boolean
  /** Trees that were walked before the two were compared. */
  walked: number
}

type Role = 'skip' | 'operator' | 'leaf' | 'node'

const OPERATOR = /^(?:[-+*/%&|^!=<>?~@.]{1,4}|not|in|is|and|or|is not|not in|typeof|instanceof|void|delete|of)$/
const ERROR = 65535

/** The parser with its memory, in which all grammars work. */
interface Engine {
  binding: typeof import('web-tree-sitter')
  wasm: Heap
  grammars: Map<string, Promise<Grammar>>
}

let engine: Promise<Engine> | undefined
/** What has failed is kept for ever: when it is collected, the binding frees memory of it that may be spoiled. */
const failed: Engine[] = []

/** Parses a text with one of the bundled grammars, which are loaded on first use. Undefined when the text is too large or takes too long. */
export const parse = async (language: string, text: string): Promise<SyntaxTree | undefined> => {
  if (text.length > MAX_SOURCE || isLitter(text)) return undefined
  engine ??= start()
  const running = await engine
  const loading = running.grammars.get(language) ?? load(running, language)
  running.grammars.set(language, loading)
  const grammar = await loading
  try {
    return parsed(grammar, running.wasm, text)
  } catch {
    // A scanner that fails may have written anywhere in the memory that all grammars share.
    engine = undefined
    failed.push(running)
    return undefined
  }
}

const parsed = (grammar: Grammar, wasm: Heap, text: string): SyntaxTree | undefined => {
  const tree = grammar.parser.parse(...bounded(text))
  if (tree === null) {
    grammar.parser.reset()
    return undefined
  }
  const copy = copied(tree, grammar, wasm, text)
  const errors = tree.rootNode.hasError ? errorsOf(tree.rootNode, copy.lines.length) : []
  tree.delete()
  return { ...copy, errors }
}

/** What every bracket opens, or with a minus closes, by its code. */
const BRACKETS = Int8Array.from({ length: 128 }, (_, code) => [1, -1, 2, -2, 3, -3]['()[]{}'.indexOf(String.fromCharCode(code))] ?? 0)

const isLitter = (text: string): boolean => {
  const open = [0, 0, 0, 0]
  let unopened = 0
  for (let at = 0; at < text.length; at++) {
    const kind = BRACKETS[text.charCodeAt(at)] ?? 0
    if (kind > 0) open[kind]!++
    else if (kind < 0 && open[-kind]! > 0) open[-kind]!--
    else if (kind < 0) unopened++
  }
  return unopened > UNOPENED && unopened * UNITS_PER_UNOPENED > text.length
}

const processorTime = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** What the parser asks for at once, in UTF-16 units. */
const CHUNK = 5000

/** A text for the parser, and what stops it where it works too long. A text that does not end its last line is a circle to some scanners. */
const bounded = (text: string): [input: ParseCallback, old: null, options: ParseOptions] => {
  const whole = text.endsWith('\n') ? text : `${text}\n`
  const size = LEAST + whole.length
  let unread = REREADS * size
  let reports = 0
  let furthest = 0
  let last = 0
  const latest = processorTime() + LONGEST + LONGEST_PER_UNIT * whole.length
  const input = (at: number): string => {
    unread -= Math.min(CHUNK, whole.length - at)
    return unread < 0 ? '' : whole.slice(at, at + CHUNK)
  }
  const isTooMuch = ({ currentOffset }: ParseState): boolean => {
    furthest = Math.max(furthest, currentOffset / 2)
    if (unread < 0 || ++reports > (PATIENCE * size) / 1000 || (reports % LOOKS === 0 && processorTime() > latest)) return true
    if (reports % STRIDE > 0 || furthest + CHUNK >= whole.length) return false
    const isLost = furthest - last < ADVANCE
    last = furthest
    return isLost
  }
  return [input, null, { progressCallback: isTooMuch }]
}

const start = async (): Promise<Engine> => {
  const binding = failed.length === 0 ? await import('web-tree-sitter') : anotherBinding()
  const wasm = {} as Heap
  await binding.Parser.init(wasm)
  return { binding, wasm, grammars: new Map() }
}

/** The binding keeps one memory for good: another one comes with another copy of it. */
const anotherBinding = (): Engine['binding'] => {
  const require = createRequire(import.meta.url)
  delete require.cache[require.resolve('web-tree-sitter')]
  return require('web-tree-sitter') as Engine['binding']
}

const load = async ({ binding: { Language, Parser } }: Engine, name: string): Promise<Grammar> => {
  const language = await Language.load(brotliDecompressSync(readFileSync(grammarFile(name))))
  const parser = new Parser()
  parser.setLanguage(language)
  const names = Array.from({ length: language.nodeTypeCount }, (_, id) => language.nodeTypeForId(id) ?? '')
  const roles = names.map((type, id): Role => {
    if (!language.nodeTypeIsNamed(id)) return /^(?:this|base)$/.test(type) ? 'leaf' : OPERATOR.test(type) ? 'operator' : 'skip'
    if (/comment$/.test(type)) return 'skip'
    return /identifier$/.test(type) && type !== 'qualified_identifier' && type !== 'scoped_identifier' ? 'leaf' : 'node'
  })
  const fields = Array.from({ length: language.fieldCount + 1 }, (_, id) => language.fieldNameForId(id) ?? '')
  return { parser, roles, names, fields, heap: undefined, compared: false, walked: 0 }
}

/** The grammar's file in the package: `data/` lies at its root, above both `src/` and `dist/`. */
const grammarFile = (name: string): string => {
  let folder = new URL('.', import.meta.url)
  for (let i = 0; i < 8; i++, folder = new URL('..', folder)) {
    const file = fileURLToPath(new URL(`data/grammars/${name}.wasm.br`, folder))
    if (existsSync(file)) return file
  }
  throw new Error(`grammar ${name} is not in this package`)
}

/** The tree as plain data, read in memory where that was seen to agree with the cursor. */
const copied = (tree: Tree, grammar: Grammar, wasm: Heap, text: string): Pick<SyntaxTree, 'root' | 'lines'> => {
  const lines = lineStarts(text)
  if (!grammar.compared && ++grammar.walked > UNPROVED) compare(tree, grammar, wasm, lines)
  return {
    root: grammar.heap === undefined ? copiedByCursor(tree, grammar, lines) : copiedFromHeap(tree, grammar, wasm, grammar.heap, lines),
    lines,
  }
}

/** A proof costs as much as a few walks by the cursor: a run that reads few files does without. */
const UNPROVED = 4
/** Trees of fewer nodes are no proof. */
const PROOF = 100

const compare = (tree: Tree, grammar: Grammar, wasm: Heap, lines: number[]): void => {
  if (tree.rootNode.descendantCount < PROOF) return
  grammar.compared = true
  const heap = new HeapLanguage(addressOf(tree.language))
  try {
    const isEqual =
      JSON.stringify(copiedFromHeap(tree, grammar, wasm, heap, lines)) === JSON.stringify(copiedByCursor(tree, grammar, lines))
    if (isEqual) grammar.heap = heap
  } catch {
    grammar.heap = undefined
  }
}

/** The binding keeps the address of a tree or a language as its first element. */
const addressOf = (of: object): number => (of as { 0: number })[0]

const NO_CHILDREN: SyntaxNode[] = []

/** Makes the nodes of one tree, in preorder: lines are counted as the nodes come. */
const builder = (grammar: Grammar, lines: readonly number[], root: SyntaxNode): TreeVisitor => {
  const { roles, names, fields } = grammar
  const parents = [root]
  let line = root.line
  return {
    enter(type, field, start, end) {
      const role = type === ERROR ? 'node' : roles[type]
      if (role === 'skip' || role === undefined || (role === 'operator' && field === 0)) return false
      while (line < lines.length && lines[line]! <= start) line++
      const made: SyntaxNode = {
        type: type === ERROR ? 'ERROR' : names[type]!,
        field: fields[field]!,
        start,
        end,
        line,
        children: NO_CHILDREN,
      }
      const parent = parents[parents.length - 1]!
      if (parent.children === NO_CHILDREN) parent.children = [made]
      else parent.children.push(made)
      if (role !== 'node' || end === start) return false
      parents.push(made)
      return true
    },
    leave: () => void parents.pop(),
  }
}

const rootOf = (tree: Tree, lines: readonly number[]): SyntaxNode => {
  const { type, startIndex, endIndex } = tree.rootNode
  let line = 1
  while (line < lines.length && lines[line]! <= startIndex) line++
  return { type, field: '', start: startIndex, end: endIndex, line, children: NO_CHILDREN }
}

const copiedFromHeap = (tree: Tree, grammar: Grammar, wasm: Heap, heap: HeapLanguage, lines: readonly number[]): SyntaxNode => {
  const root = rootOf(tree, lines)
  walkHeap(wasm, addressOf(tree), heap, builder(grammar, lines, root))
  return root
}

const copiedByCursor = (tree: Tree, grammar: Grammar, lines: readonly number[]): SyntaxNode => {
  const root = rootOf(tree, lines)
  const visitor = builder(grammar, lines, root)
  const cursor = tree.walk()
  let depth = 0
  let more = cursor.gotoFirstChild()
  while (more) {
    if (visitor.enter(cursor.nodeTypeId, cursor.currentFieldId, cursor.startIndex, cursor.endIndex)) {
      if (cursor.gotoFirstChild()) {
        depth++
        continue
      }
      visitor.leave()
    }
    while (!cursor.gotoNextSibling()) {
      if (depth-- === 0) {
        more = false
        break
      }
      cursor.gotoParent()
      visitor.leave()
    }
  }
  cursor.delete()
  return root
}

const lineStarts = (text: string): number[] => {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

const errorsOf = (root: Node, lines: number): SyntaxTree['errors'] => {
  const cursor = root.walk()
  const found: SyntaxTree['errors'] = []
  const lineOf = (node: Node): number => Math.min(node.startPosition.row + 1, lines)
  try {
    for (;;) {
      const node = cursor.currentNode
      if (node.isMissing) found.push({ line: lineOf(node), missing: node.type })
      else if (node.isError && cursor.currentDepth > 0) found.push({ line: lineOf(node) })
      if (found.length >= MAX_ERRORS) return found
      if (node.hasError && (!node.isError || cursor.currentDepth === 0) && cursor.gotoFirstChild()) continue
      while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return found.length > 0 ? found : [{ line: 1 }]
    }
  } finally {
    cursor.delete()
  }
}

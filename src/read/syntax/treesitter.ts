import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import type { Node, Parser, TreeCursor } from 'web-tree-sitter'

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

export const MAX_ERRORS = 20
/** Text the parser is given at most, in UTF-16 units. */
export const MAX_SOURCE = 4_000_000
/** The parser reports back now and then; a file that takes more than this per 1,000 units is given up. */
const PATIENCE = 400

interface Grammar {
  parser: Parser
  /** By node type id: what the walk does with such a node. */
  roles: Role[]
  names: string[]
  fields: string[]
}

type Role = 'skip' | 'operator' | 'leaf' | 'node'

const OPERATOR = /^(?:[-+*/%&|^!=<>?~@]{1,4}|not|in|is|and|or|is not|not in|typeof|instanceof|void|delete|of)$/
const ERROR = 65535

let started: Promise<void> | undefined
const grammars = new Map<string, Promise<Grammar>>()

/** Parses a text with one of the bundled grammars, which are loaded on first use. Undefined when the text is too large or takes too long. */
export const parse = async (language: string, text: string): Promise<SyntaxTree | undefined> => {
  if (text.length > MAX_SOURCE) return undefined
  const loading = grammars.get(language) ?? load(language)
  grammars.set(language, loading)
  const grammar = await loading
  let patience = PATIENCE * (10 + text.length / 1000)
  const tree = grammar.parser.parse(text, null, { progressCallback: () => --patience < 0 })
  if (tree === null) {
    grammar.parser.reset()
    return undefined
  }
  const cursor = tree.walk()
  try {
    return { ...copied(cursor, grammar, text), errors: tree.rootNode.hasError ? errorsOf(cursor, tree.rootNode) : [] }
  } finally {
    cursor.delete()
    tree.delete()
  }
}

const load = async (name: string): Promise<Grammar> => {
  const { Language, Parser } = await import('web-tree-sitter')
  started ??= Parser.init()
  await started
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
  return { parser, roles, names, fields }
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

/** One pass over the parser's tree: every question to it crosses into wasm, so each node is asked only what its kind needs. */
const copied = (cursor: TreeCursor, grammar: Grammar, text: string): { root: SyntaxNode; lines: number[] } => {
  const { roles, names, fields } = grammar
  const lines = lineStarts(text)
  const node = (type: string, field: string): SyntaxNode => {
    const start = cursor.startIndex
    while (line < lines.length && lines[line]! <= start) line++
    return { type, field, start, end: cursor.endIndex, line, children: [] }
  }
  let line = 1
  const root = node(cursor.nodeType, '')
  const parents = [root]
  let more = cursor.gotoFirstChild()
  while (more) {
    const id = cursor.nodeTypeId
    const role = id === ERROR ? 'node' : roles[id]!
    const field = role === 'skip' ? 0 : cursor.currentFieldId
    if (role !== 'skip' && (role !== 'operator' || field !== 0)) {
      const made = node(id === ERROR ? 'ERROR' : names[id]!, fields[field]!)
      parents.at(-1)!.children.push(made)
      if (role === 'node' && made.end > made.start && cursor.gotoFirstChild()) {
        parents.push(made)
        continue
      }
    }
    while (!cursor.gotoNextSibling()) {
      parents.pop()
      if (parents.length === 0 || !cursor.gotoParent()) {
        more = false
        break
      }
    }
  }
  return { root, lines }
}

const lineStarts = (text: string): number[] => {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

const errorsOf = (cursor: TreeCursor, root: Node): SyntaxTree['errors'] => {
  const found: SyntaxTree['errors'] = []
  cursor.reset(root)
  for (;;) {
    const node = cursor.currentNode
    if (node.isMissing) found.push({ line: node.startPosition.row + 1, missing: node.type })
    else if (node.isError && cursor.currentDepth > 0) found.push({ line: node.startPosition.row + 1 })
    if (found.length >= MAX_ERRORS) return found
    if (node.hasError && (!node.isError || cursor.currentDepth === 0) && cursor.gotoFirstChild()) continue
    while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return found.length > 0 ? found : [{ line: 1 }]
  }
}

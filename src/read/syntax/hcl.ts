import type { FileProblem } from '../../model/evidence.ts'
import { HclParser, HclSyntaxError } from './hcl-parser.ts'

/** A body of HCL: of a file or a block. Attributes and blocks keep their order. */
export interface HclBody {
  attributes: HclAttribute[]
  blocks: HclBlock[]
}

export interface HclAttribute {
  name: string
  value: HclExpr
  line: number
}

export interface HclBlock {
  type: string
  labels: string[]
  body: HclBody
  line: number
  endLine: number
}

/** An expression. `at` is its first line. */
export type HclExpr =
  | { is: 'literal'; value: string | number | boolean | null; at: number }
  | { is: 'template'; parts: HclPart[]; at: number }
  | { is: 'variable'; name: string; at: number }
  | { is: 'member'; of: HclExpr; name: string; at: number }
  | { is: 'index'; of: HclExpr; key: HclExpr; at: number }
  /** `of[*].rest`, `of.*.rest`: `each` is the rest, over the variable `*`. */
  | { is: 'splat'; of: HclExpr; each: HclExpr; at: number }
  | { is: 'call'; name: string; args: HclExpr[]; expands: boolean; at: number }
  | { is: 'condition'; test: HclExpr; yes: HclExpr; no: HclExpr; at: number }
  | { is: 'binary'; op: string; left: HclExpr; right: HclExpr; at: number }
  | { is: 'unary'; op: string; of: HclExpr; at: number }
  | { is: 'list'; items: HclExpr[]; at: number }
  | { is: 'object'; entries: { key: HclExpr; value: HclExpr; at: number }[]; at: number }
  | HclFor

export interface HclFor {
  is: 'for'
  names: string[]
  over: HclExpr
  key?: HclExpr
  value: HclExpr
  test?: HclExpr
  groups: boolean
  at: number
}

/** A part of a template: text, an interpolation, or a directive with the parts it rules. */
export type HclPart =
  | string
  | { is: 'value'; of: HclExpr }
  | { is: 'if'; test: HclExpr; yes: HclPart[]; no: HclPart[] }
  | { is: 'loop'; names: string[]; over: HclExpr; parts: HclPart[] }

export interface ParsedHcl {
  body: HclBody
  problems: FileProblem[]
}

const MAX_CHARACTERS = 2_000_000

/** What was parsed last: modules are rendered more than once, and nothing changes a tree. */
const recent = new Map<string, ParsedHcl>()
const RECENT = 300

/** Parses a file of HCL with the line of every expression. Never throws; a broken item gives a problem and is left out. */
export const parseHcl = (content: string): ParsedHcl => {
  if (content.length > MAX_CHARACTERS)
    return {
      body: { attributes: [], blocks: [] },
      problems: [{ code: 'hcl/too-large', message: `larger than ${MAX_CHARACTERS} characters, not read`, severity: 'warning', line: 1 }],
    }
  const known = recent.get(content)
  if (known) return known
  const parsed = new HclParser(content).file()
  if (recent.size >= RECENT) recent.delete(recent.keys().next().value!)
  recent.set(content, parsed)
  return parsed
}

/** A text with interpolations and directives, as in the file of a template. A problem where it is none. */
export const parseHclTemplate = (content: string, line = 1): { parts: HclPart[] } | { problem: FileProblem } => {
  if (content.length > MAX_CHARACTERS)
    return {
      problem: { code: 'hcl/too-large', message: `larger than ${MAX_CHARACTERS} characters, not read`, severity: 'warning', line: 1 },
    }
  try {
    return { parts: new HclParser(content, line).template() }
  } catch (error) {
    if (!(error instanceof HclSyntaxError)) throw error
    return { problem: { code: 'hcl/syntax', message: error.message, severity: 'warning', line: error.line } }
  }
}

import type { FileProblem } from '../../model/evidence.ts'

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

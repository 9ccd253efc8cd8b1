import type { FileProblem } from '../../model/evidence.ts'
import { HclParser, HclSyntaxError } from './hcl-parser.ts'
import type { HclPart, ParsedHcl } from './hcl-tree.ts'

export type * from './hcl-tree.ts'

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

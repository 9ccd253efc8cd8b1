import type { Source } from '../cloudformation/template.ts'
import type { Rendered } from '../reader.ts'
import { Budget, type PlacedEntry } from '../syntax/placed.ts'
import { CLOUD_ENDING, type CloudResource, writeCloud } from './document.ts'

const MAX_NODES = 400_000
const MAX_PROBLEMS = 50

/** What a renderer of a cloud's language evaluates to. */
export interface Evaluated {
  resources: CloudResource[]
  exports: PlacedEntry[]
}

/** Renders one unit to one document beside `file`: with limits, and with its problems. `evaluate` gives nothing where there is nothing. */
export const rendered = (
  file: string,
  files: (path: string) => string | undefined,
  bases: string[],
  code: string,
  evaluate: (source: Source) => Evaluated | undefined,
): Rendered => {
  const problems: Rendered['problems'] = []
  const source: Source = {
    files,
    budget: new Budget(MAX_NODES),
    problem: (name, message, at, severity = 'warning') => {
      if (problems.length < MAX_PROBLEMS) problems.push({ code: name, message, severity, ...at })
    },
  }
  const found = evaluate(source)
  if (source.budget.isSpent) {
    const message = 'takes too many steps or nodes to render, left out'
    const first: Rendered['problems'][number] = { code: `${code}/too-large`, message, severity: 'error', file, line: 1 }
    return { documents: [], bases: [], problems: [first, ...problems] }
  }
  const isThere = found !== undefined && found.resources.length + found.exports.length > 0
  const documents = isThere ? [{ path: `${file}${CLOUD_ENDING}`, ...writeCloud(found.resources, found.exports) }] : []
  return { documents, bases: found ? bases : [], problems }
}

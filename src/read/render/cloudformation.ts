import { byText } from '../../base/names.ts'
import { basename, dirname, join } from '../../base/path.ts'
import { CLOUD_ENDING, writeCloud } from '../cloud/document.ts'
import { samConfigOf } from '../cloudformation/parameters.ts'
import { renderStack } from '../cloudformation/stack.ts'
import { loadTemplate, type Source } from '../cloudformation/template.ts'
import type { Rendered, Renderer } from '../reader.ts'
import { Budget } from '../syntax/placed.ts'

const MAX_NODES = 400_000
const MAX_PROBLEMS = 50

/**
 * CloudFormation and SAM templates, with the stacks inside them: a template that another one draws in yields nothing by itself. Values that
 * only a deployment gives are unknown; nothing remote is fetched.
 */
export const cloudformation: Renderer = {
  name: 'render/cloudformation',
  version: 1,
  units: (_, templates) => {
    const own = templates.filter(t => t.fact.kind === 'cloudformation')
    const drawn = new Set(own.flatMap(t => t.fact.draws.map(path => join(dirname(t.path), path)).filter(path => path !== t.path)))
    const starts = own.filter(t => !drawn.has(t.path))
    return (starts.length > 0 ? starts : own)
      .map(t => t.path)
      .sort(byText)
      .map(root => ({ root, kind: 'cloudformation' }))
  },
  render: (unit, files) => {
    const problems: Rendered['problems'] = []
    const source: Source = {
      files,
      budget: new Budget(MAX_NODES),
      problem: (code, message, at, severity = 'warning') => {
        if (problems.length < MAX_PROBLEMS) problems.push({ code, message, severity, ...at })
      },
    }
    const template = loadTemplate(unit.root, source)
    if (!template) return { documents: [], bases: [], problems }
    const { resources, exports } = renderStack(template, samConfigOf(unit.root, files), source)
    if (source.budget.isSpent) {
      const message = 'takes too many steps or nodes to render, left out'
      const at = { file: unit.root, line: 1 }
      return { documents: [], bases: [], problems: [{ code: 'cloudformation/too-large', message, severity: 'error', ...at }, ...problems] }
    }
    const path = join(dirname(unit.root), `${basename(unit.root)}${CLOUD_ENDING}`)!
    const written = resources.length + exports.length > 0 ? [{ path, ...writeCloud(resources, exports) }] : []
    return { documents: written, bases: [dirname(unit.root)], problems }
  },
}

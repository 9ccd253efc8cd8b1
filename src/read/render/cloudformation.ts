import { byText } from '../../base/names.ts'
import { dirname, join } from '../../base/path.ts'
import { rendered } from '../cloud/rendering.ts'
import { givenBeside } from '../cloudformation/parameters.ts'
import { renderStack } from '../cloudformation/stack.ts'
import { loadTemplate } from '../cloudformation/template.ts'
import type { Renderer } from '../reader.ts'

/**
 * CloudFormation and SAM templates, with the stacks inside them: a template that another one draws in yields nothing by itself. Values that
 * only a deployment gives are unknown; nothing remote is fetched.
 */
export const cloudformation: Renderer = {
  name: 'render/cloudformation',
  version: 2,
  units: (_, templates) => {
    const own = templates.filter(t => t.fact.kind === 'cloudformation')
    const drawn = new Set(own.flatMap(t => t.fact.draws.map(path => join(dirname(t.path), path)).filter(path => path !== t.path)))
    const starts = own.filter(t => !drawn.has(t.path))
    return (starts.length > 0 ? starts : own)
      .map(t => t.path)
      .sort(byText)
      .map(root => ({ root, kind: 'cloudformation' }))
  },
  render: (unit, files) =>
    rendered(unit.root, files, [dirname(unit.root)], 'cloudformation', source => {
      const template = loadTemplate(unit.root, source)
      return template && renderStack(template, givenBeside(unit.root, files), source)
    }),
}

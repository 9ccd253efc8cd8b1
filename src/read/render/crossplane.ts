import { rendered } from '../cloud/rendering.ts'
import { composed } from '../crossplane/compositions.ts'
import { isManaged, managedResources } from '../crossplane/managed.ts'
import type { Renderer } from '../reader.ts'
import { listItems, member, type Placed, place } from '../syntax/placed.ts'
import { parseYaml } from '../syntax/yaml.ts'

const MAX_FILES = 500

/** Crossplane: managed resources, and what the compositions of a repository make of its claims. All of a repository is one unit. */
export const crossplane: Renderer = {
  name: 'render/crossplane',
  version: 1,
  units: (paths, templates) => {
    const files = templates.filter(t => t.fact.kind === 'crossplane').map(t => t.path)
    if (files.length === 0) return []
    const isDefined = templates.some(t => t.fact.kind === 'crossplane' && t.fact.draws.includes('.'))
    const claims = isDefined ? paths.filter(path => /\.ya?ml$/i.test(path) && !files.includes(path)) : []
    return [{ root: files[0]!, kind: 'crossplane', files: [...files, ...claims.slice(0, MAX_FILES)] }]
  },
  render: (unit, files) =>
    rendered(unit.root, files, [], 'crossplane', source => {
      const objects = (unit.files ?? [unit.root]).flatMap(file => {
        const content = files(file)
        if (content === undefined) return []
        const { documents, problems } = parseYaml(content)
        if (content.includes('forProvider'))
          for (const { code, message, line, severity } of problems) source.problem(code, message, { file, line: line ?? 1 }, severity)
        return documents.flatMap(document => listed(place(document, line => ({ file, line }), source.budget)))
      })
      const all = [...objects, ...composed(objects, source)]
      return { resources: managedResources(all.filter(isManaged)), exports: [] }
    }),
}

const listed = (node: Placed): Placed[] => {
  const items = member(node, 'items')
  return items ? listItems(items) : [node]
}

import { byText } from '../../base/names.ts'
import { basename, dirname } from '../../base/path.ts'
import { rendered } from '../cloud/rendering.ts'
import { loadData } from '../cloudformation/template.ts'
import { Project } from '../pulumi/project.ts'
import type { Renderer } from '../reader.ts'
import { asText, member } from '../syntax/placed.ts'

/** Projects of Pulumi whose program is YAML. Programs in other languages are code, and read as that. */
export const pulumi: Renderer = {
  name: 'render/pulumi',
  version: 1,
  units: paths =>
    paths
      .filter(path => /^Pulumi\.ya?ml$/.test(basename(path)))
      .sort(byText)
      .map(root => ({ root, kind: 'pulumi' })),
  render: (unit, files, list) =>
    rendered(unit.root, files, [dirname(unit.root)], 'pulumi', source => {
      const root = loadData(unit.root, source)
      const runtime = asText(member(root, 'runtime')) ?? asText(member(root, 'runtime', 'name'))
      if (!root || (runtime !== 'yaml' && !member(root, 'resources'))) return undefined
      const project = new Project(unit.root, root, source, list)
      return { resources: project.cloudResources(), exports: project.exports() }
    }),
}

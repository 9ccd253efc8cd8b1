import { byText } from '../../base/names.ts'
import { dirname, join } from '../../base/path.ts'
import { CLOUD_ENDING, writeCloud } from '../cloud/document.ts'
import { evaluate } from '../hcl/evaluate.ts'
import { type HclValue, unknownOf } from '../hcl/values.ts'
import type { Rendered, Renderer, RenderUnit } from '../reader.ts'
import { TerraformModule } from '../terraform/module.ts'
import { isTerraform, TerraformUnit } from '../terraform/unit.ts'

/**
 * Root modules of Terraform and OpenTofu: every folder with such files that no other module of the tree calls. Modules in the tree are
 * carried out in the place where they are called; those from elsewhere are never fetched.
 */
export const terraform: Renderer = {
  name: 'render/terraform',
  version: 2,
  units: paths =>
    [...new Set(paths.filter(isTerraform).map(dirname))].sort(byText).map(root => ({ root, kind: 'terraform' }) satisfies RenderUnit),
  render: (unit, files, list) => {
    if (isCalled(unit.root, files, list)) return NOTHING
    const made = new TerraformUnit(unit.root, files, list)
    new TerraformModule(made, unit.root, '', inputsOf(made), []).emit()
    const resources = [...made.resources].sort((a, b) => byText(a.address, b.address))
    const { steps, nodes } = made
    if (steps.isSpent || nodes.isSpent)
      made.problems.push({
        code: 'terraform/limit',
        message: 'takes too many steps to tell; a part of it is left out',
        severity: 'warning',
        file: resources[0]?.at.file ?? made.blocks(unit.root)[0]?.file ?? unit.root,
        line: 1,
      })
    const path = join(unit.root, `terraform${CLOUD_ENDING}`)!
    return {
      documents: resources.length > 0 ? [{ path, ...writeCloud(resources) }] : [],
      bases: [...made.bases].sort(byText),
      problems: made.problems,
    }
  },
}

const NOTHING: Rendered = { documents: [], bases: [], problems: [] }

/** Values of variables from files, the last that names one wins. */
const inputsOf = (unit: TerraformUnit): Map<string, () => HclValue> => {
  const found = new Map<string, () => HclValue>()
  for (const { file, body } of unit.values())
    for (const { name, value } of body.attributes)
      found.set(name, () =>
        evaluate(value, {
          file,
          step: () => unit.steps.take(),
          resolve: (path, at) => ({ value: unknownOf(`${path.join('.')} in values of variables`, at), rest: [] }),
          call: () => undefined,
          variables: new Map(),
        }),
      )
  return found
}

const MAX_CALLERS = 1500

/** Whether a module of the tree calls the folder. */
const isCalled = (root: string, files: (path: string) => string | undefined, list: (folder: string) => readonly string[]): boolean =>
  list('')
    .filter(path => isTerraform(path) && dirname(path) !== root)
    .slice(0, MAX_CALLERS)
    .some(path => sourcesOf(files(path) ?? '').some(source => join(dirname(path), source) === root))

const sources = new Map<string, string[]>()

/** Folders that a file calls as modules, as it writes them. */
const sourcesOf = (content: string): string[] => {
  const known = sources.get(content)
  if (known) return known
  const found = [...content.matchAll(/["']?source["']?\s{0,40}[=:]\s{0,40}"(\.{1,2}(?:\/[^"\n]{0,300})?)"/g)].map(m => m[1]!)
  if (sources.size > 3000) sources.clear()
  sources.set(content, found)
  return found
}

import { join } from '../../base/path.ts'
import type { FileProblem } from '../../model/evidence.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from './node.ts'
import { parseYaml } from './yaml.ts'

/** Which rules of compatibility a `buf.yaml` wants for the files below a folder. Paths are from the root of the tree. */
export interface BufPolicy {
  root: string
  use: string[]
  except: string[]
  ignore: string[]
  ignoreOnly: Record<string, string[]>
  ignoreUnstablePackages: boolean
}

/** The policies of a `buf.yaml` (v1beta1, v1, v2) that lies in `folder`: one for each module, the workspace's where a module has none of its own. */
export const bufPolicies = (content: string, folder: string): { policies: BufPolicy[]; problems: FileProblem[] } => {
  const { documents, problems } = parseYaml(content)
  const root = documents[0]
  if (root === undefined) return { policies: [], problems }
  const modules = itemsOf(at(root, 'modules'))
  const roots = itemsOf(at(root, 'build', 'roots')).flatMap(r => textOf(r) ?? [])
  const whole = (path: string, from: string): BufPolicy => policyOf(at(root, 'breaking'), below(folder, path), from)
  const policies =
    modules.length > 0
      ? modules.map(m => {
          const path = textOf(at(m, 'path')) ?? '.'
          const own = at(m, 'breaking')
          return own === undefined ? whole(path, folder) : policyOf(own, below(folder, path), folder)
        })
      : roots.length > 0
        ? roots.map(path => whole(path, below(folder, path)))
        : [whole('.', folder)]
  return { policies, problems }
}

const below = (folder: string, path: string): string => {
  const found = join(folder, path) ?? folder
  return found === '.' ? '' : found
}

const policyOf = (breaking: DataNode | undefined, root: string, from: string): BufPolicy => {
  const names = (key: string): string[] => itemsOf(at(breaking, key)).flatMap(n => textOf(n) ?? [])
  const paths = (node: DataNode | undefined): string[] => itemsOf(node).flatMap(n => below(from, textOf(n) ?? '.'))
  return {
    ...{ root, use: names('use'), except: names('except'), ignore: paths(at(breaking, 'ignore')) },
    ignoreOnly: Object.fromEntries(entriesOf(at(breaking, 'ignore_only')).map(e => [e.key, paths(e.value)])),
    ignoreUnstablePackages: textOf(at(breaking, 'ignore_unstable_packages')) === 'true',
  }
}

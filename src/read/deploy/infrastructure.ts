import { basename } from '../../base/path.ts'
import { table } from '../../base/table.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { InfrastructureFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'
import { at, type DataNode, entriesOf, textOf } from '../syntax/node.ts'
import { parseJsonObject, parseYaml } from '../syntax/yaml.ts'

/** What says how a program of infrastructure is started, and what it is told: `cdk.json`, `Pulumi.yaml` and its stacks. */
export const infrastructure: Reader = {
  name: 'deploy/infrastructure',
  version: 1,
  wants: path => /(^|\/)(cdk\.json|Pulumi(\.[\w.-]+)?\.ya?ml)$/.test(path),
  pathClass: path => kindOf(path),
  read: ({ path, content }) => {
    const { root, problems } = kindOf(path) === 'cdk' ? parseJsonObject(content) : parsedYaml(content)
    const fact = root && (kindOf(path) === 'cdk' ? kit(root) : kindOf(path) === 'project' ? project(root, problems) : stack(root))
    return fact ? { manifest: [fact], problems } : { problems }
  },
}

const kindOf = (path: string): 'cdk' | 'project' | 'stack' =>
  basename(path) === 'cdk.json' ? 'cdk' : /^Pulumi\.ya?ml$/.test(basename(path)) ? 'project' : 'stack'

const parsedYaml = (content: string): { root?: DataNode; problems: FileProblem[] } => {
  const { documents, problems } = parseYaml(content)
  const [root] = documents
  return { ...(root?.is === 'map' ? { root } : {}), problems }
}

const kit = (root: DataNode): InfrastructureFact => {
  const app = textOf(at(root, 'app'))
  const start = app?.split(/\s+/).filter(word => word !== '')
  return {
    says: 'infrastructure',
    kind: 'cdk',
    ...(start ? { start } : {}),
    settings: settingsOf(at(root, 'context')),
    spot: { line: root.line },
  }
}

/** Files that a program of a runtime starts with, where it does not name one; where the language itself says, none. */
const STARTS: Record<string, string[]> = table({
  nodejs: ['index.ts', 'index.js'],
  bun: ['index.ts', 'index.js'],
  python: ['__main__.py'],
  go: [],
  dotnet: [],
  java: [],
})

/** Programs in YAML are rendered as they stand; of others the code is read. */
const project = (root: DataNode, problems: FileProblem[]): InfrastructureFact | undefined => {
  const runtime = textOf(at(root, 'runtime')) ?? textOf(at(root, 'runtime', 'name'))
  if (runtime === 'yaml' || at(root, 'resources')) return undefined
  const name = textOf(at(root, 'name'))
  const main = textOf(at(root, 'main'))
  const start =
    runtime === undefined || !Object.hasOwn(STARTS, runtime) ? undefined : [...(main === undefined ? [] : [main]), ...STARTS[runtime]!]
  if (!start)
    problems.push({
      code: 'infrastructure/runtime',
      message: `programs of the runtime ${(runtime ?? '?').slice(0, 60)} are not read`,
      severity: 'warning',
      line: at(root, 'runtime')?.line ?? root.line,
    })
  return {
    says: 'infrastructure',
    kind: 'pulumi',
    ...(name === undefined ? {} : { name }),
    ...(start ? { start } : {}),
    settings: [...settingsOf(at(root, 'config')), ...settingsOf(at(root, 'configuration'))],
    spot: { line: root.line },
  }
}

const stack = (root: DataNode): InfrastructureFact | undefined => {
  const settings = settingsOf(at(root, 'config'))
  return settings.length > 0 ? { says: 'infrastructure', kind: 'pulumi', settings, spot: { line: root.line } } : undefined
}

const settingsOf = (node: DataNode | undefined): InfrastructureFact['settings'] =>
  entriesOf(node).flatMap(({ key, value, line }) => {
    const text = textOf(value) ?? textOf(at(value, 'default')) ?? textOf(at(value, 'value'))
    return text === undefined ? [] : [{ key, value: text, spot: { line } }]
  })

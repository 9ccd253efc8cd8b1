import type { ModuleFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { words } from '../syntax/shell.ts'
import { parseJsonObject } from '../syntax/yaml.ts'

/** package.json: name, dependencies, workspaces, what starts it, contract files its scripts generate from. */
export const npm: Reader = {
  name: 'build/npm',
  version: 1,
  wants: path => /(^|\/)package\.json$/.test(path),
  read: ({ content }) => {
    const { root, problems } = parseJsonObject(content)
    return root ? { manifest: [moduleOf(root)], problems } : { problems }
  },
}

const SCOPES = [
  ['dependencies', 'runtime'],
  ['optionalDependencies', 'runtime'],
  ['peerDependencies', 'runtime'],
  ['devDependencies', 'dev'],
] as const

const moduleOf = (root: DataNode): ModuleFact => {
  const name = textOf(at(root, 'name'))
  const version = textOf(at(root, 'version'))
  const scripts = entriesOf(at(root, 'scripts'))
  const starts = scripts
    .filter(script => /^(?:start|serve|start:prod|start:production)$/.test(script.key))
    .flatMap(script => textOf(script.value) ?? [])
  const bin = at(root, 'bin')
  const bins = [textOf(bin), ...entriesOf(bin).map(entry => textOf(entry.value))].filter(file => file !== undefined)
  const mains = [textOf(at(root, 'main')), textOf(at(root, 'module'))].filter(file => file !== undefined)
  const workspaces = at(root, 'workspaces')
  return {
    says: 'module',
    system: 'npm',
    names: name ? [name] : [],
    ...(version ? { version } : {}),
    dependencies: SCOPES.flatMap(([key, scope]) => entriesOf(at(root, key)).map(entry => dependency(entry, scope))),
    entryPoints: [...new Set([...starts, ...bins, ...mains])],
    generates: scripts.flatMap(script => generatedBy(textOf(script.value) ?? '', script.line)),
    modules: [...itemsOf(workspaces), ...itemsOf(at(workspaces, 'packages'))].flatMap(item => textOf(item) ?? []),
    ...(starts.length > 0 || bins.length > 0 ? { runnable: true } : {}),
    spot: { line: root.line },
  }
}

type Dependency = ModuleFact['dependencies'][number]

const dependency = (entry: { key: string; line: number; value: DataNode }, scope: Dependency['scope']): Dependency => {
  const version = textOf(entry.value)
  const path = /^(?:file|link|portal):(.+)$/.exec(version ?? '')?.[1]
  return { name: entry.key, ...(version ? { version } : {}), scope, ...(path ? { path } : {}), spot: { line: entry.line } }
}

/** Contract files that a script hands to a generator. */
const generatedBy = (script: string, line: number): ModuleFact['generates'] => {
  if (!/\b(?:protoc|buf|proto-loader|grpc|openapi|swagger|orval|graphql|asyncapi|avro|thrift)/i.test(script) || script.length > 5000)
    return []
  const isContract = (word: string): boolean =>
    /\.(?:proto|graphqls?|avsc|thrift)$/.test(word) || /(?:openapi|swagger|asyncapi|api|spec)[\w.-]*\.(?:ya?ml|json)$/i.test(word)
  return words(script)
    .map(word => word.replace(/^-{1,2}[\w-]+=/, ''))
    .filter(word => isContract(word) && !/^\w+:\/\//.test(word))
    .map(from => ({ from, spot: { line } }))
}

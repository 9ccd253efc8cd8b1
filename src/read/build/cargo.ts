import type { ModuleFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'
import { at, type DataNode, entriesOf, itemsOf, type MapNode, textOf } from '../syntax/node.ts'
import { parseToml } from '../syntax/toml.ts'

/** Cargo.toml: a package or a workspace, its dependencies, its programs. */
export const cargo: Reader = {
  name: 'build/cargo',
  version: 1,
  wants: path => /(^|\/)Cargo\.toml$/.test(path),
  read: ({ content }) => {
    const { root, problems } = parseToml(content)
    const isModule = root !== undefined && (at(root, 'package') !== undefined || at(root, 'workspace') !== undefined)
    return isModule ? { manifest: [moduleOf(root)], problems } : { problems }
  },
}

const SCOPES = [
  ['dependencies', 'runtime'],
  ['dev-dependencies', 'test'],
  ['build-dependencies', 'dev'],
] as const

const moduleOf = (root: DataNode): ModuleFact => {
  const name = textOf(at(root, 'package', 'name'))
  const version = textOf(at(root, 'package', 'version'))
  const library = textOf(at(root, 'lib', 'name'))
  const bins = itemsOf(at(root, 'bin')).flatMap(bin => [textOf(at(bin, 'path')), textOf(at(bin, 'name'))].flatMap(text => text ?? []))
  const targets = entriesOf(at(root, 'target')).map(target => target.value)
  return {
    says: 'module',
    system: 'cargo',
    names: [...new Set([name, library].filter(text => text !== undefined))],
    ...(version ? { version } : {}),
    dependencies: [root, ...targets].flatMap(table =>
      SCOPES.flatMap(([key, scope]) => entriesOf(at(table, key)).map(entry => dependency(entry, scope))),
    ),
    entryPoints: bins,
    generates: [],
    modules: itemsOf(at(root, 'workspace', 'members')).flatMap(member => textOf(member) ?? []),
    ...(bins.length > 0 ? { runnable: true } : {}),
    spot: { line: root.line },
  }
}

type Dependency = ModuleFact['dependencies'][number]

/** `name = "1"`, or a table that may say another package, a folder, or that the workspace knows. */
const dependency = ({ key, line, value }: MapNode['entries'][number], scope: Dependency['scope']): Dependency => {
  const version = textOf(value) ?? textOf(at(value, 'version'))
  const path = textOf(at(value, 'path'))
  return { name: textOf(at(value, 'package')) ?? key, ...(version ? { version } : {}), scope, ...(path ? { path } : {}), spot: { line } }
}

import type { ModuleFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { parseJsonObject } from '../syntax/yaml.ts'

/** composer.json: name, dependencies, folders of path repositories, what starts it. */
export const composer: Reader = {
  name: 'build/composer',
  version: 1,
  wants: path => /(^|\/)composer\.json$/.test(path),
  read: ({ content }) => {
    const { root, problems } = parseJsonObject(content)
    return root ? { manifest: [moduleOf(root)], problems } : { problems }
  },
}

const SCOPES = [
  ['require', 'runtime'],
  ['require-dev', 'dev'],
] as const

const moduleOf = (root: DataNode): ModuleFact => {
  const name = textOf(at(root, 'name'))
  const version = textOf(at(root, 'version'))
  const type = textOf(at(root, 'type'))
  const starts = entriesOf(at(root, 'scripts'))
    .filter(script => /^(?:start|serve)$/.test(script.key))
    .flatMap(script => [script.value, ...itemsOf(script.value)].flatMap(step => textOf(step) ?? []))
  const bins = [at(root, 'bin'), ...itemsOf(at(root, 'bin'))].flatMap(file => textOf(file) ?? [])
  return {
    says: 'module',
    system: 'composer',
    names: name ? [name] : [],
    ...(version ? { version } : {}),
    dependencies: SCOPES.flatMap(([key, scope]) =>
      entriesOf(at(root, key))
        .filter(({ key: dependency }) => dependency.includes('/')) // the others are the language and its extensions
        .map(entry => {
          const wanted = textOf(entry.value)
          return { name: entry.key, ...(wanted ? { version: wanted } : {}), scope, spot: { line: entry.line } }
        }),
    ),
    entryPoints: [...new Set([...starts, ...bins])],
    generates: [],
    modules: itemsOf(at(root, 'repositories')).flatMap(repository =>
      textOf(at(repository, 'type')) === 'path' ? (textOf(at(repository, 'url')) ?? []) : [],
    ),
    ...(type === 'project' || starts.length > 0 ? { runnable: true } : {}),
    spot: { line: root.line },
  }
}

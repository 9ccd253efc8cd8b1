import type { SystemModel } from '../../index.ts'
import { entityNameFor } from '../../index.ts'
import { type Written, writtenEntities } from './backstage/entities.ts'
import type { Export, ExportedFile } from './export.ts'
import { type Data, yamlOf } from './yaml.ts'

/** First line of what is written, by which a later run knows its own files. */
const HEAD = '# Written by lintel map --format backstage. What it says was found in code and manifests.\n'
const FILE = 'catalog-info.yaml'

/** Backstage entities of the whole map, one YAML file with a document each: an entity feed, or the catalog file of a repository. */
export const backstage: Export = model => textOf(writtenEntities(model).map(w => w.data))

const textOf = (entities: readonly Written['data'][]): string => HEAD + entities.map(yamlOf).join('---\n')

/**
 * The same as files of a tree: each service with the APIs that it provides in its own folder, whatever is nobody's at the root, with a
 * Location that leads to all. Of several repositories each has its own folder.
 */
export const backstageFiles = (model: SystemModel): ExportedFile[] => {
  const folders = new Map(
    model.services.flatMap(s => (s.paths[0] === undefined ? [] : [[s.id, within(model, s.repo, s.paths[0])] as const])),
  )
  const files = new Map<string, Written['data'][]>([['', []]])
  for (const written of writtenEntities(model)) {
    const folder = folderOf(written, folders) ?? ''
    files.set(folder, [...(files.get(folder) ?? []), withFile(written, folder, model)])
  }
  const targets = [...files.keys()].filter(f => f !== '').map(f => `./${f}/${FILE}`)
  if (targets.length > 0) files.get('')!.unshift(locationOf(model, targets))
  return [...files].map(([folder, entities]) => ({
    path: folder === '' ? FILE : `${folder}/${FILE}`,
    text: textOf(entities),
    ours: HEAD.trimEnd(),
  }))
}

const within = (model: SystemModel, repo: string, path: string): string =>
  (model.revisions.length > 1 ? [entityNameFor(repo), path] : [path]).filter(part => part !== '').join('/')

const folderOf = ({ service, contract }: Written, folders: ReadonlyMap<string, string>): string | undefined =>
  service ? folders.get(service.id) : contract?.providers.map(p => folders.get(p.value)).find(folder => folder !== undefined)

/** In a tree an API's definition is the contract file itself. */
const withFile = ({ data, contract }: Written, folder: string, model: SystemModel): Written['data'] => {
  const file = contract?.format === 'code' ? undefined : contract?.files[0]
  if (!contract || file === undefined) return data
  const path = within(model, contract.repo, file)
  return { ...data, spec: { ...(data.spec as { [key: string]: Data }), definition: { $text: relative(folder, path) } } }
}

const relative = (folder: string, path: string): string => {
  const from = folder === '' ? [] : folder.split('/')
  const to = path.split('/')
  let shared = 0
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++
  const up = from.slice(shared).map(() => '..')
  return [...(up.length > 0 ? up : ['.']), ...to.slice(shared)].join('/')
}

const locationOf = ({ revisions }: SystemModel, targets: readonly string[]): Written['data'] => ({
  ...{ apiVersion: 'backstage.io/v1alpha1', kind: 'Location' },
  metadata: { name: entityNameFor(revisions.length === 1 ? revisions[0]!.repo : 'estate') },
  spec: { targets: [...targets].sort() },
})

import { canonicalName } from '../../base/names.ts'
import { join } from '../../base/path.ts'
import type { Declared } from '../../model/infrastructure.ts'
import type { Call } from './calls.ts'
import type { Reading } from './settings.ts'

type Entry = { key: string; value: Declared }

/** A container as task definitions have it: its image or what it is built from, its environment, its ports. */
export const containerOf = (value: Declared | undefined, values: Reading, name?: string): Declared | undefined => {
  if (!value) return undefined
  const { calls } = values.settings
  const call = calls.of(value)
  const isAdded = call !== undefined && call.method !== ''
  const of = (key: string): Declared | undefined => (call ? calls.property(call, [key]) : calls.member(value, [key]))
  const image = imageOf(of('image'), values)
  if (!image) return undefined
  const own = isAdded && call.positional[0]?.is === 'text' ? call.positional[0] : undefined
  const later = isAdded ? calls.on(call) : []
  const ports = [of('containerPort'), ...mappings(of('portMappings'), values), ...later.flatMap(method => added(method, values))]
  const entries: (Entry | undefined)[] = [
    entry('name', of('containerName') ?? of('name') ?? own ?? (name === undefined ? undefined : { is: 'text', text: name })),
    image.is === 'path' ? entry('build', image) : entry('image', image),
    entry('build_args', argumentsOf(of('image'), values, 0)),
    entry('environment', environmentOf(of('environment'), later)),
    entry('secrets', of('secrets')),
    entry('command', of('command')),
    entry(
      'port_mappings',
      listOf(ports.flatMap(port => (port ? [{ is: 'map' as const, entries: [{ key: 'container_port', value: port }] }] : []))),
    ),
  ]
  return { is: 'map', entries: entries.filter(e => e !== undefined) }
}

const entry = (key: string, value: Declared | undefined): Entry | undefined => value && { key, value }

const listOf = (items: Declared[]): Declared | undefined => (items.length === 0 ? undefined : { is: 'list', items })

const mappings = (value: Declared | undefined, values: Reading): Declared[] => {
  const items = value?.is === 'list' ? value.items : value ? [value] : []
  return items.flatMap(
    item => values.settings.calls.member(item, ['containerPort']) ?? values.settings.calls.member(item, ['targetGroup', 'port']) ?? [],
  )
}

/** Ports that a container is given after it was made. */
const added = (method: Call, values: Reading): Declared[] =>
  canonicalName(method.method) === 'addportmappings'
    ? method.positional.flatMap(item => values.settings.calls.member(item, ['containerPort']) ?? [])
    : []

const environmentOf = (given: Declared | undefined, later: readonly Call[]): Declared | undefined => {
  const set = later.flatMap(({ method, positional: [name, value] }): Entry[] =>
    canonicalName(method) === 'addenvironment' && name?.is === 'text' && value ? [{ key: name.text, value }] : [],
  )
  if (set.length === 0) return given
  return { is: 'map', entries: [...(given?.is === 'map' ? given.entries : []), ...set] }
}

/** An image by its name, by the repository that keeps it, or as the folder that it is built from. */
export const imageOf = (value: Declared | undefined, values: Reading, depth = 0): Declared | undefined => {
  if (!value || depth > 6) return undefined
  const { calls, folder } = values.settings
  const call = calls.of(value)
  if (!call) return value
  const method = canonicalName(call.method)
  const directory = calls.property(call, ['directory']) ?? calls.property(call, ['asset'])
  if (method === 'fromasset' || method === 'fromimageasset') return context(call.positional[0] ?? directory, folder)
  if (/^(DockerImageAsset|TarballImageAsset)$/.test(call.name.class) && method === '') return context(directory, folder)
  if (/^(fromdockerimageasset|fromregistry|fromecrrepository|fromecr|fromecrpublic)$/.test(method))
    return imageOf(call.positional[0] ?? calls.property(call, ['imageIdentifier']), values, depth + 1)
  if (call.name.class === 'Image' && method === '') {
    const build = calls.property(call, ['context']) ?? calls.property(call, ['path']) ?? calls.property(call, ['build'])
    return context(build && calls.entries(build).length > 0 ? calls.member(build, ['context']) : build, folder) ?? value
  }
  return value
}

/** Arguments that an image is built with. */
const argumentsOf = (value: Declared | undefined, values: Reading, depth: number): Declared | undefined => {
  const call = values.settings.calls.of(value)
  if (!call || depth > 6) return undefined
  return values.settings.calls.property(call, ['buildArgs']) ?? argumentsOf(call.positional[0], values, depth + 1)
}

const context = (value: Declared | undefined, folder: string): Declared | undefined => {
  if (value?.is === 'path') return value
  const path = value?.is === 'text' && !value.text.startsWith('/') ? join(folder, value.text) : undefined
  return path === undefined ? undefined : { is: 'path', path }
}

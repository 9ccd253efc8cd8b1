import type { ArtifactFact, ResourceFact, ResourceKind, SettingFact } from '../../model/manifest.ts'
import type { ReadDocument } from './document.ts'
import { aliasesOf, nameOf } from './naming.ts'
import { spotOf, type Thing, type Things } from './things.ts'

/** Tables, queues, topics, buckets: everything that others name and that runs no code. */
export const storesOf = (things: Things): ResourceFact[] =>
  things
    .of('store')
    .filter(thing => !isPart(thing, things))
    .map(thing => {
      const name = nameOf(thing, things)
      const engine = things.text(thing, 'engine')?.toLowerCase()
      const parts = [...things.of('store').filter(other => wholeOf(other, things) === thing), ...pulled(thing, things)]
      return {
        says: 'resource',
        kind: kindOf(thing, engine),
        name,
        aliases: [...new Set([thing, ...parts].flatMap(t => aliasesOf(t, things)))].filter(alias => alias !== name),
        ...(engine ? { engine } : {}),
        spot: thing.spot,
      }
    })

/** Subscriptions that nothing is pushed from: code that pulls from one pulls from its topic. */
const pulled = (topic: Thing, things: Things): Thing[] =>
  things
    .of('subscription')
    .filter(s => things.nodes(s, 'to').length === 0 && things.referred(things.node(s, 'from'), 'store').includes(topic))

const kindOf = (thing: Thing, engine: string | undefined): ResourceKind =>
  engine === 'memcached' || engine === 'redis' || engine === 'valkey' ? 'cache' : ((thing.row.says?.kind ?? 'external') as ResourceKind)

/** A member of a cluster of the document is no store of its own. */
const wholeOf = (thing: Thing, things: Things): Thing | undefined =>
  things.referred(things.node(thing, 'part'), 'store').find(other => other !== thing)

const isPart = (thing: Thing, things: Things): boolean => wholeOf(thing, things) !== undefined

/** Values under a name that other documents, or code, may ask for. What a secret holds is not kept. */
export const settingsOf = (things: Things, document: ReadDocument): SettingFact[] => {
  const parameters = things.of('parameter').flatMap((thing): SettingFact[] => {
    const name = things.pattern(things.node(thing, 'name')) ?? things.text(thing, 'name')
    const value = things.value(things.node(thing, 'value'))
    const isSecret = Object.keys(thing.row.attributes ?? {}).some(attribute => attribute.startsWith('secret_'))
    if (isSecret || name === undefined || value === undefined || value.is === 'unknown') return []
    return [{ says: 'setting', owner: `parameter/${name}`, key: 'value', value, layer: 'map', spot: thing.spot }]
  })
  const exports = document.exports.flatMap(({ name, value }): SettingFact[] => {
    const said = things.value(value)
    return said === undefined || said.is === 'unknown'
      ? []
      : [{ says: 'setting', owner: `export/${name}`, key: 'value', value: said, layer: 'map', spot: spotOf(value) }]
  })
  return [...parameters, ...exports]
}

/** Images that are built from a folder of the tree. */
export const artifactsOf = (things: Things): ArtifactFact[] =>
  things.of('repository').flatMap((thing): ArtifactFact[] => {
    const image = things.text(thing, 'name')
    const context = things.text(thing, 'context')
    const dockerfile = things.text(thing, 'dockerfile')
    if (!image || context === undefined || /^[a-z][a-z0-9+]*:|^\//i.test(context)) return []
    return [{ says: 'artifact', image, context, ...(dockerfile ? { dockerfile } : {}), spot: thing.spot }]
  })

import type { SecretFact } from '../model/control.ts'
import type { Spot, Step } from '../model/evidence.ts'
import type { NodeId } from '../model/system.ts'
import { text, type Value } from '../model/value.ts'
import { parseAddresses } from './address.ts'
import { type Directory, nearest, viewpointOf } from './directory.ts'
import type { DirectEffect } from './effect.ts'
import { type Gathered, groupBy, type Placed, spotAt, stepAt } from './gather.ts'
import { type Instance, isResource, type Node } from './node.ts'
import { follow } from './resolve.ts'
import type { Seat } from './seats.ts'
import type { Outside } from './targets.ts'

/** The seats with the stores that their secrets come from: a service that takes a secret depends on whoever holds it. */
export const withSecrets = (seats: readonly Seat[], gathered: Gathered, directory: Directory, outside: Outside): Seat[] => {
  if (gathered.secrets.length === 0) return [...seats]
  const index = indexSecrets(gathered)
  const seen = new Set<NodeId>()
  return seats.map(seat => {
    const { node } = seat
    const [instance] = node.instances
    if (!instance || isResource(node) || seen.has(node.id)) return seat
    seen.add(node.id)
    const taken = takes(instance).flatMap(use => effectsOf(use, seat, instance, { index, directory, outside }))
    return taken.length > 0 ? { ...seat, effects: [...seat.effects, ...taken] } : seat
  })
}

interface Index {
  /** By repository and what is filled. */
  filled: ReadonlyMap<string, Placed<SecretFact>[]>
  byObject: ReadonlyMap<string, Placed<SecretFact>[]>
}

interface Asked {
  index: Index
  directory: Directory
  outside: Outside
}

const indexSecrets = ({ secrets }: Gathered): Index => {
  const filled = secrets.flatMap(place => place.fact.fills.map(name => ({ name, place })))
  const byName = groupBy(filled, f => `${f.place.repo}\n${f.name}`)
  return {
    filled: new Map([...byName].map(([key, all]) => [key, all.map(f => f.place)])),
    byObject: groupBy(secrets, s => `${s.repo}\n${s.fact.object}`),
  }
}

interface Use {
  name: string
  spot: Spot
}

/** What a workload takes, each once. */
const takes = ({ place, container }: Instance): Use[] => {
  const found: Use[] = [
    { name: `deployable/${place.fact.name}`, spot: place.fact.spot },
    ...container.envFrom.flatMap(e => (e.kind === 'secret' ? [{ name: `secret/${e.name}`, spot: e.spot }] : [])),
    ...container.env.flatMap(e => ownersOf(e.value).map(name => ({ name, spot: e.spot }))),
    ...container.mounts.flatMap(m => {
      const name = /^secret(?:-provider-class)?\/[^/]+/.exec(m.source)?.[0]
      return name ? [{ name, spot: m.spot }] : []
    }),
  ]
  return [...new Map([...found].reverse().map(use => [use.name, use])).values()].reverse()
}

const ownersOf = (value: Value): string[] => (value.is === 'config' && value.owner?.startsWith('secret/') ? [value.owner] : [])

const effectsOf = (use: Use, seat: Seat, instance: Instance, asked: Asked): DirectEffect[] => {
  const { place } = instance
  const own = asked.index.filled.get(`${place.repo}\n${use.name}`) ?? []
  const fitting = own.filter(s => (s.fact.namespace ?? place.fact.namespace) === (place.fact.namespace ?? s.fact.namespace))
  const [source] = nearest(fitting, s => s, viewpointOf(instance))
  if (!source) return []
  const chain = storeOf(source, asked.index)
  const to = nodeOf(chain, seat.node, instance, asked)
  const steps: Step[] = [
    ...(use.name.startsWith('deployable/') ? [] : [stepAt(place, use.spot, `takes ${use.name}`)]),
    ...chain.map(s => stepAt(s, s.fact.spot, describe(s.fact))),
    ...to.steps,
  ]
  return [
    {
      of: seat.program.program.id,
      does: 'call',
      protocol: chain.some(s => s.fact.provider === 'vault') ? 'http' : 'unknown',
      target: text(to.id),
      to: [to.id],
      uses: [],
      closed: true,
      escapes: [],
      purpose: 'config',
      confidence: 'high',
      evidence: { reader: 'deploy/secrets', basis: 'declared', at: spotAt(place, use.spot), note: source.fact.object, via: steps },
    },
  ]
}

const describe = ({ object, keys, provider }: SecretFact): string => {
  const what = keys.length > 0 ? ` takes ${keys.slice(0, 3).join(', ')}${keys.length > 3 ? ` and ${keys.length - 3} more` : ''}` : ''
  return `${object}${what}${what === '' && provider ? ` is ${provider}` : ''}`
}

const MAX_CHAIN = 4

/** From the secret to the store that holds it, as objects name each other. */
const storeOf = (source: Placed<SecretFact>, { byObject }: Index): Placed<SecretFact>[] => {
  const chain = [source]
  for (let last = source; chain.length < MAX_CHAIN && last.fact.from !== undefined; ) {
    const named = byObject.get(`${last.repo}\n${last.fact.from}`) ?? []
    const [next] = nearest(named, s => s, {
      repo: last.repo,
      file: last.file,
      variant: `${last.repo}\n${last.variant.id}`,
      bases: last.variant.bases,
    })
    if (!next || chain.includes(next)) break
    chain.push(next)
    last = next
  }
  return chain
}

/** The node that holds it: where its address leads, else the only one of its kind that is deployed, else the thing itself, outside. */
const nodeOf = (
  chain: readonly Placed<SecretFact>[],
  node: Node,
  instance: Instance,
  { directory, outside }: Asked,
): { id: NodeId; steps: Step[] } => {
  const last = chain.at(-1)!
  const provider = chain.map(s => s.fact.provider).findLast(p => p !== undefined) ?? last.fact.from?.replace('/', ' ') ?? 'secrets'
  const said = chain.map(s => s.fact.address).findLast(a => a !== undefined)
  const [address] = said === undefined ? [] : parseAddresses(said)
  if (address) {
    const end = follow(address, viewpointOf(instance), instance, directory)
    if (end.is === 'node' && end.node !== node) return { id: end.node.id, steps: end.steps }
  }
  const stores =
    provider === 'vault' ? directory.identities.nodes.filter(n => n.stock?.resource === 'secret-store' && n.repo === node.repo) : []
  if (address === undefined && stores.length === 1) return { id: stores[0]!.id, steps: [] }
  const name = address ? `${provider} ${address.host}` : said === undefined ? provider : `${provider} ${said}`
  const evidence = { reader: 'deploy/secrets', basis: 'declared' as const, at: spotAt(last, last.fact.spot), note: last.fact.object }
  return { id: outside.resource(`secret-store:${name}`, 'secret-store', name, evidence), steps: [] }
}

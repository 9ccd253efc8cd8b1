import { byText } from '../../base/names.ts'
import type { Admission, ControlFact, Peer } from '../../model/control.ts'
import type { NodeId } from '../../model/system.ts'
import { type Gathered, groupBy, type Placed } from '../gather.ts'
import type { Instance, Node } from '../node.ts'
import { candidates, selects, sharesSpace, type Workloads } from './index-instances.ts'
import { endOf } from './places.ts'

export type Match = 'yes' | 'maybe' | 'no'

/** Who is meant by the peers of a policy. */
export interface Peers {
  /** The peers of an admission; identities that it names by an object are those of the object. */
  of: (admission: Admission, place: Placed<ControlFact>) => readonly Peer[]
  matches: (peer: Peer, node: Node, place: Placed<ControlFact>) => Match
  /** Whether a service of that name is known where it is written, in the system or outside. */
  isKnown: (name: string, place: Placed<ControlFact>) => boolean
  /** Nodes by name where they are known, the rest as written. */
  shown: (admission: Admission, place: Placed<ControlFact>) => { nodes: NodeId[]; others: string[] }
}

const MAX_NODES = 200

export const makePeers = (gathered: Gathered, workloads: Workloads): Peers => {
  const byObject = groupBy(
    gathered.controls.filter(c => c.fact.admits !== undefined),
    c => `${c.repo}\n${c.fact.object}`,
  )
  const of: Peers['of'] = ({ peers }, place) =>
    peers.flatMap(peer => {
      if (peer.is !== 'object') return [peer]
      const named = (byObject.get(`${place.repo}\n${peer.name}`) ?? []).flatMap(c => c.fact.admits?.peers ?? [])
      return named.length > 0 ? named.filter(p => p.is !== 'object') : [{ is: 'other' as const, text: peer.name }]
    })
  const matches: Peers['matches'] = (peer, node, place) => matchOf(peer, node, place, workloads)
  return {
    of,
    matches,
    isKnown: (name, place) => endOf(name.toLowerCase(), place, workloads.directory) !== undefined,
    shown: (admission, place) => {
      const nodes = new Set<NodeId>()
      const others = new Set<string>()
      for (const peer of of(admission, place)) {
        const known = nodesOf(peer, place, workloads).filter(n => matches(peer, n, place) !== 'no')
        for (const node of known.slice(0, MAX_NODES)) nodes.add(node.id)
        if (known.length === 0) others.add(showPeer(peer))
      }
      return { nodes: [...nodes].sort(byText), others: [...others].sort(byText) }
    },
  }
}

const showPeer = (peer: Peer): string => {
  if (peer.is === 'any') return 'anyone'
  if (peer.is === 'other') return peer.text
  if (peer.is === 'namespace') return `namespace ${peer.name}`
  if (peer.is === 'account') return `account ${peer.namespace ? `${peer.namespace}/` : ''}${peer.name}`
  if (peer.is !== 'workloads') return peer.name
  const labels = Object.entries(peer.selector.labels).map(([key, value]) => `${key}=${value}`)
  const spaces = Object.entries(peer.spaces?.labels ?? {}).map(([key, value]) => `${key}=${value}`)
  const where = spaces.length > 0 ? ` in namespaces ${spaces.join(', ')}` : peer.spaces ? ' in any namespace' : ''
  return `${labels.length > 0 ? labels.join(', ') : 'all'}${where}`
}

/** The nodes that may be meant, by an index. */
const nodesOf = (peer: Peer, place: Placed<ControlFact>, workloads: Workloads): Node[] => {
  const { directory } = workloads
  const unique = (instances: readonly Instance[]): Node[] => [...new Set(instances.map(i => directory.nodeOf.get(i)!))]
  if (peer.is === 'service') {
    const end = endOf(peer.name.toLowerCase(), place, directory)
    return end === undefined || typeof end === 'string' ? [] : [end]
  }
  if (peer.is === 'workloads') return unique(candidates(peer.selector, workloads))
  if (peer.is === 'account') return unique(workloads.all.filter(i => i.place.repo === place.repo && nameFits(peer.name, accountOf(i))))
  return peer.is === 'namespace' ? unique(workloads.byNamespace.get(peer.name) ?? []) : []
}

const accountOf = (i: Instance): string => i.place.fact.account ?? 'default'

/** `*` may stand at either end. */
const nameFits = (pattern: string, name: string): boolean => {
  if (pattern === '*') return true
  if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1))
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}

const spaceFits = (wanted: string | undefined, i: Instance): Match => {
  const its = i.place.fact.namespace
  if (wanted === undefined) return 'yes'
  return its === undefined ? 'maybe' : nameFits(wanted, its) ? 'yes' : 'no'
}

const BEST: readonly Match[] = ['yes', 'maybe', 'no']
const best = (all: readonly Match[]): Match => BEST.find(m => all.includes(m)) ?? 'no'

const matchOf = (peer: Peer, node: Node, place: Placed<ControlFact>, workloads: Workloads): Match => {
  if (peer.is === 'any') return 'yes'
  if (peer.is === 'other' || peer.is === 'object') return 'maybe'
  if (peer.is === 'service') {
    const end = endOf(peer.name.toLowerCase(), place, workloads.directory)
    return end === node ? 'yes' : 'no'
  }
  const pods = node.instances.filter(i => i.place.fact.kind !== 'compose' && i.place.fact.kind !== 'Gateway')
  if (pods.length === 0) return 'maybe'
  return best(pods.map(i => matchInstance(peer, i, place, workloads)))
}

const matchInstance = (
  peer: Extract<Peer, { is: 'account' | 'namespace' | 'workloads' }>,
  i: Instance,
  place: Placed<ControlFact>,
  workloads: Workloads,
): Match => {
  if (peer.is === 'namespace') return spaceFits(peer.name, i)
  if (peer.is === 'account') return nameFits(peer.name, accountOf(i)) ? spaceFits(peer.namespace, i) : 'no'
  if (!selects(peer.selector, i.place.fact.labels)) return 'no'
  if (peer.spaces) return namespaceFits(peer.spaces.labels, i)
  return peer.namespace === undefined ? (sharesSpace(place, i, workloads) ? 'yes' : 'no') : spaceFits(peer.namespace, i)
}

/** Labels of namespaces are not known, their names are. */
const namespaceFits = (labels: Readonly<Record<string, string>>, i: Instance): Match => {
  const entries = Object.entries(labels)
  if (entries.length === 0) return 'yes'
  const name = labels['kubernetes.io/metadata.name']
  return name !== undefined && entries.length === 1 ? spaceFits(name, i) : 'maybe'
}

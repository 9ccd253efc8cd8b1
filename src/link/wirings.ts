import { canonicalJson } from '../base/json.ts'
import { canonicalName, sortedBy } from '../base/names.ts'
import type { Evidence, Step } from '../model/evidence.ts'
import type { Effect } from '../model/fragment.ts'
import type { Wiring } from '../model/system.ts'
import { holes } from '../model/value.ts'
import { type Address, isLocal, parseAddresses } from './address.ts'
import type { Directory } from './directory.ts'
import { viewpointOf } from './directory.ts'
import { environmentOf } from './environment.ts'
import { fill, isWhole } from './fill.ts'
import { groupBy, withoutSecrets } from './gather.ts'
import type { Entry, Settings } from './layers/layer.ts'
import { type Instance, isResource, type Node } from './node.ts'
import { isAside, type Programs } from './programs.ts'
import { follow } from './resolve.ts'

const ADDRESS_NAME =
  /(^|[_.-])(HOST|HOSTS|HOSTNAME|ADDR|ADDRS|ADDRESS|URL|URI|ENDPOINT|ENDPOINTS|BROKERS?|DSN)([_.-]|$)|(^|[_.-])SERVERS?$/i
const SWITCH = /^(true|false|yes|no|on|off|none|null|enabled?|disabled?)$/i

/** Every environment value of every deployable, in each of its variants, that is an address: whom it names, and whether it gets there. */
export const wiringsOf = (
  nodes: readonly Node[],
  effects: Map<string, readonly Effect[]>,
  directory: Directory,
  settings: Settings,
  programs: Programs,
): Wiring[] => {
  const found = new Map<string, Wiring>()
  for (const node of nodes) {
    if (isResource(node)) continue
    const read = new Set(node.programs.flatMap(p => (effects.get(p.key) ?? []).flatMap(namesRead)).map(canonicalName))
    const inside = node.instances.filter(i => !isAside(i.place.file) && !isAside(i.place.variant.root))
    for (const instance of inside.length > 0 ? inside : node.instances)
      for (const wiring of wiringsIn(node, instance, read, directory, settings, programs)) {
        const { evidence, ...rest } = wiring
        const key = canonicalJson(rest)
        const known = found.get(key)
        if (known) known.evidence.push(...evidence)
        else found.set(key, wiring)
      }
  }
  return [...groupBy(sortedBy([...found.values()], placeOf), placeOf).values()].flatMap(same =>
    same.length === 1 ? same : sortedBy(same, canonicalJson),
  )
}

const placeOf = (w: Wiring): string => `${w.of}\n${w.name}\n`

const wiringsIn = (
  node: Node,
  instance: Instance,
  read: Set<string>,
  directory: Directory,
  settings: Settings,
  programs: Programs,
): Wiring[] => {
  const environment = environmentOf({ instance }, settings, programs)
  return [...environment.entries].flatMap(([name, entries]) => {
    const entry = entries[0]!
    if (entry.layer === 'image' || entry.layer === 'dot-env') return []
    return fill({ is: 'env', name }, environment, settings).flatMap(one => {
      if (!isWhole(one) || one.text === '') return []
      const addresses = parseAddresses(one.text).filter(a => isMeant(a, name))
      return addresses.flatMap(address =>
        wiring(
          node,
          instance,
          { name, value: withoutSecrets(one.text), entry, steps: one.steps, read: read.has(canonicalName(name)) },
          address,
          directory,
        ),
      )
    })
  })
}

/** A bare word is an address only under a name that says so. */
const isMeant = (address: Address, name: string): boolean =>
  /[a-z]/i.test(address.host) &&
  !SWITCH.test(address.host) &&
  (address.scheme !== undefined || address.port !== undefined || ADDRESS_NAME.test(name))

const wiring = (
  node: Node,
  instance: Instance,
  of: { name: string; value: string; entry: Entry; steps: Step[]; read: boolean },
  address: Address,
  directory: Directory,
): Wiring[] => {
  const ending = follow(address, viewpointOf(instance), instance, directory)
  if (ending.is === 'outside' || (ending.is === 'nowhere' && (ending.stage === 'ambiguous' || isLocal(address.host)))) return []
  if (ending.is === 'node' && ending.node === node) return []
  const steps = [...of.steps.slice(1), ...(ending.is === 'node' ? ending.steps : [])]
  const evidence: Evidence = {
    reader: `link/${of.entry.layer}`,
    basis: 'declared',
    at: of.entry.step.at,
    ...(steps.length > 0 ? { via: steps } : {}),
  }
  return [
    {
      of: node.id,
      name: of.name,
      value: of.value,
      host: address.host,
      ...(address.port === undefined ? {} : { port: address.port }),
      ...(ending.is === 'node' && !ending.wrongPort ? { to: ending.node.id } : {}),
      ...(ending.is === 'node' && ending.wrongPort ? { wrongPort: { node: ending.node.id, serves: ending.wrongPort } } : {}),
      read: of.read,
      evidence: [evidence],
    },
  ]
}

/** Environment and configuration names that an effect goes through. */
const namesRead = (effect: Effect): string[] => [
  ...(effect.does === 'read-config' && effect.target.is === 'text' ? [effect.target.text] : []),
  ...[effect.target, effect.operation, effect.forwards?.target].flatMap(v => (v ? holes(v) : [])),
]

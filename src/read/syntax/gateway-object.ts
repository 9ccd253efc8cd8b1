import type { Spot } from '../../model/evidence.ts'
import type { DeployableFact, PortFact, ProxyFact, ProxyRoute } from '../../model/manifest.ts'
import { text, type Value } from '../../model/value.ts'
import { at, type DataNode, textOf } from './node.ts'

export const MAX_ROUTES = 2000

export const spotOf = (node: DataNode): Spot => ({ line: node.line, endLine: node.endLine })

export const nameOf = (object: DataNode): string | undefined => textOf(at(object, 'metadata', 'name'))

export const namespaceOf = (object: DataNode): { namespace?: string } => {
  const namespace = textOf(at(object, 'metadata', 'namespace'))
  return namespace ? { namespace } : {}
}

export const portOf = (node: DataNode | undefined): number | undefined => {
  const number = Number(textOf(node) ?? Number.NaN)
  return Number.isInteger(number) && number > 0 && number < 65_536 ? number : undefined
}

/** A gateway that a manifest declares: something that runs and forwards, though no image says so. */
export const gatewayOf = (object: DataNode, name: string, ports: readonly PortFact[]): DeployableFact => ({
  says: 'deployable',
  kind: 'Gateway',
  name,
  ...namespaceOf(object),
  aliases: [],
  state: 'deployed',
  labels: {},
  annotations: {},
  containers: [{ name, env: [], envFrom: [], ports: [...ports], mounts: [], spot: spotOf(object) }],
  dependsOn: [],
  spot: spotOf(object),
})

/** The routes of one object, once for each gateway that it is bound to. */
export const boundTo = (gateways: readonly string[], kind: string, object: DataNode, routes: readonly ProxyRoute[]): ProxyFact[] =>
  routes.length === 0
    ? []
    : [...new Set(gateways)].map(gateway => ({
        says: 'proxy',
        kind,
        owner: `gateway/${gateway}`,
        ...namespaceOf(object),
        listens: [],
        pools: [],
        routes: routes.slice(0, MAX_ROUTES),
        spot: spotOf(object),
      }))

/** `host:port` of a backend as an address. */
export const backend = (scheme: string, host: string, port: number | undefined, spot: Spot): Value => ({
  ...(text(`${scheme}://${host}${port === undefined ? '' : `:${port}`}`) as Extract<Value, { is: 'text' }>),
  spot,
})

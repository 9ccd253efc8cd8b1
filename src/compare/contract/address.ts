import type { Edge } from '../../model/contract.ts'
import type { Format } from './format.ts'
import { type Graph, type Ix, operationsOf, originOf, targetOf } from './graph.ts'

/**
 * Where each node stands, without lines or file names: an operation, or the nearest named type around it, and the path from there:
 * `billing.v1.Billing/GetInvoice`, `type billing.v1.Invoice/7`.
 */
export interface Addresses {
  of(ix: Ix): { of: string; path: string } | undefined
  below(owner: Ix, edge: Edge): { of: string; path: string } | undefined
  isOperation(address: { of: string; path: string }): boolean
}

/** One step of the way; the first one has a name of its own. */
interface Step {
  of?: string
  step: string
  from?: Step
}

const addressOf = (last: Step | undefined): { of: string; path: string } | undefined => {
  if (last === undefined) return undefined
  let path = ''
  let here = last
  for (; here.from !== undefined; here = here.from) path = here.step + path
  return { of: here.of ?? '', path: here.step + path }
}

export const addressesOf = (graph: Graph, format: Format): Addresses => {
  const known = new Map<Ix, Step>()
  const open: Ix[] = []
  const set = (ix: Ix, of: string | undefined, step: string, from?: Step): void => {
    if (known.has(ix)) return
    known.set(ix, { ...(of === undefined ? {} : { of }), step, ...(from === undefined ? {} : { from }) })
    open.push(ix)
  }
  const typeAddress = (ix: Ix, key: string): string => format.typeAddress?.(key, graph.nodes[ix]!.kind) ?? `type ${key}`
  const operations = new Set<string>()
  graph.roots.forEach((root, contract) => {
    set(root, '', '')
    for (const unit of graph.contracts[contract]!.units) {
      const ix = root - graph.contracts[contract]!.root + unit.node
      set(ix, typeAddress(ix, unit.key), '')
    }
  })
  for (const operation of operationsOf(graph)) {
    known.delete(operation.node)
    set(operation.node, operation.id, '')
    operations.add(operation.id)
  }
  for (const root of graph.roots)
    for (const edge of graph.nodes[root]!.edges) {
      const ix = targetOf(graph, root, edge)
      if (ix !== undefined) set(ix, edge.role === 'file' ? `file ${edge.key}` : typeAddress(ix, edge.key), '')
    }
  for (let i = 0; i < open.length; i++) {
    const here = known.get(open[i]!)!
    for (const edge of graph.nodes[open[i]!]!.edges) {
      const ix = targetOf(graph, open[i]!, edge)
      const step = ix === undefined ? undefined : format.address(graph.nodes[open[i]!]!, edge, graph.nodes[ix])
      if (ix !== undefined && step !== undefined && !known.has(ix)) set(ix, undefined, step, here)
    }
  }
  const of = (ix: Ix): { of: string; path: string } | undefined => addressOf(known.get(originOf(graph, ix)))
  return {
    of,
    isOperation: address => operations.has(address.of + address.path),
    below: (owner, edge) => {
      const here = of(owner)
      const target = targetOf(graph, owner, edge)
      if (edge.role === 'rpc') return { of: `${graph.nodes[owner]!.name}/${edge.key}`, path: '' }
      const step = format.address(graph.nodes[owner]!, edge, target === undefined ? undefined : graph.nodes[target])
      if (step === undefined || here === undefined) return target === undefined ? here : of(target)
      return { of: here.of, path: here.path + step }
    },
  }
}

import type { ControlFact, ControlScope, Peer, Selector } from '../../model/control.ts'
import { nameOf, namespaceOf, spotOf } from './gateway-object.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from './node.ts'

/** Makes the controls of one object. */
export type Saying = (
  kind: ControlFact['kind'],
  value: string,
  scope: ControlScope,
  node: DataNode,
  more?: Partial<Omit<ControlFact, 'says' | 'kind' | 'value' | 'scope' | 'spot'>>,
) => ControlFact

/** Says what a Kubernetes object demands, in the name of a reader. */
export const saying =
  (by: string, object: DataNode): Saying =>
  (kind, value, scope, node, more) => ({
    says: 'control',
    kind,
    by,
    value,
    object: `${textOf(at(object, 'kind')) ?? ''}/${nameOf(object) ?? ''}`,
    ...namespaceOf(object),
    scope,
    ...more,
    spot: spotOf(node),
  })

export const labelsOf = (node: DataNode | undefined): Record<string, string> =>
  Object.fromEntries(entriesOf(node).flatMap(e => (textOf(e.value) === undefined ? [] : [[e.key, textOf(e.value)!] as const])))

/** A Kubernetes label selector. */
export const selectorOf = (node: DataNode | undefined): Selector => {
  const where = itemsOf(at(node, 'matchExpressions')).map(e => ({
    key: textOf(at(e, 'key')) ?? '',
    op: textOf(at(e, 'operator')) ?? '',
    values: textsOf(at(e, 'values')),
  }))
  return { labels: labelsOf(at(node, 'matchLabels')), ...(where.length > 0 ? { where } : {}) }
}

/** The texts of a list; a single scalar is a list of one. */
export const textsOf = (node: DataNode | undefined): string[] => {
  const single = textOf(node)
  return single === undefined ? itemsOf(node).flatMap(item => textOf(item) ?? []) : [single]
}

/** `3 attempts, 2s each`: the parts that are known. */
export const words = (...parts: (string | undefined)[]): string => parts.filter(p => p !== undefined && p !== '').join(', ')

/** A value with what it counts; undefined where it is not set. */
export const counted = (node: DataNode | undefined, form: (value: string) => string): string | undefined => {
  const value = textOf(node)
  return value === undefined ? undefined : form(value)
}

/** `cluster.local/ns/office/sa/booking`, with or without `spiffe://`; patterns stay. */
export const accountPeer = (principal: string): Peer => {
  if (principal === '*') return { is: 'any' }
  const found = /(?:^|\/)ns\/([^/]+)\/sa\/([^/]+)$/.exec(principal)
  return found
    ? { is: 'account', name: found[2]!, ...(found[1] === '*' ? {} : { namespace: found[1]! }) }
    : { is: 'other', text: principal }
}

/** Backends with their weights, where more than one has a share. */
export const sharesOf = (targets: readonly { name: string; weight: number | undefined }[]): string | undefined => {
  const used = targets.filter(t => t.weight !== 0)
  if (used.length < 2) return undefined
  return used.map(t => (t.weight === undefined ? t.name : `${t.name} ${t.weight}`)).join(', ')
}

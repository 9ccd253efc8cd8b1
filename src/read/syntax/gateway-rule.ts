import type { RouteControl } from '../../model/control.ts'
import { counted, sharesOf, words } from './control.ts'
import { spotOf } from './gateway-object.ts'
import { at, type DataNode, itemsOf, textOf } from './node.ts'

/** What a rule of an HTTPRoute or GRPCRoute does with its requests. A mirror gets copies and is called by nobody. */
export const ruleControls = (rule: DataNode): RouteControl[] => {
  const controls: RouteControl[] = []
  const add = (kind: RouteControl['kind'], node: DataNode | undefined, value: string): void => {
    if (node && value !== '') controls.push({ kind, value, spot: spotOf(node) })
  }
  const [timeouts, retry] = [at(rule, 'timeouts'), at(rule, 'retry')]
  add(
    'timeout',
    timeouts,
    words(
      textOf(at(timeouts, 'request')),
      counted(at(timeouts, 'backendRequest'), t => `${t} each`),
    ),
  )
  add(
    'retry',
    retry,
    words(
      counted(at(retry, 'attempts'), n => `${n} attempts`),
      counted(at(retry, 'backoff'), t => `after ${t}`),
    ),
  )
  for (const filter of itemsOf(at(rule, 'filters')))
    if (textOf(at(filter, 'type')) === 'RequestMirror')
      add('mirror', filter, `copies to ${textOf(at(filter, 'requestMirror', 'backendRef', 'name')) ?? '?'}`)
  const backends = itemsOf(at(rule, 'backendRefs')).map(b => ({ name: textOf(at(b, 'name')) ?? '?', weight: weightOf(b) }))
  add('split', at(rule, 'backendRefs'), sharesOf(backends) ?? '')
  return controls
}

/** The share of a backend; undefined where none is written. */
export const weightOf = (node: DataNode): number | undefined => {
  const weight = Number(textOf(at(node, 'weight')) ?? Number.NaN)
  return Number.isFinite(weight) ? weight : undefined
}

/** Paths and methods of a rule as `METHOD /path/**`; undefined stands for all. */
export const ruleRoutes = (rule: DataNode): (string | undefined)[] => {
  const routes = itemsOf(at(rule, 'matches')).map(match => {
    const service = textOf(at(match, 'method', 'service'))
    if (service !== undefined) return `${service}/${textOf(at(match, 'method', 'method')) ?? '**'}`
    const path = textOf(at(match, 'path', 'value'))
    const method = textOf(at(match, 'method'))
    const isPrefix = (textOf(at(match, 'path', 'type')) ?? 'PathPrefix') === 'PathPrefix'
    if (path === undefined || (isPrefix && path === '/')) return method === undefined ? undefined : `${method} /**`
    return `${method === undefined ? '' : `${method} `}${isPrefix ? `${path.replace(/\/$/, '')}/**` : path}`
  })
  const distinct = [...new Set(routes)]
  return distinct.length === 0 || distinct.includes(undefined) ? [undefined] : distinct
}

/** Names of the parents of one kind that a route is attached to. */
export const parentsOf = (object: DataNode, kind: string): { name: string; namespace?: string }[] =>
  itemsOf(at(object, 'spec', 'parentRefs')).flatMap(parent => {
    const name = textOf(at(parent, 'name'))
    const namespace = textOf(at(parent, 'namespace'))
    return name && (textOf(at(parent, 'kind')) ?? 'Gateway') === kind ? [{ name, ...(namespace ? { namespace } : {}) }] : []
  })

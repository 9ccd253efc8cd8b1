import { canonicalJson } from '../../base/json.ts'
import { table } from '../../base/table.ts'
import type { BreakMode, Compatibility } from '../../model/change.ts'
import type { Json, Node } from '../../model/contract.ts'
import { effective } from '../contract/effective.ts'
import type { AtomView, Format, Judged, Pair, Row, Walk } from '../contract/format.ts'
import { dataRows, jsonSchema } from './json-schema.ts'

/** What an event carries is judged as data: `request` is what the application receives, `response` what it sends. */
type Binding = [name: string, value: Json]

const bindingsOf = (node: Node): Map<string, Json> =>
  new Map(Array.isArray(node.facets.bindings) ? (node.facets.bindings as unknown as Binding[]) : [])

const compareBindings = (pair: Pair, walk: Walk): boolean => {
  const [old, now] = [bindingsOf(walk.base.nodes[pair.a]!), bindingsOf(walk.head.nodes[pair.b]!)]
  for (const name of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const [before, after] = [old.get(name), now.get(name)]
    if (before === undefined && after !== undefined) walk.atom(pair, 'binding', 'added', { after: [name, after] })
    else if (after === undefined && before !== undefined) walk.atom(pair, 'binding', 'removed', { before: [name, before] })
    else if (canonicalJson(before) !== canonicalJson(after))
      walk.atom(pair, 'binding', 'changed', { before: [name, before!], after: [name, after!] })
  }
  return false
}

/** The key decides the partition and is decoded by whoever reads; names of topics, queues and exchanges are addresses. */
const BREAKING =
  /^(kafka\.(key|topic|schemaIdLocation|schemaIdPayloadEncoding|schemaLookupStrategy)|amqp\.(is|exchange|queue|cc|replyTo)|jms\.destination|nats\.queue|sns\.name|sqs\.queue|googlepubsub\.topic|ibmmq\.(queue|topic)|ws\.(method|query|headers)|http\.(method|query|type))$/
const HARMLESS = /^(kafka\.(replicas|topicConfiguration|clientId)|amqp\.(userId|priority|timestamp)|mqtt\.(clientId|keepAlive))$/

const bindingChanged = (atom: AtomView): Partial<Judged> => {
  const [name] = (atom.after ?? atom.before) as unknown as Binding
  if (HARMLESS.test(name)) return { ...verdict('compatible', 'compatible'), modes: [] }
  return BREAKING.test(name) && atom.op === 'changed' ? { ...verdict('breaking', 'breaking'), modes: ['wire', 'semantic'] } : {}
}

const verdict = (request: Compatibility, response: Compatibility): Pick<Judged, 'request' | 'response'> => ({ request, response })
const row = (request: Compatibility, response: Compatibility, modes: BreakMode[], say: Row['say'], decide?: Row['decide']): Row => ({
  ...{ request, response, modes, say },
  ...(decide === undefined ? {} : { decide }),
})
const harmless = (say: Row['say']): Row => row('compatible', 'compatible', [], say)

const where = (atom: AtomView): string => {
  for (let pair: Pair | undefined = atom.pair; pair !== undefined; pair = pair.parent)
    if (TOP.has(pair.edge?.role ?? '')) return pair.edge!.key
  return atom.edge?.key ?? ''
}
const TOP: ReadonlySet<string> = new Set(['event', 'channel', 'server'])

const shown = (value: Json | undefined): string =>
  value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value)
const bindingText = (value: Json | undefined): string => {
  if (value === undefined) return 'none'
  const [name, text] = value as unknown as Binding
  return `${name} ${shown(text)}`
}
const from =
  (what: string): Row['say'] =>
  a =>
    `${what} of ${where(a)} now is ${shown(a.after)} (was ${shown(a.before)})`
const GONE: BreakMode[] = ['wire', 'source']

/** What an operation asks of others; an alternative more asks for nothing more. */
const securityChanged = (atom: AtomView): Partial<Judged> => {
  const [old, now] = [atom.before, atom.after].map(v => new Set((Array.isArray(v) ? v : []).map(s => canonicalJson(s))))
  const isOpen = now!.size === 0 || (old!.size > 0 && [...old!].every(s => now!.has(s)))
  return isOpen ? { ...verdict('compatible', 'compatible'), modes: [] } : {}
}

const eventRows: Record<string, Row> = table({
  'channel-added': harmless(a => `added channel ${a.edge!.key}`),
  'channel-removed': row('breaking', 'breaking', GONE, a => `removed channel ${a.edge!.key}`),
  'channel-server-added': harmless(a => `${where(a)} is on server ${shown(a.after)}`),
  'channel-server-removed': row('breaking', 'breaking', ['wire'], a => `${where(a)} is no longer on server ${shown(a.before)}`),
  'parameter-added': row('breaking', 'breaking', ['wire', 'source'], a => `${where(a)} has one more parameter, ${a.edge!.key}`),
  'parameter-removed': row('breaking', 'breaking', ['wire', 'source'], a => `${where(a)} no longer has the parameter ${a.edge!.key}`),
  'parameter-location-changed': row('conditional', 'conditional', ['semantic'], from('place of a parameter')),
  'event-added': harmless(a => `added event ${a.edge!.key}`),
  'event-removed': row('breaking', 'breaking', GONE, a => `removed event ${a.edge!.key}`),
  'message-added': harmless(a => `${where(a)} has a message now`),
  'message-removed': row('breaking', 'breaking', GONE, a => `${where(a)} has no message any more`),
  'received-added': harmless(a => `the application receives ${where(a)} now`),
  'received-removed': row('breaking', 'breaking', ['wire', 'semantic'], a => `the application no longer receives ${where(a)}`),
  'sent-added': harmless(a => `the application sends ${where(a)} now`),
  'sent-removed': row('breaking', 'breaking', ['wire', 'semantic'], a => `the application no longer sends ${where(a)}`),
  'answer-added': row('compatible', 'conditional', ['semantic'], a => `${where(a)} is answered with ${a.edge!.key} too`),
  'answer-removed': row('breaking', 'breaking', ['wire', 'semantic'], a => `${where(a)} is no longer answered with ${a.edge!.key}`),
  'asked-answer-added': harmless(a => `${where(a)} may be answered with ${a.edge!.key} too`),
  'asked-answer-removed': row(
    'breaking',
    'breaking',
    ['wire', 'semantic'],
    a => `${where(a)} may no longer be answered with ${a.edge!.key}`,
  ),
  'reply-address-added': harmless(a => `${where(a)} is answered at ${shown(a.after)}`),
  'reply-address-removed': row('breaking', 'breaking', ['wire'], a => `${where(a)} is no longer answered at ${shown(a.before)}`),
  'reply-address-changed': row('breaking', 'breaking', ['wire'], from('address of the answer')),
  'payload-added': row('breaking', 'breaking', ['validate'], a => `what ${where(a)} carries is described now`),
  'payload-removed': row('breaking', 'breaking', ['semantic'], a => `what ${where(a)} carries is no longer described`),
  'headers-added': row('breaking', 'compatible', ['validate'], a => `headers of ${where(a)} are described now`),
  'headers-removed': row('compatible', 'breaking', ['semantic'], a => `headers of ${where(a)} are no longer described`),
  'content-type-changed': row('breaking', 'breaking', ['wire'], from('content type'), a =>
    a.before === undefined ? verdict('conditional', 'conditional') : {},
  ),
  'schema-format-changed': row('breaking', 'breaking', ['wire'], from('schema format')),
  'schema-text-changed': row('conditional', 'conditional', ['wire', 'semantic'], a => `the schema of ${where(a)} is another one`),
  'correlation-added': harmless(a => `${where(a)} is correlated by ${shown(a.after)}`),
  'correlation-removed': row('breaking', 'breaking', ['semantic'], a => `${where(a)} is no longer correlated by ${shown(a.before)}`),
  'correlation-changed': row('breaking', 'breaking', ['semantic'], from('correlation')),
  'binding-added': row('conditional', 'conditional', ['semantic'], a => `${where(a)}: binding ${bindingText(a.after)} now`, bindingChanged),
  'binding-removed': row(
    'conditional',
    'conditional',
    ['semantic'],
    a => `${where(a)}: no binding ${bindingText(a.before)} any more`,
    bindingChanged,
  ),
  'binding-changed': row(
    'conditional',
    'conditional',
    ['semantic'],
    a => `${where(a)}: binding ${bindingText(a.after)} now (was ${bindingText(a.before)})`,
    bindingChanged,
  ),
  'server-added': harmless(a => `added server ${a.edge!.key}`),
  'server-removed': row('breaking', 'breaking', ['wire'], a => `removed server ${a.edge!.key}`),
  'server-address-changed': row('breaking', 'breaking', ['wire'], from('address')),
  'server-protocol-changed': row('breaking', 'breaking', ['wire'], from('protocol')),
  'security-changed': row('breaking', 'breaking', ['validate'], from('security'), securityChanged),
})

const ADDRESSES: Record<string, (key: string) => string> = table({
  param: key => `/parameter/${key}`,
  message: () => '',
  publish: () => '',
  subscribe: () => '',
  payload: () => '/payload',
  headers: () => '/headers',
  out: key => `/reply(${key})`,
  in: key => `/reply(${key})`,
})

export const asyncapi: Format = {
  format: 'asyncapi',
  view: effective,
  kinds: {
    schema: jsonSchema.kinds.schema!,
    channel: { facets: { servers: ['set', 'channel-server'] }, own: compareBindings },
    param: { facets: { location: ['value', 'parameter-location'] } },
    operation: { facets: { replyTo: ['scalar', 'reply-address'], security: ['value', 'security'] }, own: compareBindings },
    message: {
      facets: {
        contentType: ['value', 'content-type'],
        correlationId: ['scalar', 'correlation'],
        schemaFormat: ['value', 'schema-format'],
        schemaText: ['value', 'schema-text'],
      },
      own: compareBindings,
    },
    securityScheme: {
      facets: {
        ...{ url: ['value', 'server-address'], host: ['value', 'server-address'], pathname: ['value', 'server-address'] },
        ...{ protocol: ['value', 'server-protocol'], protocolVersion: ['value', 'server-protocol'], security: ['value', 'security'] },
      },
      own: compareBindings,
    },
  },
  roles: {
    ...jsonSchema.roles,
    channel: { match: 'key', aspect: 'channel' },
    server: { match: 'key', aspect: 'server' },
    param: { match: 'key', aspect: 'parameter' },
    event: { match: 'key', aspect: 'event' },
    message: { match: 'single', aspect: 'message' },
    publish: { match: 'single', aspect: 'received', side: 'request' },
    subscribe: { match: 'single', aspect: 'sent', side: 'response' },
    out: { match: 'key', aspect: 'answer', side: 'response' },
    in: { match: 'key', aspect: 'asked-answer', side: 'request' },
    payload: { match: 'single', aspect: 'payload' },
    headers: { match: 'key', aspect: 'headers' },
  },
  rows: { ...dataRows, ...eventRows },
  members: (owner, edge, target) => (edge.role === 'param' || edge.role === 'headers' ? [] : jsonSchema.members(owner, edge, target)),
  address: (owner, edge, target) => ADDRESSES[edge.role]?.(edge.key) ?? jsonSchema.address(owner, edge, target),
  typeAddress: (key, kind) => (kind === 'schema' ? `type ${key}` : key),
}

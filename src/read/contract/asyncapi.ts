import type { ContractFact, Edge, Facets, Json, NodeIx, Role } from '../../model/contract.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { Reader } from '../reader.ts'
import { parseJson } from '../syntax/json.ts'
import { escapeStep } from '../syntax/json-pointer.ts'
import { at, type DataNode, entriesOf, itemsOf, plain, textOf } from '../syntax/node.ts'
import { SchemaNodes } from '../syntax/schema-nodes.ts'
import { parseYaml } from '../syntax/yaml.ts'
import { unitsOf } from '../units.ts'

/**
 * AsyncAPI 2 and 3, JSON or YAML. An event is a message on a channel, `seats/{}#held`, seen from the application: what it sends and what it
 * receives. Version 2 tells the other side's view: what others may publish, the application receives.
 */
export const asyncapi: Reader = {
  name: 'asyncapi',
  version: 2,
  wants: path => /\.(json|ya?ml)$/.test(path) && !/(^|\/)(package(-lock)?|tsconfig[^/]*|composer|angular)\.json$/.test(path),
  recognises: content => /(?:^|[{,\s])["']?asyncapi["']?\s*:\s*["']?[23]\.\d/.test(content),
  read: ({ path, content }) => {
    const { root, problems } = documentOf(path, content)
    const version = textOf(at(root, 'asyncapi'))
    if (root === undefined || version === undefined || !/^[23]\./.test(version)) return { problems }
    return { contract: new Document(root, problems).contract(version.startsWith('2')), problems }
  },
}

const documentOf = (path: string, content: string): { root?: DataNode; problems: FileProblem[] } => {
  if (path.endsWith('.json')) return parseJson(content)
  const { documents, problems } = parseYaml(content)
  const root = documents.find(d => at(d, 'asyncapi') !== undefined)
  return { ...(root === undefined ? {} : { root }), problems }
}

/** The role of an event's edge for what the application does, and that of the answer: whoever receives, answers. */
type Action = 'publish' | 'subscribe'
const ANSWERS: Record<Action, Role> = { publish: 'out', subscribe: 'in' }

const MAX_EVENTS = 50_000

class Document {
  private readonly schemas: SchemaNodes
  private readonly api: NodeIx
  private readonly events = new Map<string, NodeIx>()
  /** Events of a channel, by the message's key in the channel and by its pointer. */
  private readonly ofChannel = new Map<DataNode, { address: string; messages: Map<string, NodeIx> }>()
  private readonly root: DataNode

  constructor(root: DataNode, problems: FileProblem[]) {
    this.root = root
    this.schemas = new SchemaNodes(root, problems, 'asyncapi')
    this.api = this.schemas.add('api', {}, { line: root.line })
  }

  contract(isV2: boolean): ContractFact {
    for (const { key, value, line } of entriesOf(at(this.root, 'channels'))) {
      const channel = this.schemas.dereferenced(value) ?? value
      if (isV2) this.oldChannel(key, channel, line)
      else this.channel(key, channel, line)
    }
    if (!isV2)
      for (const { key, value } of entriesOf(at(this.root, 'operations'))) this.operation(key, this.schemas.dereferenced(value) ?? value)
    this.servers()
    this.components()
    const { nodes, imports } = this.schemas
    const version = textOf(at(this.root, 'info', 'version'))
    const name = textOf(at(this.root, 'info', 'title')) ?? ''
    const rest = { imports: [...imports].sort(), nodes, root: this.api, units: unitsOf(nodes, this.api) }
    return { format: 'asyncapi', name, ...(version === undefined ? {} : { version }), ...rest }
  }

  /** Channels with one shape are told apart by the names of their parameters. */
  private addressOf(address: string): string {
    const short = positional(address)
    const others = entriesOf(at(this.root, 'channels')).filter(e => {
      const channel = this.schemas.dereferenced(e.value)
      return positional(textOf(at(channel, 'address')) ?? e.key) === short
    })
    return others.length > 1 ? address : short
  }

  private addChannel(written: string, channel: DataNode, line: number): { address: string; ix: NodeIx } {
    const address = this.addressOf(written)
    const ix = this.schemas.add('channel', { ...this.bindings(channel), ...this.serverNames(channel) }, { line, endLine: channel.endLine })
    this.schemas.connect(this.api, { role: 'channel', key: address, to: ix })
    const names = [...written.matchAll(/\{([^{}]*)\}/g)].map(m => m[1]!)
    for (const { key, value, line } of entriesOf(at(channel, 'parameters'))) {
      const found = this.schemas.dereferenced(value) ?? value
      const param = this.schemas.add('param', { name: key, ...location(found) }, { line, endLine: value.endLine })
      const place = names.indexOf(key)
      this.schemas.connect(ix, { role: 'param', key: place >= 0 ? `{${place}}` : key, to: param })
      this.schemas.connect(param, this.schemas.edge('schema', '', at(found, 'schema') ?? onlyRules(found), line))
    }
    return { address, ix }
  }

  private oldChannel(name: string, channel: DataNode, line: number): void {
    const { address } = this.addChannel(name, channel, line)
    for (const action of ['publish', 'subscribe'] as const) {
      const operation = this.schemas.dereferenced(at(channel, action))
      const message = at(operation, 'message')
      if (operation === undefined || message === undefined) continue
      const facets = { ...this.bindings(operation), ...this.security(operation) }
      const several = itemsOf(at(this.schemas.dereferenced(message), 'oneOf'))
      for (const one of several.length > 0 ? several : [message]) {
        const event = this.event(address, nameOf(one, this.schemas.dereferenced(one)) ?? '', one, one.line)
        if (event !== undefined) this.acts(event, action, facets, operation)
      }
    }
  }

  private channel(key: string, channel: DataNode, line: number): void {
    const written = textOf(at(channel, 'address'))
    const { address } = this.addChannel(written === undefined || written === 'null' ? key : written, channel, line)
    const messages = new Map<string, NodeIx>()
    for (const { key: name, value, line } of entriesOf(at(channel, 'messages'))) {
      const event = this.event(address, name, value, line)
      if (event !== undefined) messages.set(name, event)
    }
    this.ofChannel.set(channel, { address, messages })
  }

  private operation(name: string, operation: DataNode): void {
    const written = textOf(at(operation, 'action'))
    const channel = this.schemas.dereferenced(at(operation, 'channel'))
    const known = channel === undefined ? undefined : this.ofChannel.get(channel)
    if (written === undefined || known === undefined) {
      this.schemas.problem(
        'operation',
        `operation ${name} has no ${written === undefined ? 'action' : 'channel of this document'}; it is left out`,
        operation.line,
      )
      return
    }
    const action: Action = written === 'send' ? 'subscribe' : 'publish'
    const facets = { ...this.bindings(operation), ...this.security(operation) }
    for (const event of this.messagesOf(operation, known.messages)) {
      this.reply(this.acts(event, action, facets, operation), action, at(operation, 'reply'))
    }
  }

  /** Without a list, an operation is about all messages of its channel. */
  private messagesOf(operation: DataNode, messages: ReadonlyMap<string, NodeIx>): NodeIx[] {
    const named = at(operation, 'messages')
    if (named === undefined) return [...messages.values()]
    return itemsOf(named).flatMap(m => {
      const ref = textOf(at(m, '$ref')) ?? ''
      const event = messages.get(ref.slice(ref.lastIndexOf('/') + 1))
      if (event === undefined)
        this.schemas.problem('operation', `${ref || 'this message'} is no message of the operation's channel`, m.line)
      return event ?? []
    })
  }

  private reply(operation: NodeIx, action: Action, given: DataNode | undefined): void {
    const reply = this.schemas.dereferenced(given)
    if (reply === undefined) return
    const { facets } = this.schemas.nodes[operation]!
    const address = textOf(at(this.schemas.dereferenced(at(reply, 'address')), 'location'))
    const channel = this.schemas.dereferenced(at(reply, 'channel'))
    const known = channel === undefined ? undefined : this.ofChannel.get(channel)
    if (address !== undefined) facets.replyTo = address
    else if (known !== undefined) facets.replyTo = known.address
    const listed = at(reply, 'messages')
    const messages =
      listed === undefined ? entriesOf(at(channel, 'messages')) : itemsOf(listed).map(value => ({ key: refName(value), value }))
    for (const { key, value } of messages)
      if (this.schemas.dereferenced(value) !== undefined)
        this.schemas.connect(operation, { role: ANSWERS[action], key, to: this.message(value) })
  }

  private event(address: string, name: string, message: DataNode, line: number): NodeIx | undefined {
    const key = `${address}#${name}`
    const known = this.events.get(key)
    if (known !== undefined || this.events.size > MAX_EVENTS) return known
    const ix = this.schemas.add('event', {}, { line, endLine: message.endLine })
    this.events.set(key, ix)
    this.schemas.connect(this.api, { role: 'event', key, to: ix })
    this.schemas.connect(ix, { role: 'message', key: '', to: this.message(message) })
    return ix
  }

  /** What the application does with an event; several operations of one kind are one. */
  private acts(event: NodeIx, action: Action, facets: Facets, node: DataNode): NodeIx {
    const { edges } = this.schemas.nodes[event]!
    const known = edges.find(e => e.role === action)?.to
    const ix = typeof known === 'number' ? known : this.schemas.add('operation', {}, node)
    const own = this.schemas.nodes[ix]!
    for (const [name, value] of Object.entries(facets))
      own.facets[name] = [...((own.facets[name] as Json[] | undefined) ?? []), ...(value as Json[])]
    if (ix === known) return ix
    own.edges.push({ ...edges.find(e => e.role === 'message')! })
    edges.push({ role: action, key: '', to: ix })
    return ix
  }

  private message(message: DataNode): Edge['to'] {
    const ref = textOf(at(message, '$ref'))
    if (ref !== undefined) return this.schemas.target('message', ref, message.line, (ix, node) => this.fill(ix, node))
    const ix = this.schemas.add('message', {}, message)
    this.fill(ix, message)
    return ix
  }

  /** What traits say holds where the message itself says nothing. */
  private fill(ix: NodeIx, message: DataNode): void {
    const target = this.schemas.dereferenced(message) ?? message
    const parts = [target, ...itemsOf(at(target, 'traits')).flatMap(t => this.schemas.dereferenced(t) ?? [])]
    const first = (name: string): DataNode | undefined => parts.map(p => at(p, name)).find(n => n !== undefined)
    const own = this.schemas.nodes[ix]!
    const contentType = textOf(first('contentType')) ?? textOf(at(this.root, 'defaultContentType'))
    if (contentType !== undefined) own.facets.contentType = contentType
    const correlation = textOf(at(this.schemas.dereferenced(first('correlationId')), 'location'))
    if (correlation !== undefined) own.facets.correlationId = correlation
    Object.assign(own.facets, ...parts.map(p => this.bindings(p)).reverse())
    const headers = parts.flatMap(p => at(p, 'headers') ?? [])
    headers.forEach((node, i) => {
      own.edges.push(this.schemas.edge('headers', i === 0 ? '' : String(i), node, node.line))
    })
    this.payload(ix, first('payload'), first('schemaFormat'))
  }

  private payload(ix: NodeIx, given: DataNode | undefined, schemaFormat: DataNode | undefined): void {
    if (given === undefined) return
    const isWrapped = at(given, 'schemaFormat') !== undefined && at(given, 'schema') !== undefined
    const format = textOf(isWrapped ? at(given, 'schemaFormat') : schemaFormat) ?? ''
    const schema = isWrapped ? at(given, 'schema')! : given
    const isJson = format === '' || /asyncapi|schema\+(json|yaml)|openapi/i.test(format)
    const { facets, edges } = this.schemas.nodes[ix]!
    if (!isJson) facets.schemaFormat = format.replace(/;.*$/, '')
    if (isJson) edges.push(this.schemas.edge('payload', '', schema, schema.line))
    else facets.schemaText = plain(schema) as Json
  }

  private bindings(node: DataNode | undefined): Facets {
    const found = entriesOf(this.schemas.dereferenced(at(node, 'bindings'))).flatMap(({ key: protocol, value }) =>
      entriesOf(this.schemas.dereferenced(value) ?? value)
        .filter(e => e.key !== 'bindingVersion' && e.key !== 'description')
        .map((e): Json => [`${protocol}.${e.key}`, plain(e.value) as Json]),
    )
    return found.length === 0 ? {} : { bindings: found }
  }

  private security(operation: DataNode): Facets {
    const found = itemsOf(at(operation, 'security')).map(n => {
      const ref = textOf(at(n, '$ref'))
      return (ref === undefined ? plain(n) : ref.slice(ref.lastIndexOf('/') + 1)) as Json
    })
    return found.length === 0 ? {} : { security: found }
  }

  private serverNames(channel: DataNode): Facets {
    const found = itemsOf(at(channel, 'servers')).flatMap(s => textOf(at(s, '$ref'))?.replace(/^.*\//, '') ?? textOf(s) ?? [])
    return found.length === 0 ? {} : { servers: found.sort() }
  }

  private servers(): void {
    for (const { key, value, line } of entriesOf(at(this.root, 'servers'))) {
      const server = this.schemas.dereferenced(value) ?? value
      const facets: Facets = { ...this.bindings(server), ...this.security(server) }
      for (const name of ['url', 'host', 'pathname', 'protocol', 'protocolVersion']) {
        const text = textOf(at(server, name))
        if (text !== undefined) facets[name] = text
      }
      const ix = this.schemas.add('securityScheme', facets, { line, endLine: server.endLine })
      this.schemas.connect(this.api, { role: 'server', key, to: ix })
    }
  }

  private components(): void {
    for (const { key, line } of entriesOf(at(this.root, 'components', 'schemas'))) {
      const pointer = `#/components/schemas/${escapeStep(key)}`
      this.schemas.connect(this.api, { role: 'type', key, to: this.schemas.target('schema', pointer, line) })
    }
  }
}

const positional = (address: string): string => address.replace(/\{[^{}]*\}/g, '{}')

const location = (parameter: DataNode): Facets => {
  const found = textOf(at(parameter, 'location'))
  return found === undefined ? {} : { location: found }
}

/** In version 3 a parameter has the rules of its text itself. */
const onlyRules = (parameter: DataNode): DataNode =>
  parameter.is === 'map' ? { ...parameter, entries: parameter.entries.filter(e => e.key === 'enum' || e.key === 'default') } : parameter

const refName = (node: DataNode): string => (textOf(at(node, '$ref')) ?? '').replace(/^.*\//s, '')

/** A message is called as it says itself, or as it is referred to. */
const nameOf = (message: DataNode, target: DataNode | undefined): string | undefined => {
  return textOf(at(target, 'name')) ?? textOf(at(target, 'messageId')) ?? (refName(message) || undefined)
}

import { dirname, join, relative } from '../../base/path.ts'
import { table } from '../../base/table.ts'
import { type CloudResource, literal, notKnown } from '../cloud/document.ts'
import {
  impliedApi,
  logged,
  matched,
  notified,
  pulled,
  referenceTo,
  routed,
  type Started,
  scheduled,
  subscribed,
  withMember,
  without,
} from '../cloud/events.ts'
import { plainTextOf } from '../cloud/text.ts'
import { asText, mapEntries, mapOf, member, type Origin, type Placed, type PlacedMap, scalar } from '../syntax/placed.ts'
import { isLocalPath, type Template } from './template.ts'

/** A resource of a template, its functions evaluated. */
export interface Evaluated {
  address: string
  type: string
  at: Origin
  properties: PlacedMap
  metadata: PlacedMap
}

export interface Context {
  globals: ReadonlyMap<string, Placed>
  /** The template, the folder that paths of the document start from, and its name. */
  paths: { file: string; folder: string; name: string }
  /** A data file, by its path in the tree, as it is written. */
  load(path: string): Placed | undefined
  problem(code: string, message: string): void
  /** Of the stack's addresses. */
  prefix: string
}

/** What `Globals` say for each kind of resource. */
export const globalsOf = (template: Template, evaluate: (node: Placed) => Placed | undefined): Map<string, Placed> =>
  new Map(
    mapEntries(member(template.root, 'Globals')).flatMap(({ key, value }) => {
      const said = evaluate(value)
      return said ? [[`AWS::Serverless::${key}`, said] as const] : []
    }),
  )

/** A resource as the cloud's own ones: what the serverless model says in short is written out, paths lead from the document's folder. */
export const expanded = (resource: Evaluated, context: Context): CloudResource[] => {
  const globals = context.globals.get(resource.type)
  const whole = globals?.is === 'map' ? { ...resource, properties: merged(globals, resource.properties) } : resource
  switch (whole.type) {
    case 'AWS::Serverless::Function':
      return [own(withSource(whole, context)), ...events(whole, context, 'Arn'), ...destinations(whole)]
    case 'AWS::Lambda::Function':
      return [own(withSource(whole, context))]
    case 'AWS::Serverless::StateMachine':
    case 'AWS::StepFunctions::StateMachine':
      return [own(withDefinition(whole, context)), ...events(whole, context, 'Ref')]
    case 'AWS::Serverless::Api':
    case 'AWS::Serverless::HttpApi':
    case 'AWS::ApiGateway::RestApi':
    case 'AWS::ApiGatewayV2::Api':
      return [own(withBody(whole, context))]
    case 'AWS::Serverless::GraphQLApi':
      return graph(whole)
    default:
      return [own(whole)]
  }
}

const own = ({ address, type, at, properties }: Evaluated): CloudResource => ({ address, type, at, properties })

/** Maps join, lists add up, anything else is said by the resource. */
const merged = (base: PlacedMap, over: PlacedMap): PlacedMap => {
  const entries = new Map(base.entries.map(e => [e.key, e]))
  for (const entry of over.entries) {
    const below = entries.get(entry.key)?.value
    if (below?.is === 'map' && entry.value.is === 'map') entries.set(entry.key, { ...entry, value: merged(below, entry.value) })
    else if (below?.is === 'list' && entry.value.is === 'list')
      entries.set(entry.key, { ...entry, value: { ...entry.value, items: [...below.items, ...entry.value.items] } })
    else entries.set(entry.key, entry)
  }
  return { ...over, entries: [...entries.values()] }
}

// paths

/** A path of the template, from the folder of the document. */
const moved = (path: string, { paths }: Context): string | undefined => {
  const found = join(dirname(paths.file), path)
  return found === undefined ? undefined : relative(paths.folder, found)
}

const SOURCES = ['CodeUri', 'Code'] as const

const withSource = (resource: Evaluated, context: Context): Evaluated => {
  let { properties } = resource
  for (const field of SOURCES) {
    const node = member(properties, field)
    const path = plainTextOf(node)
    const to = node && path !== undefined && isLocalPath(path) ? moved(path, context) : undefined
    if (node && to !== undefined) properties = withMember(properties, field, scalar(literal(to), node.at))
  }
  const inline = member(properties, 'InlineCode')
  const docker = member(resource.metadata, 'DockerContext')
  const folder = plainTextOf(docker)
  const context_ = docker && folder !== undefined && isLocalPath(folder) ? moved(folder, context) : undefined
  if (docker && context_ !== undefined)
    properties = withMember(without(properties, 'ImageUri'), 'CodeUri', scalar(literal(context_), docker.at))
  const isServerless = resource.type === 'AWS::Serverless::Function'
  if (isServerless && !inline && !member(properties, 'CodeUri') && !member(properties, 'ImageUri'))
    properties = withMember(properties, 'CodeUri', scalar(literal(moved('.', context) ?? '.'), resource.at))
  return { ...resource, properties: without(properties, 'Events') }
}

const withBody = (resource: Evaluated, context: Context): Evaluated => {
  const node = member(resource.properties, 'DefinitionUri') ?? member(resource.properties, 'BodyS3Location')
  const body = node && loaded(node, context)
  return body
    ? {
        ...resource,
        properties: withMember(
          resource.properties,
          'DefinitionBody',
          texts(body, () => undefined),
        ),
      }
    : resource
}

const withDefinition = (resource: Evaluated, context: Context): Evaluated => {
  const { properties } = resource
  const field = member(properties, 'DefinitionUri')
  const file = field && loaded(field, context)
  if (field && !file)
    context.problem('definition', `${(plainTextOf(field) ?? 'the definition').slice(0, 200)} of ${resource.address} is not there`)
  const given = new Map(mapEntries(member(properties, 'DefinitionSubstitutions')).map(e => [e.key, asText(e.value)]))
  const inline = member(properties, 'DefinitionString') ?? member(properties, 'Definition')
  const definition = file ? texts(file, name => given.get(name)) : inline && given.size > 0 ? substituted(inline, given) : inline
  const rest = without(properties, 'Events', 'DefinitionString', 'Definition', 'DefinitionUri')
  return { ...resource, properties: definition ? withMember(rest, 'Definition', definition) : rest }
}

const loaded = (node: Placed, context: Context): Placed | undefined => {
  const path = plainTextOf(node)
  const file = path !== undefined && isLocalPath(path) ? join(dirname(context.paths.file), path) : undefined
  return file === undefined ? undefined : context.load(file)
}

const HOLE = /\$\{(\w{1,100})\}/

/** The texts of a file that was not evaluated, with what is put into them. */
const texts = (node: Placed, given: (name: string) => string | undefined): Placed => {
  if (node.is === 'list') return { ...node, items: node.items.map(item => texts(item, given)) }
  if (node.is === 'map') return { ...node, entries: node.entries.map(e => ({ ...e, value: texts(e.value, given) })) }
  if (typeof node.value !== 'string') return node
  const parts = node.value.split(HOLE).map((part, i) => (i % 2 === 0 ? literal(part) : (given(part) ?? notKnown(`${part} is not given`))))
  return { ...node, value: parts.join('') }
}

/** The texts of an evaluated definition: there, a hole is text so far. */
const substituted = (node: Placed, given: ReadonlyMap<string, string | undefined>): Placed => {
  if (node.is === 'list') return { ...node, items: node.items.map(item => substituted(item, given)) }
  if (node.is === 'map') return { ...node, entries: node.entries.map(e => ({ ...e, value: substituted(e.value, given) })) }
  if (typeof node.value !== 'string') return node
  return { ...node, value: node.value.replace(/\$\$\{(\w{1,100})\}/g, (whole, name: string) => given.get(name) ?? whole) }
}

// events

const events = (resource: Evaluated, context: Context, attribute: string): CloudResource[] =>
  mapEntries(member(resource.properties, 'Events')).flatMap(({ key, value, at }) => {
    const type = asText(member(value, 'Type'))
    const properties = member(value, 'Properties') ?? mapOf(at)
    const started: Started = { address: `${resource.address}.${key}`, at, target: referenceTo(resource.address, attribute, resource.at) }
    const expand = type !== undefined && Object.hasOwn(EVENTS, type) ? EVENTS[type] : undefined
    if (!expand) context.problem('event', `${key.slice(0, 100)}: events of type ${(type ?? '?').slice(0, 60)} are not read`)
    return expand?.(started, properties, context) ?? []
  })

type Expand = (started: Started, properties: Placed, context: Context) => CloudResource[]

const of =
  (field: string, make: (started: Started, from: Placed) => CloudResource): Expand =>
  (started, properties) => {
    const from = member(properties, field)
    return from ? [make(started, from)] : []
  }

const byRule: Expand = (started, properties) => [
  matched(started, member(properties, 'Pattern'), member(properties, 'EventBusName') ?? member(properties, 'EventBus')),
]

const byRequest =
  (field: string, implied: string, type: string): Expand =>
  (started, properties, context) => {
    const api = member(properties, field)
    const address = context.prefix + implied
    const route = routed(
      started,
      api ?? referenceTo(address, 'Ref', started.at),
      asText(member(properties, 'Method')),
      asText(member(properties, 'Path')),
    )
    return api ? [route] : [impliedApi(address, type, context.paths.name === '' ? 'api' : `${context.paths.name}-api`, started.at), route]
  }

const broker =
  (field: string, topics: string): Expand =>
  (started, properties) => {
    const from = member(properties, field)
    return from ? [pulled(started, from, member(properties, topics))] : []
  }

const EVENTS: Record<string, Expand> = table({
  Api: byRequest('RestApiId', 'ServerlessRestApi', 'AWS::Serverless::Api'),
  HttpApi: byRequest('ApiId', 'ServerlessHttpApi', 'AWS::Serverless::HttpApi'),
  SQS: of('Queue', pulled),
  Kinesis: of('Stream', pulled),
  DynamoDB: of('Stream', pulled),
  DocumentDB: of('Cluster', pulled),
  MSK: broker('Stream', 'Topics'),
  MQ: broker('Broker', 'Queues'),
  SelfManagedKafka: broker('KafkaBootstrapServers', 'Topics'),
  SNS: of('Topic', subscribed),
  S3: of('Bucket', notified),
  EventBridgeRule: byRule,
  CloudWatchEvent: byRule,
  Schedule: started => [scheduled(started)],
  ScheduleV2: started => [scheduled(started)],
  CloudWatchLogs: of('LogGroupName', logged),
  Cognito: () => [],
  IoTRule: () => [],
  AlexaSkill: () => [],
})

const destinations = ({ address, at, properties }: Evaluated): CloudResource[] => {
  const config = member(properties, 'EventInvokeConfig', 'DestinationConfig')
  if (!config) return []
  const target = referenceTo(address, 'Arn', at)
  return [
    {
      address: `${address}.EventInvokeConfig`,
      type: 'AWS::Lambda::EventInvokeConfig',
      at: config.at,
      properties: mapOf(config.at, ['FunctionName', target], ['DestinationConfig', config]),
    },
  ]
}

/** An API of AppSync in short: its data sources by kind. */
const graph = ({ address, at, properties }: Evaluated): CloudResource[] => {
  const api: CloudResource = { address, type: 'AWS::AppSync::GraphQLApi', at, properties: without(properties, 'DataSources') }
  const id = referenceTo(address, 'ApiId', at)
  const sources = mapEntries(member(properties, 'DataSources')).flatMap(({ key: kind, value }) =>
    mapEntries(value).map((entry): CloudResource => {
      const config = kind === 'Lambda' ? 'LambdaConfig' : kind === 'DynamoDb' ? 'DynamoDBConfig' : `${kind}Config`
      const at = entry.at
      const named: [string, Placed][] = [
        ['ApiId', id],
        ['Name', scalar(entry.key, at)],
      ]
      const said: [string, Placed] = [config, renamed(entry.value)]
      return { address: `${address}.${entry.key}`, type: 'AWS::AppSync::DataSource', at, properties: mapOf(at, ...named, said) }
    }),
  )
  return [api, ...sources]
}

const renamed = (node: Placed): Placed =>
  node.is === 'map' ? { ...node, entries: node.entries.map(e => (e.key === 'FunctionArn' ? { ...e, key: 'LambdaFunctionArn' } : e)) } : node

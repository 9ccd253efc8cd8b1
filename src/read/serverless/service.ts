import { table } from '../../base/table.ts'
import {
  asText,
  listItems,
  mapEntries,
  mapOf,
  member,
  type Origin,
  type Placed,
  type PlacedEntry,
  type PlacedMap,
  scalar,
} from '../syntax/placed.ts'

/** A service of the Serverless Framework as the template that it is deployed by. */
export const templateOf = (service: Placed, stage: string, report: (code: string, message: string, at: Origin) => void): PlacedMap => {
  const at = service.at
  const name = nameOf(service)
  const resources: PlacedEntry[] = []
  const context: Context = { service, name, stage, report, add: (key, value) => resources.push({ key, value, at: value.at }) }
  for (const group of groups(member(service, 'functions'))) for (const entry of mapEntries(group)) addFunction(entry, context)
  for (const machine of mapEntries(member(service, 'stepFunctions', 'stateMachines'))) addMachine(machine, context)
  for (const part of groups(member(service, 'resources'))) {
    resources.push(...mapEntries(member(part, 'Resources')))
    extend(resources, member(part, 'extensions'))
  }
  const section = (key: string): PlacedEntry[] =>
    groups(member(service, 'resources')).flatMap(part => {
      const value = member(part, key)
      return value ? mapEntries(value) : []
    })
  const map = (entries: PlacedEntry[]): PlacedMap => ({ is: 'map', entries, at })
  return mapOf(
    at,
    ['Transform', scalar('AWS::Serverless-2016-10-31', at)],
    ['Conditions', map(section('Conditions'))],
    ['Mappings', map(section('Mappings'))],
    ['Parameters', map(section('Parameters'))],
    ['Resources', map(resources)],
    ['Outputs', map(section('Outputs'))],
  )
}

interface Context {
  service: Placed
  name: string
  stage: string
  report(code: string, message: string, at: Origin): void
  add(key: string, value: Placed): void
}

export const nameOf = (service: Placed): string =>
  asText(member(service, 'service')) ?? asText(member(service, 'service', 'name')) ?? 'service'

/** A section, or the parts that it is made of. */
const groups = (node: Placed | undefined): Placed[] => (node?.is === 'list' ? node.items : node ? [node] : [])

/** What resources are called that the framework makes itself. */
const logicalName = (key: string): string => {
  const clean = key.replaceAll('-', 'Dash').replaceAll('_', 'Underscore')
  return `${clean.charAt(0).toUpperCase()}${clean.slice(1)}LambdaFunction`
}

const resource = (type: string, at: Origin, ...properties: [key: string, value: Placed | undefined][]): PlacedMap =>
  mapOf(
    at,
    ['Type', scalar(type, at)],
    ['Properties', mapOf(at, ...properties.flatMap(([key, value]): [string, Placed][] => (value ? [[key, value]] : [])))],
  )

const addFunction = ({ key, value, at }: PlacedEntry, context: Context): void => {
  if (value.is !== 'map') return
  const provider = member(context.service, 'provider')
  const variables = [member(provider, 'environment'), member(value, 'environment')].flatMap(mapEntries)
  const image = member(value, 'image')
  const uri = image?.is === 'map' ? (member(image, 'uri') ?? imageOf(asText(member(image, 'name')), provider)) : image
  const built = uri?.is === 'map' ? member(uri, 'path') : undefined
  const events = listItems(member(value, 'events')).flatMap((event, i) => eventOf(event, i, context))
  const last = [...new Map(variables.map(e => [e.key, e])).values()]
  context.add(
    logicalName(key),
    resource(
      'AWS::Serverless::Function',
      at,
      ['FunctionName', member(value, 'name') ?? scalar(`${context.name}-${context.stage}-${key}`, at)],
      ['Handler', member(value, 'handler')],
      ['Runtime', member(value, 'runtime') ?? member(provider, 'runtime')],
      ['ImageUri', built ? undefined : image && image.is !== 'map' && uri === image ? uri : asText(uri) === undefined ? undefined : uri],
      ['CodeUri', built ?? (image ? undefined : scalar('.', at))],
      ['Environment', last.length > 0 ? mapOf(at, ['Variables', { is: 'map', entries: last, at }]) : undefined],
      ['EventInvokeConfig', destinationsOf(member(value, 'destinations'), context)],
      ['Events', events.length > 0 ? { is: 'map', entries: events, at } : undefined],
    ),
  )
}

const imageOf = (name: string | undefined, provider: Placed | undefined): Placed | undefined =>
  name === undefined ? undefined : member(provider, 'ecr', 'images', name)

/** `destinations: {onSuccess: other, onFailure: arn…}`. */
const destinationsOf = (node: Placed | undefined, context: Context): Placed | undefined => {
  const config = mapEntries(node).flatMap(({ key, value, at }): PlacedEntry[] => {
    const field = key === 'onSuccess' ? 'OnSuccess' : key === 'onFailure' ? 'OnFailure' : undefined
    const to = value.is === 'map' && member(value, 'arn') ? member(value, 'arn')! : functionOf(value, context)
    return field ? [{ key: field, value: mapOf(at, ['Destination', to]), at }] : []
  })
  return node && config.length > 0 ? mapOf(node.at, ['DestinationConfig', { is: 'map', entries: config, at: node.at }]) : undefined
}

/** Another function of the service by its key; anything else is an address. */
const functionOf = (node: Placed, { service }: Context): Placed => {
  const key = asText(node)
  const isOwn = key !== undefined && groups(member(service, 'functions')).some(group => member(group, key) !== undefined)
  if (!isOwn) return node
  return mapOf(node.at, ['Fn::GetAtt', { is: 'list', items: [scalar(logicalName(key!), node.at), scalar('Arn', node.at)], at: node.at }])
}

// events

const eventOf = (event: Placed, index: number, context: Context): PlacedEntry[] => {
  const [entry] = event.is === 'scalar' ? [{ key: asText(event) ?? '', value: event, at: event.at }] : mapEntries(event)
  if (!entry) return []
  const make = Object.hasOwn(EVENTS, entry.key) ? EVENTS[entry.key] : undefined
  const made = make?.(entry.value, entry.at)
  const api = APIS.find(([kind]) => kind === entry.key)
  if (made && api) context.add(api[1], resource(api[2], context.service.at, ['Name', scalar(`${context.name}-api`, context.service.at)]))
  if (!make) context.report('event', `events of type ${entry.key.slice(0, 60)} are not read`, entry.at)
  return made ? [{ key: `${entry.key}${index + 1}`, value: made, at: entry.at }] : []
}

const saidBy = (type: string, at: Origin, ...properties: [key: string, value: Placed | undefined][]): PlacedMap =>
  resource(type, at, ...properties)

/** A request to the API that the framework makes for the service. */
const requestBy =
  (type: string, field: string, api: string) =>
  (value: Placed, at: Origin): Placed => {
    const short = asText(value)
    const [, method, path] = short === undefined ? [] : (/^(\S+)\s+(\S+)$/.exec(short) ?? [])
    const given = (key: string, part: string | undefined): Placed | undefined =>
      part === undefined ? member(value, key) : scalar(part, at)
    const route = given('path', path)
    const own = mapOf(at, ['Ref', scalar(api, at)])
    return saidBy(type, at, ['Method', given('method', method)], ['Path', asText(route) === '*' ? undefined : route], [field, own])
  }

/** APIs that the framework makes where a function has such events: what they are called and what they are. */
const APIS: readonly (readonly [event: string, name: string, type: string])[] = [
  ['http', 'ApiGatewayRestApi', 'AWS::ApiGateway::RestApi'],
  ['httpApi', 'HttpApi', 'AWS::ApiGatewayV2::Api'],
  ['alb', 'HttpApi', 'AWS::ApiGatewayV2::Api'],
]

/** An event whose source is the value itself, or a member of it. */
const from =
  (type: string, field: string, ...members: string[]) =>
  (value: Placed, at: Origin): Placed | undefined => {
    const source = value.is === 'map' ? (members.map(m => member(value, m)).find(m => m !== undefined) ?? callOf(value)) : value
    return source && saidBy(type, at, [field, source])
  }

const callOf = (value: Placed): Placed | undefined =>
  value.is === 'map' && value.entries.length === 1 && /^(Ref|Fn::)/.test(value.entries[0]!.key) ? value : undefined

const EVENTS: Record<string, (value: Placed, at: Origin) => Placed | undefined> = table({
  http: requestBy('Api', 'RestApiId', 'ApiGatewayRestApi'),
  httpApi: requestBy('HttpApi', 'ApiId', 'HttpApi'),
  alb: (value, at) =>
    saidBy('HttpApi', at, ['Path', pathOf(member(value, 'conditions', 'path'))], ['ApiId', mapOf(at, ['Ref', scalar('HttpApi', at)])]),
  url: () => undefined,
  websocket: () => undefined,
  sqs: from('SQS', 'Queue', 'arn'),
  stream: from('Kinesis', 'Stream', 'arn'),
  sns: from('SNS', 'Topic', 'arn', 'topicName'),
  s3: from('S3', 'Bucket', 'bucket'),
  msk: (value, at) => saidBy('MSK', at, ['Stream', member(value, 'arn')], ['Topics', member(value, 'topic')]),
  kafka: (value, at) =>
    saidBy('SelfManagedKafka', at, ['KafkaBootstrapServers', member(value, 'bootstrapServers')], ['Topics', member(value, 'topic')]),
  activemq: (value, at) => saidBy('MQ', at, ['Broker', member(value, 'arn')], ['Queues', member(value, 'queue')]),
  rabbitmq: (value, at) => saidBy('MQ', at, ['Broker', member(value, 'arn')], ['Queues', member(value, 'queue')]),
  eventBridge: (value, at) =>
    member(value, 'schedule')
      ? saidBy('Schedule', at)
      : saidBy('EventBridgeRule', at, ['EventBusName', member(value, 'eventBus')], ['Pattern', member(value, 'pattern')]),
  cloudwatchEvent: (value, at) => saidBy('CloudWatchEvent', at, ['Pattern', member(value, 'event')]),
  cloudwatchLog: from('CloudWatchLogs', 'LogGroupName', 'logGroup'),
  schedule: (_, at) => saidBy('Schedule', at),
  cognitoUserPool: () => undefined,
  iot: () => undefined,
  alexaSkill: () => undefined,
  alexaSmartHome: () => undefined,
  cloudFront: () => undefined,
})

const pathOf = (node: Placed | undefined): Placed | undefined => {
  const first = node?.is === 'list' ? node.items[0] : node
  const text = asText(first)
  return first && text !== undefined ? scalar(text.replace(/\*$/, '{proxy+}'), first.at) : undefined
}

// state machines of the plugin

const addMachine = ({ key, value, at }: PlacedEntry, context: Context): void => {
  const definition = member(value, 'definition')
  const events = listItems(member(value, 'events')).flatMap((event, i) => eventOf(event, i, context))
  context.add(
    asText(member(value, 'id')) ?? `${key.charAt(0).toUpperCase()}${key.slice(1)}StepFunctionsStateMachine`,
    resource(
      'AWS::Serverless::StateMachine',
      at,
      ['Name', member(value, 'name') ?? scalar(key, at)],
      ['Definition', definition && withFunctions(definition, context, 0)],
      ['Events', events.length > 0 ? { is: 'map', entries: events, at } : undefined],
    ),
  )
}

/** Inside a definition, a function may be named by its key: `Fn::GetAtt: [hello, Arn]`. */
const withFunctions = (node: Placed, context: Context, depth: number): Placed => {
  if (depth > 60) return node
  if (node.is === 'list') return { ...node, items: node.items.map(item => withFunctions(item, context, depth + 1)) }
  if (node.is === 'scalar') return node
  const [only] = node.entries
  const target = only?.key === 'Fn::GetAtt' ? listItems(only.value)[0] : undefined
  const meant = target && functionOf(target, context)
  if (meant && meant !== target) return meant
  return { ...node, entries: node.entries.map(e => ({ ...e, value: withFunctions(e.value, context, depth + 1) })) }
}

/** Properties that the service adds to resources of the framework. */
const extend = (resources: readonly PlacedEntry[], extensions: Placed | undefined): void => {
  for (const { key, value } of mapEntries(extensions)) {
    const properties = member(resources.find(r => r.key === key)?.value, 'Properties')
    if (properties?.is === 'map') properties.entries.push(...mapEntries(member(value, 'Properties')))
  }
}

import { mapOf, type Origin, type Placed, type PlacedMap, scalar } from '../syntax/placed.ts'
import { type CloudResource, reference } from './document.ts'

/**
 * What starts a function or a workflow, as resources of the cloud's own: languages that write it in short inside the function are expanded
 * to them.
 */
export interface Started {
  /** Where the new resources stand: the address of what is started and the event's name. */
  address: string
  at: Origin
  /** What is started, as a reference. */
  target: Placed
}

const resource = (started: Started, type: string, ...properties: [key: string, value: Placed | undefined][]): CloudResource => ({
  address: started.address,
  type,
  at: started.at,
  properties: mapOf(started.at, ...properties.flatMap(([key, value]): [string, Placed][] => (value ? [[key, value]] : []))),
})

/** A request that an API passes on. Without a method or a path: any. */
export const routed = (started: Started, api: Placed, method: string | undefined, path: string | undefined): CloudResource => {
  const verb = method === undefined || /^(any|\*|x-amazon-apigateway-any-method)$/i.test(method) ? 'ANY' : method.toUpperCase()
  const key = path === undefined || path === '$default' ? '$default' : `${verb} ${path.startsWith('/') ? path : `/${path}`}`
  return resource(started, 'AWS::ApiGatewayV2::Route', ['ApiId', api], ['RouteKey', scalar(key, started.at)], ['Target', started.target])
}

/** Messages of a queue or a stream; `topics` are those of a broker. */
export const pulled = (started: Started, from: Placed, topics?: Placed): CloudResource =>
  resource(started, 'AWS::Lambda::EventSourceMapping', ['EventSourceArn', from], ['FunctionName', started.target], ['Topics', topics])

export const subscribed = (started: Started, topic: Placed): CloudResource =>
  resource(started, 'AWS::SNS::Subscription', ['TopicArn', topic], ['Endpoint', started.target])

/** What a bucket tells of its objects. */
export const notified = (started: Started, bucket: Placed): CloudResource =>
  resource(
    started,
    'aws_s3_bucket_notification',
    ['bucket', bucket],
    ['lambda_function', mapOf(started.at, ['lambda_function_arn', started.target])],
  )

/** Events of a bus that match a pattern. */
export const matched = (started: Started, pattern: Placed | undefined, bus: Placed | undefined): CloudResource =>
  resource(
    started,
    'AWS::Events::Rule',
    ['EventBusName', bus],
    ['EventPattern', pattern],
    ['Targets', { is: 'list', items: [mapOf(started.at, ['Arn', started.target])], at: started.at }],
  )

export const scheduled = (started: Started): CloudResource =>
  resource(started, 'AWS::Scheduler::Schedule', ['Target', mapOf(started.at, ['Arn', started.target])])

/** Entries of a log that are passed on. */
export const logged = (started: Started, log: Placed): CloudResource =>
  resource(started, 'AWS::Logs::SubscriptionFilter', ['LogGroupName', log], ['DestinationArn', started.target])

/** An API that a language adds by itself, under a name of its own. */
export const impliedApi = (address: string, type: string, name: string, at: Origin): CloudResource => ({
  address,
  type,
  at,
  properties: mapOf(at, ['Name', scalar(name, at)]),
})

export const referenceTo = (address: string, attribute: string, at: Origin): Placed => scalar(reference(address, attribute), at)

/** A map without some of its members. */
export const without = (map: PlacedMap, ...keys: string[]): PlacedMap => ({
  ...map,
  entries: map.entries.filter(e => !keys.includes(e.key)),
})

/** A map with a member more. */
export const withMember = (map: PlacedMap, key: string, value: Placed): PlacedMap => ({
  ...map,
  entries: [...map.entries.filter(e => e.key !== key), { key, value, at: value.at }],
})

import { by, canonicalName } from '../base/names.ts'
import { stripped } from '../base/text.ts'
import { type Contract, type NodeIx, operations } from '../model/contract.ts'
import type { Step } from '../model/evidence.ts'
import type { Effect, MemberUse } from '../model/fragment.ts'
import type { NodeId } from '../model/system.ts'
import { parseAddresses } from './address.ts'
import { declaredBy } from './cloud.ts'
import type { Directory } from './directory.ts'
import { fill, isWhole } from './fill.ts'
import type { Settings } from './layers/layer.ts'
import { isResource } from './node.ts'
import type { Seat } from './seats.ts'

/** A topic that code names. `to`: the node, where infrastructure declares it. */
interface Topic {
  name: string
  to?: NodeId
  steps: Step[]
}

/** The topics that an effect names, with how their names came about; those that are declared under that name or address by their node. */
export const topicsOf = (seat: Seat, effect: Effect, settings: Settings, directory: Directory): Topic[] => {
  const values = effect.operation === undefined ? [effect.target] : [effect.operation]
  return values
    .flatMap(value => fill(value, seat.environment, settings))
    .filter(f => isWhole(f) && f.text !== '' && (!f.text.includes('://') || /sqs/.test(f.text)) && !f.text.includes('\n'))
    .filter(f => effect.operation !== undefined || !isHostPort(f.text))
    .flatMap(f => declaredTopics(f, seat, directory) ?? { name: topicName(f.text, effect.protocol), steps: f.steps })
    .filter(t => t.name !== '')
}

const declaredTopics = ({ text, steps }: { text: string; steps: Step[] }, seat: Seat, directory: Directory): Topic[] | undefined => {
  const declared = declaredBy(text, seat.environment.owner.from, directory).filter(d => isResource(d.node))
  const topics = declared.map(({ node, step }) => ({ name: node.id.replace(/^topic:/, ''), to: node.id, steps: [...steps, step] }))
  return topics.length > 0 ? topics : undefined
}

/** The default exchange has no name; what AWS calls by URL or ARN is known by its last name. */
const topicName = (text: string, protocol: Effect['protocol']): string => {
  if (protocol === 'amqp') return stripped(text, '/')
  const aws = /^(?:arn:aws[\w-]*:|https?:\/\/[\w.-]*sqs[\w.-]*\/).*[:/]([\w.-]+)$/.exec(text)
  const google = /^projects\/[^/]+\/(?:topics|subscriptions)\/([^/]+)$/.exec(text)
  return aws?.[1] ?? google?.[1] ?? text
}

const isHostPort = (text: string): boolean => parseAddresses(text).some(a => a.port !== undefined)

/** A message that code publishes, as an operation of the publisher's contract. */
export interface PublishedMessage {
  seat: Seat
  effect: Effect
  /** `publish TOPIC`, with `#Type` where the message is of a type of the code. */
  operation: string
  shape: NodeIx
}

export const publishedMessages = (seats: readonly Seat[], settings: Settings, directory: Directory): PublishedMessage[] => {
  const found = new Map<string, PublishedMessage>()
  for (const seat of seats)
    for (const effect of seat.effects)
      for (const { name: topic } of effect.does === 'publish' && effect.messages ? topicsOf(seat, effect, settings, directory) : [])
        for (const { name, shape } of meantBy(topic, effect.messages!)) {
          const operation = `publish ${topic}${name === '' ? '' : `#${name}`}`
          const key = `${seat.node.id} ${operation}`
          if (!found.has(key)) found.set(key, { seat, effect, operation, shape })
        }
  return [...found.values()].sort(by(m => `${m.seat.node.id} ${m.operation}`))
}

/** Topics are often called after the type of what they carry: then others that the same code publishes are not meant. */
const meantBy = <T extends { name: string }>(topic: string, messages: readonly T[]): readonly T[] => {
  const last = canonicalName(topic.slice(topic.lastIndexOf('/') + 1))
  const same = messages.filter(m => m.name !== '' && canonicalName(m.name) === last)
  return same.length > 0 ? same : messages
}

/** Operations of contracts that carry messages, by topic: what code publishes, and channels of AsyncAPI by their address. */
export type MessageIndex = ReadonlyMap<string, readonly { id: string; message: string }[]>

export const messagesByTopic = (contracts: readonly Contract[]): MessageIndex => {
  const found = new Map<string, { id: string; message: string }[]>()
  for (const contract of contracts) {
    if (contract.format !== 'code' && contract.format !== 'asyncapi') continue
    for (const { id } of operations(contract)) {
      const parts = contract.format === 'code' ? /^publish (.*?)(?:#(\w*))?$/.exec(id) : /^(.*?)(?:#([^#]*))?$/.exec(id)
      if (!parts) continue
      const list = found.get(parts[1]!) ?? []
      found.set(parts[1]!, list)
      if (!list.some(m => m.id === id)) list.push({ id, message: parts[2] ?? '' })
    }
  }
  return found
}

/**
 * What of a topic's messages a consumer takes, with what it reads of each: those that its types are called after; without such, any, read
 * by its only type that no message is called after.
 */
export const takenBy = (uses: readonly MemberUse[], topic: string, index: MessageIndex): { id: string; uses: MemberUse[] }[] => {
  const typeOf = (use: MemberUse): string => canonicalName(use.of ?? '')
  const carried = index.get(topic) ?? index.get(topic.slice(0, Math.max(0, topic.indexOf('/')))) ?? []
  const named = carried.map(({ id, message }) => ({ id, uses: uses.filter(u => message !== '' && typeOf(u) === canonicalName(message)) }))
  if (named.some(m => m.uses.length > 0)) return named.filter(m => m.uses.length > 0)
  const known = new Set([...index.values()].flat().map(m => canonicalName(m.message)))
  const strange = uses.filter(u => !known.has(typeOf(u)))
  const isOne = new Set(strange.map(typeOf)).size === 1
  return carried.map(({ id }) => ({ id, uses: isOne ? strange : [] }))
}

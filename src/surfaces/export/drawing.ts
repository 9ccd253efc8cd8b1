import type { Interaction, SystemModel } from '../../index.ts'
import { by } from '../../index.ts'
import { shown } from './shown.ts'

/** What a picture shows: nodes with a shape, one arrow per pair. */
export interface Drawing {
  nodes: DrawnNode[]
  arrows: Arrow[]
}

export interface DrawnNode {
  id: string
  label: string
  shape: 'service' | 'frontend' | 'store' | 'topic' | 'external' | 'group'
}

/** `label` names the protocols; a dashed arrow is asynchronous. */
export interface Arrow {
  from: string
  to: string
  label: string
  dashed: boolean
  /** How many pairs it stands for. */
  weight: number
}

const shapes: Partial<Record<string, DrawnNode['shape']>> = {
  frontend: 'frontend',
  gateway: 'frontend',
  database: 'store',
  cache: 'store',
  bucket: 'store',
  'secret-store': 'store',
  broker: 'topic',
  queue: 'topic',
  topic: 'topic',
  external: 'external',
}

/** One arrow per ordered pair, pointing the way the data is asked for or sent: a topic points at its consumers. */
export const drawingOf = (whole: SystemModel): Drawing => {
  const model = shown(whole)
  const nodes = [...model.services, ...model.resources].map(n => ({
    id: n.id,
    label: n.name,
    shape: shapes[n.kind] ?? ('service' as const),
  }))
  const resources = new Set(model.resources.map(r => r.id))
  const pairs = new Map<string, Interaction[]>()
  for (const i of model.interactions) {
    const turned = i.role === 'consume' && !resources.has(i.from)
    const key = JSON.stringify(turned ? [i.to, i.from] : [i.from, i.to])
    pairs.set(key, [...(pairs.get(key) ?? []), i])
  }
  const arrows = [...pairs].map(([key, interactions]) => {
    const [from, to] = JSON.parse(key) as [string, string]
    const protocols = [...new Set(interactions.map(i => i.protocol).filter(p => p !== 'unknown'))].sort()
    return { from, to, label: protocols.join(', '), dashed: interactions.every(i => i.style === 'async'), weight: 1 }
  })
  return { nodes: nodes.sort(by(n => n.id)), arrows: arrows.sort(by(a => `${a.from}\u0000${a.to}`)) }
}

/** Names come from repositories: control characters in them become spaces. */
export const printable = (text: string): string => text.replace(/\p{Cc}+/gu, ' ')

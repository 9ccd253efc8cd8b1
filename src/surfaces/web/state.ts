import { everything, type Filter } from './map/filter.ts'
import { type Way, ways } from './map/groups.ts'

export type View = 'domains' | 'service' | 'overview'

/** Everything that an address can say: who opens it sees the same. */
export interface PageState {
  view: View
  /** The service in the middle of its neighbourhood. */
  of: string
  hops: number
  /** `n:ID`, `e:FROM→TO`, `g:GROUP`, `map` for the map itself; empty: what the view is about. */
  selected: string
  as: 'drawing' | 'list'
  /** What domains are made of; empty: the best that the map has. */
  by: Way | ''
  query: string
  filter: Filter
}

/** A new state; `replace` where going back should not come here. */
export type Change = (patch: Partial<PageState>, how?: 'replace') => void

export const initial: PageState = { view: 'overview', of: '', hops: 1, selected: '', as: 'drawing', by: '', query: '', filter: everything }

const views: readonly View[] = ['domains', 'service', 'overview']

/** `#view=service&of=billing`: only what is not as at the start. Values are encoded, so that any name can stand there. */
export const toHash = (state: PageState, start: PageState = initial): string => {
  const { filter } = state
  const parts: [string, string][] = [
    ['view', state.view === start.view ? '' : state.view],
    ['of', state.view === 'overview' ? '' : state.of],
    ['hops', state.view === 'service' && state.hops !== 1 ? String(state.hops) : ''],
    ['sel', state.selected],
    ['as', state.as === 'list' ? 'list' : ''],
    ['by', state.by],
    ['q', state.query],
    ...list('kind', filter.kinds),
    ...list('protocol', filter.protocols),
    ...list('owner', filter.owners),
    ['confidence', filter.confidence === 'low' ? '' : filter.confidence],
    ['optional', filter.optional ? 'shown' : ''],
  ]
  const said = parts.filter(([, value]) => value !== '').map(([key, value]) => `${key}=${encoded(value)}`)
  return said.length === 0 ? '' : `#${said.join('&')}`
}

const list = (key: string, values: readonly string[]): [string, string][] => values.map(v => [key, v])

/** Slashes and arrows stay as they are: people read addresses. A lone half of a surrogate pair cannot be encoded and is dropped. */
const encoded = (value: string): string =>
  encodeURIComponent(value.toWellFormed()).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%40', '@')

/** Whatever stands in the address: what is not understood is as at the start. */
export const fromHash = (hash: string, start: PageState = initial): PageState => {
  const values = new Map<string, string[]>()
  for (const part of hash.replace(/^#/, '').split('&')) {
    const equals = part.indexOf('=')
    if (equals < 1) continue
    const key = part.slice(0, equals)
    values.set(key, [...(values.get(key) ?? []), decoded(part.slice(equals + 1))])
  }
  const one = (key: string): string => values.get(key)?.[0] ?? ''
  const of = one('of')
  const view = views.find(v => v === one('view')) ?? start.view
  return {
    view: view === 'service' && of === '' ? start.view : view,
    of,
    hops: ['2', '3'].includes(one('hops')) ? Number(one('hops')) : 1,
    selected: /^([neg]:.|map$)/.test(one('sel')) ? one('sel') : '',
    as: one('as') === 'list' ? 'list' : 'drawing',
    by: ways.find(w => w === one('by')) ?? '',
    query: one('q'),
    filter: {
      kinds: values.get('kind') ?? [],
      protocols: values.get('protocol') ?? [],
      owners: values.get('owner') ?? [],
      confidence: (['medium', 'high'] as const).find(c => c === one('confidence')) ?? 'low',
      optional: one('optional') === 'shown',
    },
  }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

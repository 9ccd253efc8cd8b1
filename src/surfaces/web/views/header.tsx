import type { RefObject } from 'react'
import type { SystemModel } from '../../../index.ts'
import type { choices } from '../map/filter.ts'
import type { MapGraph } from '../map/graph.ts'
import type { Way } from '../map/groups.ts'
import type { Hit } from '../map/search.ts'
import type { PageState, View } from '../state.ts'
import { count, coverageSentence, grouped, titleOf } from '../words.ts'
import { Filters } from './filters.tsx'
import { SearchBox } from './searchbox.tsx'

/** Where one is, what one looks for, and how much of the estate was seen: always in sight. */
export const Header = (props: {
  model: SystemModel
  graph: MapGraph
  state: PageState
  ways: readonly Way[]
  way: Way
  choices: ReturnType<typeof choices>
  field: RefObject<HTMLInputElement | null>
  theme: string
  onTheme: (theme: string) => void
  onChange: (patch: Partial<PageState>, how?: 'replace') => void
  onHit: (hit: Hit) => void
}) => {
  const { model, graph, state, onChange } = props
  const tab = (view: View, name: string, patch: Partial<PageState>) => (
    <button
      type="button"
      aria-current={state.view === view ? 'page' : undefined}
      onClick={() => onChange({ view, selected: '', ...patch })}
    >
      {name}
    </button>
  )
  return (
    <header>
      <div className="bar">
        <h1>
          {titleOf(model)} <span className="by">lintel map</span>
        </h1>
        <nav aria-label="Views">
          {tab('domains', 'Domains', { of: '' })}
          {tab('overview', 'Whole map', { of: '' })}
          {state.view === 'service' && tab('service', graph.byId.get(state.of)?.name ?? state.of, {})}
        </nav>
        <SearchBox
          graph={graph}
          query={state.query}
          field={props.field}
          onQuery={query => onChange({ query }, 'replace')}
          onHit={props.onHit}
        />
        <Filters filter={state.filter} choices={props.choices} onFilter={filter => onChange({ filter }, 'replace')} />
        <label className="by-way">
          <span>by</span>
          <select
            aria-label="Domains by"
            value={props.way}
            onChange={event => onChange({ by: event.target.value as Way, ...(state.view === 'domains' ? { of: '', selected: '' } : {}) })}
          >
            {props.ways.map(way => (
              <option key={way}>{way}</option>
            ))}
          </select>
        </label>
        <fieldset className="switch" aria-label="Shown as">
          {(['drawing', 'list'] as const).map(as => (
            <button type="button" key={as} aria-pressed={state.as === as} onClick={() => onChange({ as })}>
              {as === 'drawing' ? 'Drawing' : 'List'}
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          aria-label={props.theme === 'dark' ? 'Light colours' : 'Dark colours'}
          onClick={() => props.onTheme(props.theme === 'dark' ? 'light' : 'dark')}
        >
          {props.theme === 'dark' ? 'Light' : 'Dark'}
        </button>
      </div>
      <Status model={model} graph={graph} onShow={() => onChange({ selected: 'map' })} />
    </header>
  )
}

const Status = ({ model, graph, onShow }: { model: SystemModel; graph: MapGraph; onShow: () => void }) => {
  const services = graph.nodes.filter(n => n.service).length
  const of = (shape: string): number => graph.nodes.filter(n => n.shape === shape).length
  const calls = graph.edges.filter(e => e.interactions.some(i => i.purpose === 'call')).length
  const errors = model.problems.length
  return (
    <p className="status">
      <span>
        {services === model.services.length
          ? count(services, 'service')
          : `${grouped(services)} of ${count(model.services.length, 'service')} shown`}{' '}
        · {count(calls, 'call')} · {count(of('topic'), 'topic')} · {count(of('store'), 'store')}
        {of('external') > 0 ? ` · ${count(of('external'), 'external', 'external')}` : ''} · {count(model.contracts.length, 'contract')}
      </span>
      <button type="button" className="link" onClick={onShow}>
        {coverageSentence(model.coverage)}
        {model.unresolved.length > 0 ? ` · ${count(model.unresolved.length, 'unresolved call')}` : ''}
        {errors > 0 ? ` · ${count(errors, 'problem')}` : ''}
      </button>
    </p>
  )
}

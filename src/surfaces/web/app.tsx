import { useEffect, useMemo, useRef, useState } from 'react'
import type { SystemModel } from '../../index.ts'
import { choices, everything, type Filter, filtered, isFiltered } from './map/filter.ts'
import { graphOf, type MapGraph, type MapNode } from './map/graph.ts'
import { type Grouping, groupingBy, usefulWays, type Way } from './map/groups.ts'
import { matching } from './map/search.ts'
import { type Change, fromHash, initial, type PageState, toHash } from './state.ts'
import { EdgeDetails, type Going, GroupDetails, NodeDetails } from './views/details.tsx'
import { Header } from './views/header.tsx'
import { WHOLE } from './views/pictures.ts'
import { Stage } from './views/stage.tsx'
import { SystemDetails } from './views/system.tsx'

/** The page: one state, which is the address; everything else follows from it and from the model. */
export const App = ({ model }: { model: SystemModel }) => {
  const whole = useMemo(() => seen(model, everything), [model])
  const start = useMemo(() => startOf(whole), [whole])
  const { state, go: change } = useAddress(start)
  const [theme, setTheme] = useTheme()
  const field = useRef<HTMLInputElement>(null)
  const shown = useMemo(
    () => (isFiltered(state.filter) || state.filter.optional ? seen(model, state.filter) : whole),
    [model, whole, state.filter],
  )
  const { graph, ways } = shown
  const way = ways.find(w => w === state.by) ?? ways[0]!
  const grouping = useMemo(() => (way === shown.grouping.way ? shown.grouping : groupingBy(shown.graph, way)), [shown, way])
  const found = useMemo(() => (state.query.trim() === '' ? undefined : new Set(matching(graph, state.query))), [graph, state.query])
  const options = useMemo(() => choices(model), [model])
  const going = goingOf(change)
  useKeys(state, change, field)
  return (
    <div className="page">
      <Header
        model={model}
        graph={graph}
        state={state}
        ways={ways}
        way={grouping.way}
        choices={options}
        field={field}
        theme={theme}
        onTheme={setTheme}
        onChange={change}
        onHit={hit => ('node' in hit ? going.open(hit.node) : going.toEdge(hit.edge))}
      />
      <main>
        <Stage {...{ model, graph, grouping, state, found, theme }} go={going} onChange={change} />
      </main>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is scrolled by keys */}
      <aside tabIndex={0} aria-label="Details">
        <Details {...{ graph, grouping }} selected={shownIn(state)} go={going} onClose={() => change({ selected: 'map' })} />
      </aside>
      <p className="unseen" role="status" aria-live="polite">
        {saidOf(state, graph, grouping)}
      </p>
    </div>
  )
}

/** What a filter leaves of the model, and how it is best grouped. */
const seen = (model: SystemModel, filter: Filter): { graph: MapGraph; ways: Way[]; grouping: Grouping } => {
  const graph = graphOf(filtered(model, filter))
  const ways = usefulWays(graph)
  return { graph, ways, grouping: groupingBy(graph, ways[0]!) }
}

/** A small system is seen as a whole; a large one by its domains. */
const startOf = ({ graph, grouping }: { graph: MapGraph; grouping: Grouping }): PageState => ({
  ...initial,
  view: graph.nodes.length > WHOLE && grouping.groups.length > 2 ? 'domains' : 'overview',
})

const goingOf = (change: Change): Going => ({
  toNode: node => change({ selected: `n:${node.id}` }),
  toEdge: edge => change({ selected: `e:${edge.id}` }),
  toGroup: group => change({ selected: `g:${group.name}` }),
  open: node => change({ view: 'service', of: node.id, selected: `n:${node.id}` }),
  openGroup: group => change({ view: 'domains', of: group.name, selected: `g:${group.name}` }),
})

/** What is selected, else what the view is about. */
const shownIn = ({ selected, view, of }: PageState): string => selected || (of === '' ? '' : `${view === 'service' ? 'n' : 'g'}:${of}`)

const Details = (props: { graph: MapGraph; grouping: Grouping; selected: string; go: Going; onClose: () => void }) => {
  const { graph, grouping, selected, go, onClose } = props
  const key = selected.slice(2)
  const node = selected.startsWith('n:') ? graph.byId.get(key) : undefined
  const edge = selected.startsWith('e:') ? graph.edgeById.get(key) : undefined
  const group = selected.startsWith('g:') ? grouping.groups.find(g => g.name === key) : undefined
  if (!node && !edge && !group)
    return (
      <>
        {selected !== '' && selected !== 'map' && <p className="warn">{key} is not among what is shown.</p>}
        <SystemDetails graph={graph} go={go} />
      </>
    )
  return (
    <>
      <button type="button" className="close" aria-label="Close the details" onClick={onClose}>
        ×
      </button>
      {node && <NodeDetails key={node.id} node={node} graph={graph} grouping={grouping} go={go} />}
      {edge && <EdgeDetails key={edge.id} edge={edge} go={go} />}
      {group && <GroupDetails key={group.name} group={group} grouping={grouping} go={go} />}
    </>
  )
}

/** What a screen reader hears when the view, the selection or the filter changes. */
const saidOf = (state: PageState, graph: MapGraph, grouping: Grouping): string => {
  const key = state.selected.slice(2)
  const selected: MapNode | undefined = graph.byId.get(key)
  const view =
    state.view === 'service'
      ? `neighbourhood of ${graph.byId.get(state.of)?.name ?? state.of}`
      : state.view === 'domains'
        ? state.of || `${grouping.groups.length} domains`
        : 'overview'
  const about = selected
    ? `${selected.name}: called by ${selected.into.length}, calls ${selected.out.length}`
    : state.selected === 'map'
      ? 'about this map'
      : key
  return [view, about, `${graph.nodes.length} nodes shown`].filter(t => t !== '').join('; ')
}

/** The state lives in the address: steps between views can be gone back, small changes replace. */
const useAddress = (start: PageState): { state: PageState; go: Change } => {
  const [state, setState] = useState(() => fromHash(location.hash, start))
  useEffect(() => {
    const read = (): void => setState(fromHash(location.hash, start))
    addEventListener('hashchange', read)
    addEventListener('popstate', read)
    return () => {
      removeEventListener('hashchange', read)
      removeEventListener('popstate', read)
    }
  }, [start])
  const go: Change = (patch, how) => {
    const next = { ...state, ...patch }
    setState(next)
    const address = location.href.split('#')[0] + (toHash(next, start) || '#')
    try {
      if (how === 'replace') history.replaceState(null, '', address)
      else if (address !== location.href) history.pushState(null, '', address)
    } catch {
      // A frame without an origin of its own may not write its address: the page works, it only cannot be shared.
    }
  }
  return { state, go }
}

/** `/` goes to the search, Escape gives up the selection, then the search. */
const useKeys = (state: PageState, change: Change, field: { current: HTMLInputElement | null }): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement
      if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey) {
        event.preventDefault()
        field.current?.focus()
        field.current?.select()
      } else if (event.key === 'Escape' && !isTyping) {
        if (state.selected !== '') change({ selected: '' })
        else if (state.query !== '') change({ query: '' }, 'replace')
      }
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  })
}

const THEME = 'lintel-theme'

/** Light or dark as the system has it, or as was chosen here before. */
const useTheme = (): [string, (theme: string) => void] => {
  const [theme, setTheme] = useState(() => stored() ?? '')
  const [systemDark, setSystemDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches)
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)')
    const read = (): void => setSystemDark(query.matches)
    query.addEventListener('change', read)
    return () => query.removeEventListener('change', read)
  }, [])
  const shown = theme || (systemDark ? 'dark' : 'light')
  document.documentElement.dataset.theme = shown
  const choose = (next: string): void => {
    setTheme(next)
    try {
      localStorage.setItem(THEME, next)
    } catch {
      // Nothing is kept where nothing may be stored.
    }
  }
  return [shown, choose]
}

const stored = (): string | undefined => {
  try {
    const value = localStorage.getItem(THEME)
    return value === 'dark' || value === 'light' ? value : undefined
  } catch {
    return undefined
  }
}

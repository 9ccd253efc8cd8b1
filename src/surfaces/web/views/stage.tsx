import { useMemo } from 'react'
import type { SystemModel } from '../../../index.ts'
import { everything, isFiltered } from '../map/filter.ts'
import type { MapGraph, MapNode } from '../map/graph.ts'
import type { Grouping } from '../map/groups.ts'
import type { Change, PageState } from '../state.ts'
import { count, grouped } from '../words.ts'
import type { Going } from './details.tsx'
import { Drawing } from './drawing.tsx'
import { DomainList, NodeList, OverviewList, ServiceList } from './lists.tsx'
import { Overview } from './overview.tsx'
import { domainPicture, domainsPicture, type Picture, servicePicture, WHOLE, wholePicture } from './pictures.ts'

interface StageProps {
  model: SystemModel
  graph: MapGraph
  grouping: Grouping
  state: PageState
  found: ReadonlySet<MapNode> | undefined
  theme: string
  go: Going
  onChange: Change
}

/** The picture or list of the view that the state names; a plain word where there is nothing to show. */
export const Stage = (props: StageProps) => {
  const { model, graph, state, grouping } = props
  if (model.services.length === 0) return <Nothing model={model} />
  if (graph.nodes.length === 0)
    return (
      <div className="empty">
        <h2>The filter shows nothing</h2>
        <p>{count(model.services.length, 'service')} are on this map; none has what the filter asks for.</p>
        <button type="button" onClick={() => props.onChange({ filter: everything })}>
          Show everything
        </button>
      </div>
    )
  const focus = state.view === 'service' ? graph.byId.get(state.of) : undefined
  const group = state.view === 'domains' && state.of !== '' ? grouping.groups.find(g => g.name === state.of) : undefined
  if (state.view === 'service') return focus ? <ServiceStage {...props} focus={focus} /> : <Missing {...props} what={state.of} />
  if (state.view === 'domains' && state.of !== '' && !group) return <Missing {...props} what={state.of} />
  return (
    <>
      <NoCalls graph={graph} isFiltered={isFiltered(state.filter)} />
      {state.view === 'domains' ? (
        group ? (
          <DomainStage {...props} group={group} />
        ) : (
          <DomainsStage {...props} />
        )
      ) : (
        <WholeStage {...props} />
      )}
    </>
  )
}

const DomainsStage = (props: StageProps) => {
  const { grouping, state } = props
  const picture = useMemo(() => domainsPicture(grouping), [grouping])
  if (state.as === 'list') return <DomainList grouping={grouping} go={props.go} />
  return <Shown {...props} picture={picture} />
}

const DomainStage = (props: StageProps & { group: Grouping['groups'][number] }) => {
  const { grouping, group, state } = props
  const picture = useMemo(() => domainPicture(group, grouping), [group, grouping])
  if (state.as === 'list')
    return (
      <NodeList nodes={group.nodes} grouping={grouping} caption={`${group.name}: ${count(group.nodes.length, 'node')}`} go={props.go} />
    )
  return (
    <>
      <Crumbs {...props} name={group.name} />
      <Shown {...props} picture={picture} />
    </>
  )
}

const ServiceStage = (props: StageProps & { focus: MapNode }) => {
  const { focus, state, onChange } = props
  const picture = useMemo(() => servicePicture(focus, state.hops), [focus, state.hops])
  return (
    <>
      <div className="crumbs">
        <Steps hops={state.hops} onHops={hops => onChange({ hops })} />
        <span className="quiet">{picture.label}</span>
      </div>
      {state.as === 'list' ? (
        <ServiceList focus={focus} near={picture.near} go={props.go} />
      ) : (
        <Shown {...props} picture={picture} centre={`n:${focus.id}`} />
      )}
    </>
  )
}

const WholeStage = (props: StageProps) => {
  const { graph, grouping, state, go } = props
  const isSmall = graph.nodes.length <= WHOLE
  const picture = useMemo(() => (isSmall ? wholePicture(graph) : undefined), [graph, isSmall])
  if (state.as === 'list') return <OverviewList graph={graph} grouping={grouping} found={props.found} go={go} />
  if (picture) return <Shown {...props} picture={picture} />
  const selected = state.selected.startsWith('n:') ? graph.byId.get(state.selected.slice(2)) : undefined
  return (
    <>
      <p className="note">
        {count(graph.nodes.length, 'node')}, {count(graph.edges.length, 'connection')}: point at one to see its lines, open it to see its
        neighbourhood
        {props.found ? ` · ${grouped(props.found.size)} match the search` : ''}
      </p>
      <Overview
        graph={graph}
        grouping={grouping}
        selected={selected}
        found={props.found}
        theme={props.theme}
        onSelect={go.toNode}
        onOpen={go.open}
      />
    </>
  )
}

/** A picture, and what follows from pointing at its parts. */
const Shown = ({ picture, graph, grouping, state, go, found, centre, onChange }: StageProps & { picture: Picture; centre?: string }) => {
  const boxes = found ? picture.boxes.map(b => (isFound(b.id, graph, grouping, found) ? b : { ...b, isFaint: true })) : picture.boxes
  const onOpen = (id: string): void => {
    const node = id.startsWith('n:') ? graph.byId.get(id.slice(2)) : undefined
    const group = id.startsWith('g:') ? grouping.groups.find(g => g.name === id.slice(2)) : undefined
    if (node) go.open(node)
    else if (group) go.openGroup(group)
  }
  const onSelectEdge = (id: string): void => {
    const between = id.startsWith('ge:') ? grouping.edges.find(e => `ge:${e.id}` === id) : undefined
    if (between) onChange({ selected: between.edges.length === 1 ? `e:${between.edges[0]!.id}` : `g:${between.from.name}` })
    else if (id.startsWith('e:')) onChange({ selected: id })
  }
  return (
    <>
      {picture.notes.map(note => (
        <p className="note" key={note}>
          {note}
        </p>
      ))}
      <Drawing
        label={`${picture.label}. Arrow keys go from box to box, Enter opens one; the list has the same.`}
        boxes={boxes}
        edges={picture.edges}
        layout={picture.layout}
        {...(picture.headings ? { headings: picture.headings } : {})}
        {...(centre ? { centre } : {})}
        selectedBox={state.selected}
        selectedEdge={state.selected.startsWith('e:') ? state.selected : ''}
        onSelect={id => onChange({ selected: id })}
        onSelectEdge={onSelectEdge}
        onOpen={onOpen}
      />
    </>
  )
}

const isFound = (id: string, graph: MapGraph, grouping: Grouping, found: ReadonlySet<MapNode>): boolean => {
  if (id.startsWith('n:')) return found.has(graph.byId.get(id.slice(2))!)
  return grouping.groups.find(g => `g:${g.name}` === id)?.nodes.some(n => found.has(n)) ?? false
}

const Steps = ({ hops, onHops }: { hops: number; onHops: (hops: number) => void }) => (
  <fieldset className="switch" aria-label="Steps from the service">
    {[1, 2, 3].map(n => (
      <button type="button" key={n} aria-pressed={hops === n} onClick={() => onHops(n)}>
        {n === 1 ? '1 step' : `${n} steps`}
      </button>
    ))}
  </fieldset>
)

const Crumbs = ({ name, onChange }: StageProps & { name: string }) => (
  <p className="crumbs">
    <button type="button" className="link" onClick={() => onChange({ of: '', selected: '' })}>
      Domains
    </button>
    <span aria-hidden="true">›</span> <b>{name}</b>
  </p>
)

const Missing = ({ what, onChange, state }: StageProps & { what: string }) => (
  <div className="empty">
    <h2>{what} is not among what is shown</h2>
    <p>{isFiltered(state.filter) ? 'The filter may hide it.' : 'The address may come from another map, or from an older one.'}</p>
    <button type="button" onClick={() => onChange({ view: 'overview', of: '', selected: '', filter: everything })}>
      Show the whole map
    </button>
  </div>
)

/** Services without a single call are a sign of missing sight, not of independence. */
const NoCalls = ({ graph, isFiltered }: { graph: MapGraph; isFiltered: boolean }) =>
  graph.edges.length > 0 ? null : (
    <p className="alarm" role="alert">
      {isFiltered
        ? 'The filter leaves no connection between these nodes.'
        : `No connection between ${graph.nodes.length === 1 ? 'this service and others' : 'these services'} was found. That seldom is so: see what was read and what is unresolved, at the right.`}
    </p>
  )

const Nothing = ({ model }: { model: SystemModel }) => (
  <div className="empty alarm" role="alert">
    <h2>No service was found</h2>
    <p>
      {grouped(model.coverage.files.read)} of {count(model.coverage.files.seen, 'file')} say something about services. This is not an empty
      system: nothing that was read names a service.
    </p>
    <p>
      A service is known by a Dockerfile, a Compose file, Kubernetes manifests or a program that listens. Give the folder that holds them:{' '}
      <code>lintel map PATH --format html=map.html</code>
    </p>
  </div>
)

import { type ReactNode, useState } from 'react'
import type { MapEdge, MapGraph, MapNode } from '../map/graph.ts'
import type { Group, Grouping } from '../map/groups.ts'
import type { Neighbourhood } from '../map/neighbourhood.ts'
import { about, count, grouped, operationsOf, place, protocolLabel } from '../words.ts'
import type { Going } from './details.tsx'

interface Column<T> {
  name: string
  /** What the column is sorted by, and said as. */
  value: (row: T) => string | number
  show?: (row: T) => ReactNode
}

const STEP = 250

/** A table that sorts by its headings and says how much of it is shown. */
const Table = <T,>({
  caption,
  rows,
  columns,
  id,
}: {
  caption: string
  rows: readonly T[]
  columns: readonly Column<T>[]
  id: (row: T) => string
}) => {
  const [sort, setSort] = useState<{ column: number; isDown: boolean }>()
  const [most, setMost] = useState(STEP)
  const sorted = sort
    ? [...rows].sort((a, b) => compare(columns[sort.column]!.value(a), columns[sort.column]!.value(b)) * (sort.isDown ? -1 : 1))
    : rows
  return (
    <div className="tablebox">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, i) => {
              const isSorted = sort?.column === i
              return (
                <th key={column.name} scope="col" aria-sort={isSorted ? (sort.isDown ? 'descending' : 'ascending') : 'none'}>
                  <button
                    type="button"
                    onClick={() => setSort({ column: i, isDown: isSorted ? !sort.isDown : typeof column.value(rows[0]!) === 'number' })}
                  >
                    {column.name}
                    <span aria-hidden="true">{isSorted ? (sort.isDown ? ' ↓' : ' ↑') : ''}</span>
                  </button>
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, most).map(row => (
            <tr key={id(row)}>
              {columns.map(column => {
                const value = column.value(row)
                return (
                  <td key={column.name} className={typeof value === 'number' ? 'number' : ''}>
                    {column.show?.(row) ?? (typeof value === 'number' ? grouped(value) : value || '–')}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {most < rows.length && (
        <button type="button" className="more" onClick={() => setMost(rows.length)}>
          Show all {grouped(rows.length)}
        </button>
      )}
    </div>
  )
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0)

const nodeLink = (node: MapNode, go: Going): ReactNode => (
  <button type="button" className="link" onClick={() => go.open(node)}>
    {node.name}
  </button>
)

export const DomainList = ({ grouping, go }: { grouping: Grouping; go: Going }) => {
  const ends = (group: Group, side: 'from' | 'to'): number => grouping.edges.filter(e => e[side] === group).length
  return (
    <Table
      caption={`${count(grouping.groups.length, 'domain')} by ${grouping.way}`}
      rows={grouping.groups}
      id={g => g.name}
      columns={[
        {
          name: 'domain',
          value: g => g.name,
          show: g => (
            <button type="button" className="link" onClick={() => go.openGroup(g)}>
              {g.name}
            </button>
          ),
        },
        { name: 'services', value: g => g.services },
        { name: 'stores, topics', value: g => g.nodes.length - g.services },
        { name: 'called by domains', value: g => ends(g, 'to') },
        { name: 'calls domains', value: g => ends(g, 'from') },
        { name: 'unresolved calls', value: g => g.nodes.reduce((sum, n) => sum + n.unresolved.length, 0) },
        { name: 'owners', value: g => [...new Set(g.nodes.flatMap(n => n.owners))].sort().slice(0, 3).join(', ') },
      ]}
    />
  )
}

export const NodeList = ({
  nodes,
  grouping,
  caption,
  go,
}: {
  nodes: readonly MapNode[]
  grouping: Grouping
  caption: string
  go: Going
}) => (
  <Table
    caption={caption}
    rows={nodes}
    id={n => n.id}
    columns={[
      { name: 'name', value: n => n.name, show: n => nodeLink(n, go) },
      { name: 'kind', value: n => (n.state === 'deployed' ? n.kind : `${n.kind} (${n.state})`) },
      { name: grouping.way, value: n => grouping.of.get(n.id)?.name ?? '' },
      { name: 'owner', value: n => n.owners.join(', ') },
      { name: 'called by', value: n => n.into.length },
      { name: 'calls', value: n => n.out.length },
      { name: 'unresolved', value: n => n.unresolved.length },
    ]}
  />
)

export const ServiceList = ({ focus, near, go }: { focus: MapNode; near: Neighbourhood; go: Going }) => (
  <>
    <EdgeTable
      caption={`${focus.name} is called by ${focus.into.length}`}
      edges={focus.into}
      end="from"
      go={go}
      none="No caller was found. That does not prove that there is none."
    />
    <EdgeTable
      caption={`${focus.name} calls ${focus.out.length}`}
      edges={focus.out}
      end="to"
      go={go}
      none="No call was found in what was read."
    />
    {near.edges.length + near.among.length > focus.into.length + focus.out.length && (
      <EdgeTable
        caption="Among its neighbours"
        edges={[...near.edges, ...near.among].filter(e => e.from !== focus && e.to !== focus)}
        end="both"
        go={go}
        none=""
      />
    )}
    {near.left.length > 0 && (
      <p className="note">
        Also within reach:{' '}
        {near.left
          .slice(0, 200)
          .map(n => n.name)
          .join(', ')}
        {near.left.length > 200 ? ` and ${near.left.length - 200} more` : ''}
      </p>
    )}
  </>
)

const EdgeTable = (props: { caption: string; edges: readonly MapEdge[]; end: 'from' | 'to' | 'both'; go: Going; none: string }) => {
  const { edges, end, go } = props
  if (edges.length === 0) return <p className="note">{`${props.caption}. ${props.none}`}</p>
  const ends: Column<MapEdge>[] = (['from', 'to'] as const)
    .filter(side => end === 'both' || end === side)
    .map(side => ({
      name: end === 'both' ? side : 'name',
      value: (e: MapEdge) => e[side].name,
      show: (e: MapEdge) => nodeLink(e[side], go),
    }))
  return (
    <Table
      caption={props.caption}
      rows={edges}
      id={e => e.id}
      columns={[
        ...ends,
        ...(end === 'both' ? [] : [{ name: 'what it is', value: (e: MapEdge) => about(e[end]) }]),
        { name: 'protocol', value: e => [...e.protocols.map(protocolLabel), e.role ?? ''].filter(w => w !== '').join(', ') },
        { name: 'operations', value: e => operationsOf(e).join(', ') },
        { name: 'confidence', value: e => e.confidence },
        {
          name: 'evidence',
          value: e => placeOf(e),
          show: e => (
            <button type="button" className="why" onClick={() => go.toEdge(e)}>
              {placeOf(e) || 'show'}
            </button>
          ),
        },
      ]}
    />
  )
}

/** A place for each thing that the edge stands for. */
const placeOf = (edge: MapEdge): string => {
  const places = edge.interactions.flatMap(i => [...i.evidence, ...i.operations.flatMap(o => o.evidence)].slice(0, 1)).map(e => place(e.at))
  return [...new Set(places)].join(', ')
}

export const OverviewList = ({
  graph,
  grouping,
  found,
  go,
}: {
  graph: MapGraph
  grouping: Grouping
  found: ReadonlySet<MapNode> | undefined
  go: Going
}) => {
  const nodes = [...graph.nodes].filter(n => !found || found.has(n)).sort((a, b) => b.into.length - a.into.length || (a.id < b.id ? -1 : 1))
  return (
    <>
      <NodeList nodes={nodes} grouping={grouping} caption={`${count(nodes.length, 'node')}, most called first`} go={go} />
      {!found && <EdgeTable caption={count(graph.edges.length, 'connection')} edges={graph.edges} end="both" go={go} none="" />}
    </>
  )
}

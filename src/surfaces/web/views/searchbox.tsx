import { type KeyboardEvent, type RefObject, useState } from 'react'
import type { MapGraph } from '../map/graph.ts'
import { type Hit, search } from '../map/search.ts'
import { about, brief } from '../words.ts'

/** A field that lists what it finds below it: arrows choose, Enter goes there, Escape closes, then clears. */
export const SearchBox = (props: {
  graph: MapGraph
  query: string
  field: RefObject<HTMLInputElement | null>
  onQuery: (query: string) => void
  onHit: (hit: Hit) => void
}) => {
  const { graph, query } = props
  const [isOpen, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const hits = isOpen ? search(graph, query) : []
  const choose = (hit: Hit | undefined): void => {
    if (!hit) return
    setOpen(false)
    props.onHit(hit)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setOpen(true)
      setAt(Math.max(0, Math.min(hits.length - 1, at + (isOpen ? step : 0))))
    } else if (event.key === 'Enter') choose(hits[at])
    else if (event.key === 'Escape') {
      event.stopPropagation()
      if (isOpen && hits.length > 0) setOpen(false)
      else if (query !== '') props.onQuery('')
      else props.field.current?.blur()
    }
  }
  return (
    <div className="search">
      <input
        ref={props.field}
        type="text"
        role="combobox"
        aria-label="Search: a name, an owner, an operation, or from->to"
        aria-expanded={isOpen && hits.length > 0}
        aria-controls="hits"
        aria-autocomplete="list"
        aria-activedescendant={hits[at] ? `hit-${at}` : undefined}
        placeholder="Search  /"
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={event => {
          setOpen(true)
          setAt(0)
          props.onQuery(event.target.value)
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setOpen(false)}
      />
      <div id="hits" role="listbox" aria-label="Found" hidden={hits.length === 0}>
        {hits.map((hit, i) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the option by aria-activedescendant
          <div
            key={'node' in hit ? `n:${hit.node.id}` : `e:${hit.edge.id}`}
            id={`hit-${i}`}
            role="option"
            aria-selected={i === at}
            onMouseDown={event => {
              event.preventDefault()
              choose(hit)
            }}
          >
            <span>{'node' in hit ? hit.node.name : `${hit.edge.from.name} → ${hit.edge.to.name}`}</span>
            <span className="quiet">{'node' in hit ? about(hit.node) : brief(hit.edge)}</span>
          </div>
        ))}
      </div>
      {isOpen && query.trim() !== '' && hits.length === 0 && (
        <p className="nohits" role="status">
          Nothing on this map matches.
        </p>
      )}
    </div>
  )
}

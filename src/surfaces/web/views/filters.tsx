import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { type Choice, everything, type Filter } from '../map/filter.ts'
import { grouped, protocolLabel } from '../words.ts'

/** What is shown, by kind, protocol, owner and confidence. Nothing is ticked at the start: everything is shown. */
export const Filters = (props: {
  filter: Filter
  choices: { kinds: Choice[]; protocols: Choice[]; owners: Choice[]; optional: number }
  onFilter: (filter: Filter) => void
}) => {
  const { filter, choices, onFilter } = props
  const [isOpen, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const active =
    filter.kinds.length + filter.protocols.length + filter.owners.length + (filter.confidence === 'low' ? 0 : 1) + (filter.optional ? 1 : 0)
  useEffect(() => {
    if (!isOpen) return
    const close = (event: MouseEvent): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false)
    }
    document.addEventListener('mousedown', close)
    return () => document.removeEventListener('mousedown', close)
  }, [isOpen])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !isOpen) return
    event.stopPropagation()
    setOpen(false)
    box.current?.querySelector('button')?.focus()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what any control in it has opened
    <div className="filters" ref={box} onKeyDown={onKeyDown}>
      <button
        type="button"
        className={active > 0 ? 'on' : ''}
        aria-expanded={isOpen}
        aria-controls="filters"
        onClick={() => setOpen(!isOpen)}
      >
        Filter{active > 0 ? ` (${active})` : ''}
      </button>
      <div id="filters" className="popover" hidden={!isOpen}>
        <Ticks title="Kind" choices={choices.kinds} chosen={filter.kinds} onChange={kinds => onFilter({ ...filter, kinds })} />
        <Ticks
          title="Protocol"
          choices={choices.protocols}
          chosen={filter.protocols}
          label={protocolLabel}
          onChange={protocols => onFilter({ ...filter, protocols })}
        />
        <Ticks title="Owner" choices={choices.owners} chosen={filter.owners} onChange={owners => onFilter({ ...filter, owners })} />
        <fieldset>
          <legend>Confidence</legend>
          {(['low', 'medium', 'high'] as const).map(level => (
            <label key={level}>
              <input
                type="radio"
                name="confidence"
                checked={filter.confidence === level}
                onChange={() => onFilter({ ...filter, confidence: level })}
              />
              {level === 'low' ? 'all' : level === 'medium' ? 'medium and high' : 'high only'}
            </label>
          ))}
          <label className="apart">
            <input type="checkbox" checked={filter.optional} onChange={() => onFilter({ ...filter, optional: !filter.optional })} />
            optional parts <span className="quiet">{grouped(choices.optional)}</span>
          </label>
        </fieldset>
        <p className="actions">
          <button type="button" disabled={active === 0} onClick={() => onFilter(everything)}>
            Show everything
          </button>
        </p>
      </div>
    </div>
  )
}

const Ticks = (props: {
  title: string
  choices: readonly Choice[]
  chosen: readonly string[]
  label?: (value: string) => string
  onChange: (chosen: string[]) => void
}) => (
  <fieldset>
    <legend>{props.title}</legend>
    <div className="ticks">
      {props.choices.map(({ value, count }) => {
        const isChosen = props.chosen.includes(value)
        return (
          <label key={value}>
            <input
              type="checkbox"
              checked={isChosen}
              onChange={() => props.onChange(isChosen ? props.chosen.filter(v => v !== value) : [...props.chosen, value])}
            />
            <span className="value">{props.label?.(value) ?? value}</span> <span className="quiet">{grouped(count)}</span>
          </label>
        )
      })}
    </div>
  </fieldset>
)

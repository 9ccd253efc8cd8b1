import { type ReactNode, useState } from 'react'
import { grouped } from '../words.ts'

export const Section = ({ title, many, tone, children }: { title: string; many?: number; tone?: 'warn'; children: ReactNode }) => (
  <section className="part">
    <h3 className={tone ?? ''}>
      {title}
      {many === undefined ? '' : ` (${grouped(many)})`}
    </h3>
    {children}
  </section>
)

/** The first few, and a button for the rest: nothing is left out for good. */
export const More = <T,>({ items, most, render }: { items: readonly T[]; most: number; render: (item: T) => ReactNode }) => {
  const [all, setAll] = useState(false)
  const shown = all ? items : items.slice(0, most)
  return (
    <>
      {shown.map(render)}
      {shown.length < items.length && (
        <button type="button" className="more" onClick={() => setAll(true)}>
          {grouped(items.length - shown.length)} more
        </button>
      )}
    </>
  )
}

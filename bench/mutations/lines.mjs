// What the mutators of line-based formats share: an element is a block of lines, an operator gives the lines that take its place.

/** Lower case with underscores: `item_types` for `itemTypes`. */
export const snake = name => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()

/** `{ title, operator, edits, element }` for each element and operator that applies. An operator gives lines, or null. */
export const mutated = (files, scan, operators) => {
  const elements = files.flatMap(scan)
  const count = new Map()
  for (const e of elements) count.set(snake(e.name), (count.get(snake(e.name)) ?? 0) + 1)
  return elements.flatMap(e =>
    Object.entries(operators[e.kind] ?? {}).flatMap(([operator, change]) => {
      const block = e.lines.slice(e.n, e.until + 1)
      const made = change(e, block)
      if (made === null || made.join('\n') === block.join('\n')) return []
      const content = [...e.lines.slice(0, e.n), ...made, ...e.lines.slice(e.until + 1)].join('\n')
      const { lines: _, ...element } = e
      return [
        {
          ...{ title: `${operator}: ${e.owner}.${e.name}`, operator, edits: { [e.file]: content } },
          ...{ element: { ...element, unique: count.get(snake(e.name)) === 1 }, harmless: harmless.has(operator) },
        },
      ]
    }),
  )
}

const harmless = new Set(['field added', 'optional property added', 'argument added', 'operation added'])

/** A directed graph over 0…n-1 in compressed rows: targets of node v are `targets[rows[v]] … targets[rows[v + 1] - 1]`. */
export interface Digraph {
  size: number
  rows: Uint32Array
  targets: Uint32Array
}

/** Builds the graph; edges of a node keep the order in which they are given. O(nodes + edges). */
export const digraph = (size: number, edges: readonly (readonly [from: number, to: number])[]): Digraph => {
  const rows = new Uint32Array(size + 1)
  for (const [from] of edges) rows[from + 1]!++
  for (let v = 0; v < size; v++) rows[v + 1]! += rows[v]!
  const next = rows.slice()
  const targets = new Uint32Array(edges.length)
  for (const [from, to] of edges) targets[next[from]!++] = to
  return { size, rows, targets }
}

/** Strongly connected components (Tarjan 1972, iterative), each sorted; components in reverse topological order. */
export const components = ({ size, rows, targets }: Digraph): number[][] => {
  const order = new Int32Array(size).fill(-1)
  const low = new Int32Array(size)
  const onStack = new Uint8Array(size)
  const next = rows.slice(0, size)
  const stack: number[] = []
  const found: number[][] = []
  let counter = 0
  for (let root = 0; root < size; root++) {
    if (order[root] !== -1) continue
    const work = [root]
    while (work.length > 0) {
      const v = work.at(-1)!
      if (order[v] === -1) {
        order[v] = low[v] = counter++
        stack.push(v)
        onStack[v] = 1
      }
      if (next[v]! < rows[v + 1]!) {
        const w = targets[next[v]!++]!
        if (order[w] === -1) work.push(w)
        else if (onStack[w]) low[v] = Math.min(low[v]!, order[w]!)
        continue
      }
      work.pop()
      const parent = work.at(-1)
      if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[v]!)
      if (low[v] !== order[v]) continue
      const component: number[] = []
      let w: number
      do {
        w = stack.pop()!
        onStack[w] = 0
        component.push(w)
      } while (w !== v)
      found.push(component.sort((a, b) => a - b))
    }
  }
  return found
}

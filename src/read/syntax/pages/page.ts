/** One thing that a page reads of what it is filled in with: names from the root of that; `[]` is an element. */
export interface Read {
  path: string[]
  /** It is shown, or handed to a function, with all that lies below it. */
  held?: true
  line: number
}

/** Another page that this one draws in, with what stands at a path. */
export interface Draw {
  name: string
  from: string[]
}

export interface Page {
  /** Of several in one file. */
  name?: string
  reads: Read[]
  draws: Draw[]
  line: number
}

export const MAX_READS = 2000

/** The lines on which places of a text stand. */
export const lineCounter = (text: string): ((at: number) => number) => {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return at => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= at) low = middle
      else high = middle - 1
    }
    return low + 1
  }
}

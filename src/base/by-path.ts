import { byText } from './names.ts'
import { dirname } from './path.ts'

/** Things that lie at paths, found by folder without a look at each of them. What is found keeps the order that it was given in. */
export class ByPath<T> {
  readonly #items: readonly T[]
  readonly #at = new Map<string, number[]>()
  /** Every path once, in order. */
  readonly #paths: readonly string[]

  constructor(items: Iterable<T>, pathOf: (item: T) => string) {
    this.#items = [...items]
    this.#items.forEach((item, place) => {
      const path = pathOf(item)
      const places = this.#at.get(path)
      if (places) places.push(place)
      else this.#at.set(path, [place])
    })
    this.#paths = [...this.#at.keys()].sort(byText)
  }

  /** Exactly at a path. */
  at(path: string): T[] {
    return this.#named(this.#at.get(path) ?? [])
  }

  /** At a folder or below it. */
  under(folder: string): T[] {
    if (folder === '') return [...this.#items]
    const [from, to] = this.#below(folder)
    const below = this.#paths.slice(from, to).flatMap(path => this.#at.get(path)!)
    return this.#named([...(this.#at.get(folder) ?? []), ...below].sort((a, b) => a - b))
  }

  /** Whether anything lies at a folder or below it. */
  hasUnder(folder: string): boolean {
    if (folder === '' || this.#at.has(folder)) return this.#items.length > 0
    const [from, to] = this.#below(folder)
    return from < to
  }

  /** At a path and at the folders around it, nearest first. */
  *around(path: string): Generator<T> {
    for (let at = path; ; at = dirname(at)) {
      yield* this.at(at)
      if (at === '') return
    }
  }

  #named(places: readonly number[]): T[] {
    return places.map(place => this.#items[place]!)
  }

  /** The paths below a folder: `0` comes right after `/`. */
  #below(folder: string): [from: number, to: number] {
    return [this.#first(`${folder}/`), this.#first(`${folder}0`)]
  }

  /** The first path that is not before a text. */
  #first(text: string): number {
    let low = 0
    let high = this.#paths.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#paths[middle]! < text) low = middle + 1
      else high = middle
    }
    return low
  }
}

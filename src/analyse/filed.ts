import { basename } from '../base/path.ts'
import { type Args, type Frame, heapKey } from './state.ts'
import type { Site, Term } from './terms.ts'

/** What files of settings are for: the first that has a value counts. */
const ranks = ['runtime', 'prod', 'base', 'other'] as const

const rankOf = (file: string): (typeof ranks)[number] => {
  const name = basename(file).replace(/\.\w+$/, '')
  if (/^(runtime|releases)$/.test(name)) return 'runtime'
  if (/^prod/.test(name)) return 'prod'
  return /^(dev|test|local|ci)/.test(name) ? 'other' : 'base'
}

const ownerOf = (rank: string, under: string): string => `#filed ${rank} ${under.replaceAll('.', '/')}`

/** Files the named arguments of a call, or one value, under the names that stand first: an application, a module of it. */
export const file = (frame: Frame, args: Args, under: readonly Term[], one: { key: Term; is: Term } | undefined, site: Site): void => {
  const names = under.map(term => nameOf(frame, term)).filter(name => name !== '')
  const places = names.length < 2 ? names : [names.join('|'), ...(/^[A-Z]/.test(names[1]!) ? [names[1]!] : [])]
  const put = (key: string, value: Term): void => {
    if (!value.open)
      for (const place of places) frame.put(heapKey.global(ownerOf(rankOf(site.file), place), key.replaceAll('.', '/')), value)
  }
  if (one) put(nameOf(frame, one.key), one.is)
  else for (const [i, label] of args.labels.entries()) if (label.endsWith('=')) put(label.slice(0, -1), args.kids[i]!)
}

/** What is filed under a name and a key: a value, or everything below the two as a map. */
export const recall = (frame: Frame, under: string, key: string): Term | undefined => {
  for (const rank of ranks) {
    const found = frame.heap(heapKey.global(ownerOf(rank, under), key.replaceAll('.', '/')))
    if (found !== frame.terms.nothing) return found
  }
  for (const rank of ranks) {
    const owner = ownerOf(rank, `${under}|${key}`)
    const labels = frame.heapNames(`g${owner}`)
    if (labels.length > 0) return frame.terms.make({ kind: 'map', labels, kids: labels.map(l => frame.heap(heapKey.global(owner, l))) })
  }
  return undefined
}

/** A name as text, as a module of the code, or as one of a library. */
export const nameOf = (frame: Frame, term: Term): string =>
  term.kind === 'text' || term.kind === 'ext'
    ? term.text
    : term.kind === 'type'
      ? (frame.scope.types[Number(term.text)]?.fact.name ?? '')
      : ''

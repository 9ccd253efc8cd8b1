import { basename, dirname } from '../base/path.ts'
import type { SourceUnit } from './scope.ts'
import { type Frame, heapKey } from './state.ts'
import { kid, type Site, type Term } from './terms.ts'

const home = '#loaded'
const maxLevels = 8

/**
 * Loads settings that the code itself makes into the tree that the program asks: a map, a function that gives one, or a list of such.
 * Under a name they are a branch of it; `token` is the member by which a framework hands on that branch.
 */
export const load = (frame: Frame, given: Term, under: Term | undefined, token: string | undefined, site: Site | undefined): Term => {
  const { terms } = frame
  const maps = mapsOf(frame, given, site, 0)
  if (under?.kind !== 'text') {
    for (const map of maps)
      for (const [i, label] of map.labels.entries())
        if (label !== '...' && label !== '[]' && !map.kids[i]!.open) frame.put(heapKey.global(home, label), map.kids[i]!)
    return terms.any(maps)
  }
  const branch = terms.any(maps)
  if (branch.open) return branch
  frame.put(heapKey.global(home, under.text), branch)
  if (token === undefined) return branch
  const name = terms.text(`${home} ${under.text}`)
  frame.put(heapKey.global(tokens, name.text), branch)
  return terms.any(maps.map(m => terms.make({ ...m, labels: [...m.labels, token], kids: [...m.kids, name] })))
}

/** Where what a framework hands on stands, by its token. */
export const tokens = '#tokens'

const mapsOf = (frame: Frame, given: Term, site: Site | undefined, level: number): Term[] => {
  if (level > 3) return []
  return frame.terms.options(given).flatMap(option => {
    if (option.kind === 'map') return [option]
    if (option.kind === 'list') return option.kids.flatMap(k => mapsOf(frame, k, site, level + 1))
    return option.kind === 'func' ? mapsOf(frame, frame.call(option, { labels: [], kids: [] }, site), site, level + 1) : []
  })
}

/**
 * A setting that the program's own code gives, by its path: from what was loaded, or from code files that hold nothing else.
 * `code` is `folder/*`, where the path starts with a file's name, or the name of the module whose variables are the settings.
 */
export const programSetting = (frame: Frame, key: Term, code: string | undefined): Term | undefined => {
  const steps = stepsOf(key)
  const [first, ...rest] = steps
  if (typeof first !== 'string') return undefined
  const roots = code === undefined ? [frame.heap(heapKey.global(home, first))] : rootsIn(frame, code, first)
  const found = frame.terms.any(roots.map(root => rest.slice(0, maxLevels).reduce((of, step) => below(frame, of, step), root)))
  return found === frame.terms.nothing ? undefined : found
}

/** Names of a path, and holes. A name that is only partly known is a hole. */
const stepsOf = (key: Term): (string | undefined)[] => {
  const parts = key.kind === 'concat' ? key.kids : [key]
  const written = parts.map(p => (p.kind === 'text' ? p.text : '\u0000')).join('')
  return written.split(/[.:]/).map(step => (step.includes('\u0000') ? undefined : step))
}

const rootsIn = (frame: Frame, code: string, first: string): Term[] => {
  const folder = code.endsWith('/*') ? code.slice(0, -2) : undefined
  const wanted = frame.scope.units.filter(({ path }) =>
    folder === undefined ? isModule(path, code) : stem(path) === first && basename(dirname(path)) === folder,
  )
  const ranked = wanted.filter(u => !/(^|[/_.-])(dev|develop|development|test|testing|local)([/_.-]|$)/i.test(u.path))
  return (ranked.length > 0 ? ranked : wanted).map(unit =>
    folder === undefined ? frame.heap(heapKey.global(unit.path, first)) : whole(frame, unit),
  )
}

const stem = (path: string): string => basename(path).replace(/\.\w+$/, '')

const isModule = (path: string, name: string): boolean => stem(path) === name || basename(dirname(path)) === name

/** What a file gives as a whole: what it returns, or exports. */
const whole = (frame: Frame, unit: SourceUnit): Term => {
  const returned = unit.fns[0] && frame.summary(unit.fns[0])?.returns
  if (returned && returned !== frame.terms.nothing) return returned
  const exported = frame.heap(heapKey.global(unit.path, 'exports'))
  return exported === frame.terms.nothing ? frame.heap(heapKey.global(unit.path, 'exports.default')) : exported
}

/** A member of plain data; of a hole, any member. */
const below = (frame: Frame, of: Term, step: string | undefined): Term => {
  const { terms } = frame
  const found = terms.options(of).flatMap(option => {
    if (option.kind !== 'map' && option.kind !== 'list') return []
    if (step === undefined) return option.kids
    const spread = option.labels.flatMap((label, i) => (label === '...' ? [below(frame, option.kids[i]!, step)] : []))
    return [kid(option, step) ?? terms.nothing, frame.heap(heapKey.instance(option, step)), ...spread]
  })
  return terms.any(found)
}

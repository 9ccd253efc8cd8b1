import { basename, dirname } from '../base/path.ts'
import type { SourceUnit, Type } from './scope.ts'
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
  if (under?.kind === 'text' && maps.length === 0 && given.kind !== 'func') {
    if (!given.open) frame.put(heapKey.global(home, under.text), given)
    return given
  }
  if (under?.kind !== 'text') {
    for (const map of maps)
      for (const [i, label] of map.labels.entries())
        if (label !== '...' && label !== '[]' && !map.kids[i]!.open && map.kids[i] !== terms.nothing)
          frame.put(heapKey.global(home, label), map.kids[i]!)
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
    const type = typeNamed(frame, option)
    if (type) return [asMap(frame, type)]
    if (option.kind === 'list') return option.kids.flatMap(k => mapsOf(frame, k, site, level + 1))
    return option.kind === 'func' ? mapsOf(frame, frame.call(option, { labels: [], kids: [] }, site), site, level + 1) : []
  })
}

/** A class that a value is, or names by its dotted path. */
const typeNamed = (frame: Frame, term: Term): Type | undefined => {
  if (term.kind === 'type' || term.kind === 'inst' || term.kind === 'anyinst') return frame.scope.types[Number(term.text)]
  if (term.kind !== 'text' || !/^\w+(\.\w+)+$/.test(term.text)) return undefined
  const cut = term.text.lastIndexOf('.')
  const file = term.text.slice(0, cut).replaceAll('.', '/')
  return frame.scope.types.find(
    t => t.fact.name === term.text.slice(cut + 1) && `/${t.unit.path}`.replace(/\.\w+$/, '').endsWith(`/${file}`),
  )
}

/** The members of a class that holds settings. */
const asMap = (frame: Frame, type: Type): Term => {
  const lineage = frame.scope.lineage(type)
  const labels = [...new Set(lineage.flatMap(t => [...t.fields.keys()]))]
  const value = (name: string): Term =>
    lineage.map(t => frame.heap(heapKey.initial(t, name))).find(v => v !== frame.terms.nothing) ?? frame.terms.nothing
  return frame.terms.make({ kind: 'map', labels, kids: labels.map(value) })
}

/**
 * A setting that the program's own code gives, by its path: from what was loaded, or from code files that hold nothing else.
 * `code` is `folder/*`, where the path starts with a file's name, `folder/name,name`, where files hold the whole tree, or the name of
 * the module whose variables are the settings.
 */
export const programSetting = (frame: Frame, key: Term, code: string | undefined): Term | undefined => {
  const steps = stepsOf(key)
  const [first, ...rest] = steps
  if (typeof first !== 'string') return undefined
  const loaded = frame.heap(heapKey.global(home, first))
  const roots = [loaded, ...(code === undefined ? [] : rootsIn(frame, code, first))]
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
  const [folder, names] = code.includes('/') ? code.split('/') : [undefined, code]
  const files = names === '*' ? [first] : names!.split(',')
  const wanted = frame.scope.units.filter(({ path }) =>
    folder === undefined ? isModule(path, code) : files.includes(stem(path)) && basename(dirname(path)) === folder,
  )
  const ranked = wanted.filter(u => !/(^|[/_.-])(dev|develop|development|test|testing|local)([/_.-]|$)/i.test(u.path))
  return (ranked.length > 0 ? ranked : wanted).map(unit =>
    folder === undefined
      ? frame.heap(heapKey.global(unit.path, first))
      : names === '*'
        ? whole(frame, unit)
        : below(frame, whole(frame, unit), first),
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

/** Variables of the environment by the keys of a schema; any of them, by members in any case, where there is none. */
export const environmentObject = (frame: Frame, shape: Term | undefined, sites: readonly Site[]): Term => {
  const { terms } = frame
  const maps = shape ? terms.options(shape).filter(o => o.kind === 'map') : []
  if (maps.length === 0) return terms.make({ kind: 'ext', text: '#environment', sites })
  return terms.any(
    maps.map(map => {
      const looked = map.labels.map((label, i) => {
        if (label === '...') return environmentObject(frame, map.kids[i], sites)
        const variable = terms.make({ kind: 'env', kids: [terms.text(label)], sites })
        const otherwise = defaultOf(map.kids[i]!)
        return otherwise ? terms.or([variable, otherwise]) : variable
      })
      return terms.make({ kind: 'map', labels: map.labels, kids: looked, sites: map.sites })
    }),
  )
}

/** The default of a validator: `string().default('x')`, `url({ default: 'x' })`. */
const defaultOf = (validator: Term): Term | undefined => {
  let here: Term | undefined = validator
  for (let i = 0; i < 12 && here?.kind === 'extcall'; i++) {
    const first = kid(here, '0')
    if (first && here.text.endsWith('.default')) return first.kind === 'text' ? first : undefined
    const named = first?.kind === 'map' ? kid(first, 'default') : undefined
    if (named) return named
    here = kid(here, 'base')
  }
  return undefined
}

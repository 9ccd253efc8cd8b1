import { canonicalName } from '../base/names.ts'
import { classOf, selector } from './classes.ts'
import { fullName, typeOf } from './functions.ts'
import { pick, pickAll } from './places.ts'
import { environmentObject, load, programSetting, tokens } from './program-settings.ts'
import type { Gives } from './rows.ts'
import { type Args, type Frame, heapKey } from './state.ts'
import { isTextual, type Site, type Term } from './terms.ts'

/** The member of a type that is an instance of it, as a container gives it. */
export const instanceMember = '<instance>'

const instanceOf = (frame: Frame, type: Term): Term =>
  frame.terms.any(frame.terms.options(type).map(t => (t.kind === 'type' ? frame.terms.make({ kind: 'anyinst', text: t.text }) : t)))

/** Where stands what a container hands to classes of libraries, by the last two parts of their names. */
export const handedTo = '#handed'

export const shortType = (path: string): string => path.split('.').slice(-2).join('/')

/** Whether a header or property of that name tells the type of a message. */
export const namesType = (name: string): boolean =>
  /^(x|nservicebus|mt|ce|cloudevents)*(message|msg|event|command|enclosedmessage|full)*(types?|name|typename|typefullname|typeid)$/.test(
    canonicalName(name),
  )

/** The external path of calls of stubs. */
export const rpcPath = '#rpc'

/** What a row says a call, a member or a tag is. */
export const rowValue = (
  frame: Frame,
  gives: Extract<Gives, { value: string }>,
  captures: Record<string, string>,
  args: Args,
  site: Site | undefined,
): Term => {
  const { terms } = frame
  const sites = site ? [site] : []
  const of = (place: string | readonly string[] | undefined): Term | undefined =>
    place === undefined ? undefined : pick(frame, args, place, captures)
  switch (gives.value) {
    case 'env': {
      const name = of(gives.name) ?? terms.unknown('no name')
      const looked = terms.any(terms.options(name).map(n => terms.make({ kind: 'env', kids: [n], sites })))
      const otherwise = of(gives.default)
      return otherwise ? terms.or([looked, otherwise]) : looked
    }
    case 'config': {
      const key = of(gives.key) ?? terms.unknown('no key')
      if (key.kind === 'text' && key.text.includes('${')) return placeholders(frame, key.text, sites)
      const full = gives.prefix === undefined ? key : terms.concat([terms.text(gives.prefix), key])
      const looked =
        programSetting(frame, full, gives.code) ?? terms.make({ kind: 'config', labels: gives.code ? ['file'] : [], kids: [full], sites })
      const otherwise = of(gives.default)
      return otherwise && looked.kind !== 'map' ? terms.or([looked, otherwise]) : looked
    }
    case 'loaded': {
      const given = of(gives.of)
      return given ? load(frame, given, of(gives.under), gives.token, site) : terms.unknown('no settings')
    }
    case 'stub': {
      const service = serviceOf(frame, gives.service, captures, of)
      const port = of(gives.port)
      const looked =
        of(gives.target) ??
        (gives.protocol === 'dubbo'
          ? serviceKey(frame, service, of(gives.group), of(gives.version))
          : terms.unknown('the stub is made without an address that can be followed'))
      const otherwise = of(gives.default)
      const target = otherwise ? terms.or([looked, otherwise]) : looked
      const address = port ? terms.concat([target, terms.text(':'), port]) : target
      const labels = [
        ...(gives.protocol ? [`protocol:${gives.protocol}`] : []),
        ...(gives.encoding ? ['encoding:json'] : []),
        ...(gives.every ? ['every'] : []),
        ...(gives.guess ? ['guess'] : []),
      ]
      const stub = terms.any(
        terms
          .options(address)
          .map(t => carried(t))
          .map(t => terms.make({ kind: 'stub', text: service, kids: [t], labels, sites })),
      )
      if (gives.every && site) for (const one of terms.options(stub)) callEvery(frame, one, site)
      return stub
    }
    case 'settings':
      return gives.file === undefined ? settingsRoot(frame, sites) : settingsOf(frame, of(gives.file), sites)
    case 'env-object': {
      const made = environmentObject(frame, of(gives.shape), sites)
      return gives.under === undefined ? made : terms.make({ kind: 'map', labels: [gives.under], kids: [made], sites })
    }
    case 'filed':
    case 'recalled':
    case 'at':
      return terms.unknown('a setting of the program itself')
    case 'parsed':
      return of(gives.of) ?? terms.unknown('no value')
    case 'registered':
      return terms.unknown('a registration')
    case 'injected': {
      const token = of(gives.token)
      const found = token?.kind === 'text' ? frame.heap(heapKey.global(tokens, token.text)) : terms.nothing
      return found === terms.nothing ? terms.unknown('nothing is registered under this token') : found
    }
    case 'class': {
      const value = of(gives.of)
      return value ? classOf(frame, value) : terms.unknown('no value')
    }
    case 'instance': {
      const type = of(gives.of)
      if (!type) return terms.unknown('no class')
      return type.open ? terms.make({ kind: 'field', text: instanceMember, kids: [type] }) : instanceOf(frame, type)
    }
    case 'selector': {
      const key = of(gives.key)
      return gives.key === undefined || (key?.kind === 'text' && namesType(key.text))
        ? selector(frame, gives.by)
        : terms.unknown('a header')
    }
    case 'same':
      return of(gives.of) ?? terms.unknown('no value')
    case 'named':
      return terms.make({ kind: 'ext', text: gives.path, sites })
    case 'setting':
      return terms.or(gives.keys.map(key => terms.make({ kind: 'config', kids: [terms.text(filledKey(key, of))], sites })))
    case 'connection':
      return of(gives.target) ?? terms.unknown('no address')
    case 'concat':
      return terms.concat(
        gives.of.flatMap((place, i) => [...(i > 0 ? [terms.text(gives.between)] : []), of(place) ?? terms.unknown('no value')]),
      )
    // These need their receiver, which calls alone have.
    case 'first':
      return terms.or(gives.members.flatMap(path => (of(gives.of) ? memberLater(frame, of(gives.of)!, path) : [])))
    case 'listed':
    case 'rendered':
    case 'client':
    case 'env-struct':
    case 'provided':
    case 'found':
    case 'given':
    case 'bound':
    case 'handed':
    case 'in-process':
    case 'keep':
    case 'kept':
    case 'make':
    case 'result':
    case 'tell':
    case 'env-fields':
    case 'router':
      return terms.nothing
    case 'format':
      return format(frame, of(gives.template) ?? terms.unknown('no template'), pickAll(frame, args, gives.args))
  }
}

/** A key with the texts of places in it: `services.{type}.url`. */
const filledKey = (key: string, of: (place: string) => Term | undefined): string =>
  key.replace(/\{(\w+)\}/g, (_, place: string) => {
    const found = of(place)
    return found?.kind === 'text' ? found.text : ''
  })

/** A service by a capture, by the text of an argument, or as the row says it. */
const serviceOf = (frame: Frame, place: string, captures: Record<string, string>, of: (place: string) => Term | undefined): string => {
  if (place.startsWith('$')) return captures[place.slice(1)] ?? ''
  if (place.startsWith('path:')) return of(place.slice(5))?.text.match(/([A-Za-z0-9_]+?)(?:Client)?$/)?.[1] ?? ''
  if (place === 'type') return of('type')?.text ?? ''
  if (place === 'stub-type') return stubService(of('type')?.text ?? '')
  if (!/^(\d|base\.)/.test(place)) return place
  const named = of(place)
  if (named?.kind === 'type') return fullName(typeOf(frame, named))
  return named?.kind === 'text' ? named.text : ''
}

/** A member of settings, or of what a call site will know. */
const memberLater = (frame: Frame, of: Term, path: string): Term =>
  path.split('.').reduce((term, name) => {
    const options = frame.terms.options(term).flatMap(o => {
      if (isSettingsFile(o)) return settingBelow(frame, o, frame.terms.text(name), o.sites[0])
      return o.open ? frame.terms.make({ kind: 'field', text: name, kids: [o] }) : []
    })
    return frame.terms.any(options)
  }, of)

/** `group/interface:version`, by which a registry knows a service; what is empty is left out. */
export const serviceKey = ({ terms }: Frame, service: string, group: Term | undefined, version: Term | undefined): Term => {
  const isThere = (term: Term | undefined): term is Term => term !== undefined && !(term.kind === 'text' && term.text === '')
  return terms.concat([
    ...(isThere(group) ? [group, terms.text('/')] : []),
    terms.text(service),
    ...(isThere(version) ? [terms.text(':'), version] : []),
  ])
}

/** The service of a generated client's type: `PricingGrpc.PricingBlockingStub`, `MutinyPricingGrpc.MutinyPricingStub`, `Pricing`. */
const stubService = (type: string): string =>
  type
    .slice(type.lastIndexOf('.') + 1)
    .replace(/^(?:Mutiny|Reactor|Rx\d?)(?=\w+Stub$)/, '')
    .replace(/(?:Blocking|BlockingV2|Future|Coroutine)?Stub$/, '')

const settingsFile = /\.(json5?|ya?ml|toml|ini|properties|conf|cfg)$/i

/** The root of the settings of a file: its members are look-ups by the path of keys. Other files are just files. */
const settingsOf = (frame: Frame, file: Term | undefined, sites: readonly Site[]): Term => {
  const { terms } = frame
  const named = file !== undefined && terms.options(file).some(o => settingsFile.test(lastText(o)))
  return named ? settingsRoot(frame, sites) : terms.unknown('a file')
}

export const settingsRoot = ({ terms }: Frame, sites: readonly Site[]): Term =>
  terms.make({ kind: 'config', labels: ['file'], kids: [terms.text('')], sites })

const lastText = (term: Term): string => {
  if (term.kind === 'text') return term.text
  const last = term.kids.at(-1)
  return last !== undefined && (term.kind === 'concat' || term.kind === 'or') ? lastText(last) : ''
}

export const isSettingsFile = (term: Term): boolean => term.kind === 'config' && term.labels[0] === 'file'

/** A look-up below one of a settings file. */
export const settingBelow = (frame: Frame, of: Term, key: Term, site: Site | undefined): Term => {
  const { terms } = frame
  const above = of.kids[0]!
  const path = above.kind === 'text' && above.text === '' ? key : terms.concat([above, terms.text('.'), key])
  return terms.make({ kind: 'config', labels: of.labels, kids: [path], sites: site ? [site] : of.sites })
}

/** An instance of a class of the code that was made around a connection stands for that connection. */
const carried = (term: Term, level = 0): Term => {
  if (term.kind !== 'inst' || level > 4) return term
  const inner = term.kids.map(k => carried(k, level + 1)).find(k => isTextual(k) || k.kind === 'extcall' || k.open)
  return inner ?? term
}

/** Text with `${key}` and `${key:default}`, which may nest. */
export const placeholders = (frame: Frame, text: string, sites: readonly Site[], level = 0): Term => {
  const { terms } = frame
  const parts: Term[] = []
  let from = 0
  while (from < text.length) {
    const start = text.indexOf('${', from)
    if (start === -1 || level > 5) break
    const end = closing(text, start + 2)
    if (end === -1) break
    const inner = text.slice(start + 2, end)
    const colon = inner.indexOf(':')
    const key = terms.make({ kind: 'config', kids: [terms.text(colon === -1 ? inner : inner.slice(0, colon))], sites })
    parts.push(terms.text(text.slice(from, start), sites[0]))
    parts.push(colon === -1 ? key : terms.or([key, placeholders(frame, inner.slice(colon + 1), sites, level + 1)]))
    from = end + 1
  }
  parts.push(terms.text(text.slice(from), sites[0]))
  return terms.concat(parts)
}

const closing = (text: string, from: number): number => {
  let open = 1
  for (let i = from; i < text.length; i++) {
    if (text[i] === '{') open++
    else if (text[i] === '}' && --open === 0) return i
  }
  return -1
}

const callEvery = (frame: Frame, stub: Term, site: Site): void => {
  const rpcs = [...(frame.state.contracts.rpcs.get(stub.text) ?? [])].sort()
  for (const rpc of rpcs.length > 0 ? rpcs : ['*'])
    frame.add({
      kind: 'effect',
      term: frame.terms.make({
        kind: 'extcall',
        text: rpcPath,
        labels: ['rpc'],
        kids: [frame.terms.make({ kind: 'rpc', text: rpc, kids: [stub] })],
        sites: [site],
      }),
      site,
    })
}

/** Fills a template: `%s`, `{}`, `{0}`, `{name}`. What is left over is dropped. */
export const format = (frame: Frame, template: Term, args: Args): Term => {
  const { terms } = frame
  if (template.kind === 'any') return terms.any(template.kids.map(k => format(frame, k, args)))
  if (template.kind === 'concat') return terms.concat(template.kids.map(k => (k.kind === 'text' ? format(frame, k, args) : k)))
  if (template.kind !== 'text') return template
  const parts: Term[] = []
  let next = 0
  let from = 0
  const take = (name: string): Term => {
    const at = name === '' ? args.labels.indexOf(String(next++)) : Math.max(args.labels.indexOf(`${name}=`), args.labels.indexOf(name))
    return args.kids[at] ?? terms.unknown('a part that is not given')
  }
  for (const hole of template.text.matchAll(/%[-+#0]*[\d.]*[sdvqfxtT]|%\((\w+)\)[sd]|\{(\w*)(?::[^{}]*)?\}/g)) {
    parts.push(terms.text(template.text.slice(from, hole.index), template.sites[0]))
    parts.push(take(hole[1] ?? hole[2] ?? ''))
    from = hole.index + hole[0].length
  }
  parts.push(terms.text(template.text.slice(from), template.sites[0]))
  return terms.concat(parts)
}

/** Tells of every environment look-up in a value. */
export const noteEnvironment = (frame: Frame, value: Term, site: Site | undefined): void => {
  if (!site) return
  if (value.kind === 'env' || value.kind === 'config') frame.add({ kind: 'env', term: value, site })
  else if (value.kind === 'or' || value.kind === 'any') for (const part of value.kids) noteEnvironment(frame, part, site)
}

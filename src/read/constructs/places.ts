import { canonicalName } from '../../base/names.ts'
import { basename, dirname, join } from '../../base/path.ts'
import { table } from '../../base/table.ts'
import type { Declared } from '../../model/infrastructure.ts'
import type { Call } from './calls.ts'
import { containerOf, imageOf } from './containers.ts'
import type { Reading } from './settings.ts'
import { stepsOf } from './steps.ts'

/** A call whose places are asked for. */
export interface PlaceContext {
  values: Reading
  call: Call
  /** What stands for the thing itself. */
  self: Call
  /** What a method is called on, or takes the thing. */
  base?: Declared
}

/** The value at a place of a table (`row.ts`); undefined where nothing is there. */
export const evaluatePlace = (place: string, context: PlaceContext): Declared | undefined => {
  for (const one of place.split(' | ')) {
    const found = evaluateOne(one.trim(), context)
    if (found) return found
  }
  return undefined
}

export const isThere = (place: string, context: PlaceContext): boolean => evaluatePlace(place, context) !== undefined

const evaluateOne = (place: string, context: PlaceContext): Declared | undefined => {
  const { values, call, self, base } = context
  const { calls } = values.settings
  if (place.startsWith('"')) return { is: 'text', text: place.slice(1, -1) }
  const applied = /^(\w+)\((.*)\)$/.exec(place)
  if (applied) {
    const known = Object.hasOwn(FUNCTIONS, applied[1]!) ? FUNCTIONS[applied[1]!] : undefined
    return known?.(
      applied[2]!.split(',').map(argument => argument.trim()),
      context,
    )
  }
  if (place === 'self') return { is: 'made', call: self.number }
  if (place === 'base') return base
  if (place === 'root') return rootOf(base ?? { is: 'made', call: call.number }, values)
  if (place.startsWith('.')) return real(calls.property(call, place.slice(1).split('.')))
  const [position = '', ...path] = place.split('.')
  return real(calls.member(call.positional[Number(position)] ?? named(call, position, context), path))
}

/** Languages with names for arguments give the thing itself by its name. */
const named = (call: Call, position: string, { values }: PlaceContext): Declared | undefined =>
  position === '0' && call.positional.length === 0
    ? [...call.named.values()].find(({ value }) => values.settings.calls.of(value) !== undefined)?.value
    : undefined

/** Values that say that there is none. */
const real = (value: Declared | undefined): Declared | undefined =>
  value?.is === 'unknown' && /^(null|it is not given|nothing sets it)$/.test(value.why) ? undefined : value

/** The thing that a chain of methods starts at. */
const rootOf = (value: Declared, values: Reading): Declared => {
  const { calls } = values.settings
  let here = value
  for (let i = 0; i < 40; i++) {
    const call = calls.of(here)
    const above =
      call && call.method !== '' ? call.receiver : call && (calls.property(call, ['parent']) ?? calls.property(call, ['resource']))
    if (above?.is !== 'made') break
    here = above
  }
  return here.is === 'made' ? { is: 'made', call: here.call } : here
}

type PlaceFunction = (args: readonly string[], context: PlaceContext) => Declared | undefined

const isFalse = (value: Declared | undefined): boolean => value?.is === 'text' && canonicalName(value.text) === 'false'
const isTrue = (value: Declared | undefined): boolean => value?.is === 'text' && canonicalName(value.text) === 'true'
const text = (said: string): Declared => ({ is: 'text', text: said })

const FUNCTIONS: Record<string, PlaceFunction> = table({
  name: ([of = ''], context) => {
    const value = evaluatePlace(of, context)
    const call = context.values.settings.calls.of(value)
    const last = call ? call.method : value?.is === 'name' ? value.path.slice(value.path.lastIndexOf('.') + 1) : undefined
    return last === undefined || last === '' ? value : text(last.replace(/_/g, '-').toLowerCase())
  },
  code: ([of = ''], context) => codeOf(evaluatePlace(of, context), context.values, 0),
  // Inline code that is the content of a file is started by that file.
  handler: ([of = '', code = ''], context) =>
    inlineFile(evaluatePlace(code, context), context.values) ? undefined : evaluatePlace(of, context),
  connected: ([of = ''], context) => connectedNames(evaluatePlace(of, context), context.values),
  forwarded: ([of = ''], context) => forwarded(evaluatePlace(of, context), context.values),
  beside: (_, context) => besideOf(context),
  started: ([index = '', handler = ''], context) => {
    const [file, name] = [evaluatePlace(index, context), evaluatePlace(handler, context)]
    const stem = file?.is === 'text' ? file.text.replace(/\.py$/, '') : 'index'
    return text(`${stem}.${name?.is === 'text' ? name.text : 'handler'}`)
  },
  image: ([of = ''], context) => imageOf(evaluatePlace(of, context), context.values),
  container: ([of = ''], context) =>
    containerOf(of === 'self' ? { is: 'made', call: context.call.number } : evaluatePlace(of, context), context.values),
  containers: ([of = ''], context) => {
    const all = context.values.settings.calls.entries(evaluatePlace(of, context))
    return all.length === 0
      ? undefined
      : { is: 'list', items: all.flatMap(({ key, value }) => containerOf(value, context.values, key) ?? []) }
  },
  groups: ([of = ''], context) => groupsOf(evaluatePlace(of, context), context.values),
  steps: ([of = ''], context) => stepsOf(evaluatePlace(of, context), context.values),
  references: ([of = ''], context) => evaluatePlace(of, context),
  unless: ([of = '', then = '"true"'], context) => (isFalse(evaluatePlace(of, context)) ? undefined : evaluatePlace(then, context)),
  choice: ([of = '', yes = '', no = ''], context) => text(isTrue(evaluatePlace(of, context)) ? yes : no),
  without: ([of = ''], context) => (evaluatePlace(of, context) ? undefined : text('true')),
  below: ([name = ''], context) => ({ is: 'made', call: context.self.number, member: `${name}.ref` }),
  root: ([of = ''], context) => {
    const value = evaluatePlace(of, context)
    return value && rootOf(value, context.values)
  },
  default: (_, context) => {
    const root = context.values.settings.calls.of(rootOf(context.base ?? { is: 'made', call: context.call.number }, context.values))
    return root && evaluatePlace('.defaultIntegration | .handler', { ...context, call: root, self: root })
  },
  paths: ([of = ''], context) => conditions(evaluatePlace(of, context), 'pathpatterns', context.values),
  hosts: ([of = ''], context) => conditions(evaluatePlace(of, context), 'hostheaders', context.values),
  routes: ([of = ''], context) => routesOf(evaluatePlace(of, context), context.values),
})

/** The folder or file that code is made of: a path, or something of the library over one. */
const codeOf = (value: Declared | undefined, values: Reading, depth: number): Declared | undefined => {
  if (!value || depth > 6) return undefined
  const { calls, folder } = values.settings
  if (value.is === 'path') return value
  if (value.is === 'text') {
    const path = value.text.startsWith('/') ? undefined : join(folder, value.text)
    return path === undefined ? undefined : { is: 'path', path }
  }
  if (value.is === 'any')
    return codeOf(
      value.options.find(o => codeOf(o, values, depth + 1) !== undefined),
      values,
      depth + 1,
    )
  if (value.is === 'map') return codeOf(value.entries[0]?.value, values, depth + 1)
  const call = calls.of(value)
  const inline = inlineFile(value, values)
  if (inline) return codeOf(inline, values, depth + 1)
  if (!call || /inline|bucket|ecr/i.test(call.method)) return undefined
  if (/asset|archive|docker|image|custom/i.test(`${call.method} ${call.name.class}`))
    return codeOf(call.positional[0] ?? calls.property(call, ['path']) ?? calls.property(call, ['assets']), values, depth + 1)
  return undefined
}

/** The file whose content is given as code. */
const inlineFile = (value: Declared | undefined, values: Reading): Declared | undefined => {
  const call = values.settings.calls.of(value)
  const [content] = call && /inline/i.test(`${call.method} ${call.name.class}`) ? call.positional : []
  return content?.is === 'content' ? content.of : undefined
}

/** Names under which a service is found by others of its cluster: `data.office.local`. */
const connectedNames = (value: Declared | undefined, values: Reading): Declared | undefined => {
  const { calls } = values.settings
  const listed = calls.member(value, ['services'])
  const space = calls.member(value, ['namespace'])
  const made = calls.of(space)
  const namespace = space?.is === 'text' ? space : made && calls.property(made, ['name'])
  const names = (listed?.is === 'list' ? listed.items : []).flatMap((item): Declared[] => {
    const own = calls.member(item, ['dnsName'])
    const port = calls.member(item, ['discoveryName']) ?? calls.member(item, ['portMappingName'])
    if (own) return [own]
    if (port?.is !== 'text') return []
    return [{ is: 'text', text: namespace?.is === 'text' ? `${port.text}.${namespace.text}` : port.text }]
  })
  return names.length === 0
    ? undefined
    : { is: 'list', items: names.map(value => ({ is: 'map', entries: [{ key: 'discovery_name', value }] })) }
}

/** The target groups that ports of containers are joined to. */
const groupsOf = (value: Declared | undefined, values: Reading): Declared | undefined => {
  const { calls } = values.settings
  const single = calls.member(value, ['container'])
  const containers = [...(single ? [single] : []), ...calls.entries(calls.member(value, ['containers'])).map(e => e.value)]
  const ports = containers.flatMap(container => {
    const mapped = calls.member(container, ['portMappings'])
    return mapped?.is === 'list' ? mapped.items : mapped ? [mapped] : []
  })
  const items = ports.flatMap(port => calls.member(port, ['targetGroup']) ?? [])
  return items.length === 0 ? undefined : { is: 'list', items }
}

/** The target groups that an action of a listener forwards to. */
const forwarded = (value: Declared | undefined, values: Reading): Declared | undefined => {
  const call = values.settings.calls.of(value)
  return call && /forward/i.test(call.method) ? (call.positional[0] ?? values.settings.calls.property(call, ['targetGroups'])) : undefined
}

/** Without an entry, the file of the function's name beside the file that declares it. */
const besideOf = ({ values, call }: PlaceContext): Declared | undefined => {
  const id = call.positional[1]
  const file = call.fact.at.file
  if (id?.is !== 'text' || values.settings.calls.property(call, ['code'])) return undefined
  const stem = `${dirname(file)}/${basename(file).replace(/\.[cm]?[jt]sx?$/, '')}.${id.text}`.replace(/^\//, '')
  const found = ['.ts', '.js', '.mjs', '.mts', '.cts', '.cjs'].map(ending => stem + ending).find(path => values.settings.exists(path))
  return found === undefined ? undefined : { is: 'path', path: found }
}

/** Conditions of a listener's rule: `ListenerCondition.pathPatterns(['/a'])`. */
const conditions = (value: Declared | undefined, method: string, values: Reading): Declared | undefined => {
  const items = value?.is === 'list' ? value.items : value ? [value] : []
  const found = items.flatMap(item => {
    const call = values.settings.calls.of(item)
    return call && canonicalName(call.method) === method ? (call.positional[0] ?? []) : []
  })
  return found.length === 0 ? undefined : { is: 'list', items: found }
}

/** Routes of a component that takes them as a list: path, method, and the function that answers. */
const routesOf = (value: Declared | undefined, values: Reading): Declared | undefined => {
  const { calls } = values.settings
  const items = value?.is === 'list' ? value.items : []
  const entries = items.flatMap(item => {
    const path = calls.member(item, ['path'])
    const method = calls.member(item, ['method'])
    const target = calls.member(item, ['eventHandler']) ?? calls.member(item, ['target', 'uri'])
    if (path?.is !== 'text' || !target) return []
    const key = `${method?.is === 'text' ? method.text.toUpperCase() : method?.is === 'name' ? method.path.slice(method.path.lastIndexOf('.') + 1) : 'ANY'} ${path.text.replace(/^(?!\/)/, '/')}`
    const integration: Declared = {
      is: 'map',
      entries: [{ key: 'integration', value: { is: 'map', entries: [{ key: 'uri', value: target }] } }],
    }
    return [{ key, value: integration }]
  })
  return entries.length === 0 ? undefined : { is: 'map', entries }
}

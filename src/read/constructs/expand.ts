import { canonicalName } from '../../base/names.ts'
import type { Declared } from '../../model/infrastructure.ts'
import type { CloudResource } from '../cloud/document.ts'
import { namePattern, plainText } from '../cloud/text.ts'
import { asText, mapOf, type Origin, type Placed, type PlacedEntry, type PlacedMap } from '../syntax/placed.ts'
import type { Call } from './calls.ts'
import { evaluatePlace, isThere, type PlaceContext } from './places.ts'
import type { Part } from './row.ts'
import type { Settings } from './settings.ts'
import { lastOfEach, Values } from './values.ts'

/** What a program declares, as resources of the cloud: each object by the row of its class, each method by what it joins. */
export const expand = (settings: Settings): { resources: CloudResource[]; exports: PlacedEntry[] } => new Expansion(settings).run()

const MAX_RESOURCES = 5000

class Expansion {
  private readonly values: Values
  private readonly resources = new Map<string, CloudResource>()
  private readonly exports: PlacedEntry[] = []

  constructor(settings: Settings) {
    this.values = new Values(settings)
  }

  run(): { resources: CloudResource[]; exports: PlacedEntry[] } {
    const { calls, tree } = this.values.settings
    const all = calls.all.filter(call => !tree.isCopy(call))
    for (const call of all) this.made(call)
    for (const call of all) this.joined(call)
    return { resources: [...this.resources.values()], exports: this.exports }
  }

  private at(call: Call): Origin {
    return call.fact.at
  }

  private add(resource: CloudResource): void {
    if (this.resources.size >= MAX_RESOURCES) return
    const { address } = resource
    let free = address
    for (let n = 2; this.resources.has(free); n++) free = `${address}-${n}`
    this.resources.set(free, { ...resource, address: free })
  }

  /** An object of a class. */
  private made(call: Call): void {
    if (call.method !== '' || call.fact.own !== undefined) return
    const { values } = this
    const row = values.classRow(call)
    const type = row?.type ?? values.settings.typeOf(call)
    if (!row && type === undefined) {
      if (call.name.class === 'CfnOutput') this.exported(call)
      return
    }
    const context: PlaceContext = { values, call, self: call }
    if (type !== undefined) this.add({ address: values.address(call), type, at: this.at(call), properties: this.own(call, context) })
    for (const part of row?.also ?? []) this.part(part, values.address(call), context)
    for (const { key, value } of values.settings.calls.given(call))
      for (const item of value.is === 'list' ? value.items : [value]) if (/^events$/i.test(key)) this.source(item, call)
  }

  /** The properties that it is given, and those of the row in their place. */
  private own(call: Call, context: PlaceContext): PlacedMap {
    const { values } = this
    const at = this.at(call)
    const row = values.classRow(call)
    const properties = row?.properties ?? {}
    const taken = new Set(
      Object.values(properties).flatMap(place => [...place.matchAll(/(?:^|[\s(])\.(\w+)/g)].map(m => canonicalName(m[1]!))),
    )
    const names = new Set(Object.keys(properties).map(p => canonicalName(p.split('.')[0]!)))
    const given = values.settings.calls
      .given(call)
      .filter(({ key }) => !taken.has(canonicalName(key)) && !names.has(canonicalName(key)) && !isScope(key))
    const plain = given.map(({ key, value }): PlacedEntry => ({ key, value: values.placed(value, at), at }))
    return { is: 'map', entries: lastOfEach([...plain, ...this.said(properties, context, at).entries]), at }
  }

  private said(properties: Record<string, string>, context: PlaceContext, at: Origin): PlacedMap {
    const map: PlacedMap = { is: 'map', entries: [], at }
    for (const [path, place] of Object.entries(properties)) {
      const value = evaluatePlace(place, context)
      if (value) put(map, path.split('.'), this.values.placed(value, at), at)
    }
    return map
  }

  private part(part: Part, address: string, context: PlaceContext): void {
    if (part.where !== undefined && !isThere(part.where, context)) return
    const at = this.at(context.call)
    this.add({
      address: part.name === undefined ? address : `${address}.${part.name}`,
      type: part.type,
      at,
      properties: this.said(part.properties, context, at),
    })
  }

  /** What a method joins to what it is called on. */
  private joined(call: Call): void {
    const { values } = this
    const on = values.settings.calls.of(call.receiver)
    if (call.method === '' || !on || !call.receiver) return
    const source = /^addeventsource$/.test(canonicalName(call.method)) ? (call.positional[0] ?? call.named.get('source')?.value) : undefined
    if (source) this.source(source, on, call)
    const row = values.methodRow(call)
    if (!row) return
    const context: PlaceContext = { values, call, self: call, base: call.receiver }
    for (const part of row.adds ?? []) this.part(part, values.address(call), context)
    if (row.into) this.into(row.into, call, on, context)
  }

  /** An event source adds what starts the function that takes it. */
  private source(value: Declared, on: Call, by?: Call): void {
    const { values } = this
    const helper = values.settings.calls.of(value)
    const row = helper && values.wrapper(helper)
    if (!helper || !row?.adds) return
    const base: Declared = { is: 'made', call: on.number }
    const where = by ?? helper
    for (const part of row.adds)
      this.part(part, values.address(on), { values, call: { ...helper, fact: { ...helper.fact, at: where.fact.at } }, self: helper, base })
  }

  private into(into: { property: string; value: Record<string, string> }, call: Call, on: Call, context: PlaceContext): void {
    const resource = this.resources.get(this.values.address(on))
    if (resource?.properties.is !== 'map') return
    const at = this.at(call)
    for (const [key, place] of Object.entries(into.value)) {
      const value = evaluatePlace(place, context)
      if (!value) continue
      const placed = this.values.placed(value, at)
      if (key === '') append(resource.properties, into.property, placed, at)
      else {
        const name = evaluatePlace(key, context)
        if (name?.is === 'text') put(resource.properties, [...into.property.split('.'), name.text], placed, at)
      }
    }
  }

  private exported(call: Call): void {
    const { values } = this
    const { calls } = values.settings
    const name = calls.property(call, ['exportName'])
    const value = calls.property(call, ['value'])
    if (!name || !value) return
    const text = asText(values.placed(name, this.at(call)))
    const said = values.placed(value, this.at(call))
    if (text !== undefined && said.is === 'scalar')
      this.exports.push({ key: plainText(text) ?? namePattern(text), value: said, at: this.at(call) })
  }
}

const isScope = (key: string): boolean => /^(scope|id|constructid|resourcename)$/.test(canonicalName(key))

/** Sets a member below a path of maps. */
const put = (map: PlacedMap, [first = '', ...rest]: readonly string[], value: Placed, at: Origin): void => {
  const known = map.entries.find(e => e.key === first)
  if (rest.length === 0) {
    if (known) known.value = value
    else map.entries.push({ key: first, value, at })
    return
  }
  const below = known?.value.is === 'map' ? known.value : mapOf(at)
  if (!known) map.entries.push({ key: first, value: below, at })
  else known.value = below
  put(below, rest, value, at)
}

const append = (map: PlacedMap, key: string, value: Placed, at: Origin): void => {
  const known = map.entries.find(e => canonicalName(e.key) === canonicalName(key))
  if (known?.value.is === 'list') known.value.items.push(value)
  else if (known) known.value = { is: 'list', items: [known.value, value], at }
  else map.entries.push({ key, value: { is: 'list', items: [value], at }, at })
}

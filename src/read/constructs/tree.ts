import { canonicalName } from '../../base/names.ts'
import type { Declared } from '../../model/infrastructure.ts'
import { canonicalAddress } from '../cloud/document.ts'
import type { Call, Calls } from './calls.ts'

const MAX_LEVELS = 30

/** Properties of a stack that say where it is deployed, not what. */
const DEPLOYMENT = /^(env|region|account|stackname|description|tags|terminationprotection|scope|id|constructid)$/

/** Where each object of a program stands: below the scope it is made in, under the name it is given there. */
export class ConstructTree {
  private readonly calls: Calls
  private readonly addresses = new Map<number, string>()
  private readonly taken = new Map<string, number>()
  /** What an object of a class of the program hands to the library's class above it. */
  private readonly above = new Map<number, Call>()

  /** Names stand first, and say by themselves where a thing is: Pulumi. */
  private readonly isFlat: boolean

  constructor(calls: Calls, isFlat: boolean) {
    this.calls = calls
    this.isFlat = isFlat
    for (const call of calls.all) {
      const of = isAbove(call) ? calls.of(call.fact.base) : undefined
      if (of?.fact.own !== undefined) this.above.set(of.number, call)
    }
    for (const call of calls.all) this.address(call)
    const known = new Set<string>()
    for (const call of calls.all) {
      const like = this.likeness(call)
      if (like === undefined) continue
      if (known.has(like)) this.copies.add(call.number)
      known.add(like)
    }
  }

  private readonly copies = new Set<number>()

  /** Whether a thing belongs to a further deployment of the same: a stage of a pipeline, a stack in another region. */
  isCopy(call: Call): boolean {
    let here: Call | undefined = call
    for (let i = 0; here && i < MAX_LEVELS; i++) {
      if (this.copies.has(here.number)) return true
      here = here.receiver ? this.calls.of(here.receiver) : this.isFlat ? undefined : this.calls.of(firstOption(this.scope(here)))
    }
    return false
  }

  /** Stages of one class are one; so are stacks of one class that are told the same but for where they are deployed. */
  private likeness(call: Call): string | undefined {
    const { own } = call.fact
    if (own === undefined || !/^(Stage|Stack)$/.test(call.name.class)) return undefined
    if (call.name.class === 'Stage') return `stage ${own}`
    const told = this.calls.given(call).filter(({ key }) => !DEPLOYMENT.test(canonicalName(key)))
    return `${own} ${JSON.stringify([...call.positional.slice(0, 1), told])}`
  }

  /** The scope that an object is made in. */
  scope(call: Call): Declared | undefined {
    const given = this.above.get(call.number) ?? call
    return given.positional[0] ?? given.named.get('scope')?.value ?? call.positional[0] ?? call.named.get('scope')?.value
  }

  /** The name of an object in its scope. */
  private id(call: Call): string | undefined {
    if (this.isFlat)
      return textOf(call.positional[0]) ?? textOf(call.named.get('resourcename')?.value) ?? textOf(call.named.get('name')?.value)
    const given = this.above.get(call.number)
    const own = (of: Call | undefined): string | undefined =>
      of && (textOf(of.positional[1]) ?? textOf(of.named.get('id')?.value) ?? textOf(of.named.get('constructid')?.value))
    return own(given) ?? own(call) ?? call.fact.own
  }

  address(call: Call, level = 0): string {
    const known = this.addresses.get(call.number)
    if (known !== undefined) return known
    this.addresses.set(call.number, '')
    const above = isRoot(call) || level > MAX_LEVELS ? '' : this.aboveOf(call, level)
    const own = isRoot(call) ? '' : (this.nameOf(call) ?? `${call.name.class || call.method}-${call.fact.at.line}`)
    if (this.isFlat && above === '' && call.method === '' && own !== '')
      return this.unique(call, canonicalAddress(`${this.kind(call)}.${own.replaceAll('.', '-')}`))
    const address = canonicalAddress([above, canonicalAddress(own.replaceAll('.', '-'))].filter(part => part !== '').join('.'))
    return this.unique(call, address)
  }

  /** Things of different kinds may bear one name where nothing stands above them. */
  private kind({ name }: Call): string {
    return `${name.module}_${name.class}`.replace(/\W+/g, '_').toLowerCase()
  }

  private unique(call: Call, address: string): string {
    const times = this.taken.get(address) ?? 0
    if (address !== '') this.taken.set(address, times + 1)
    const unique = times === 0 || address === '' ? address : `${address}-${times + 1}`
    this.addresses.set(call.number, unique)
    return unique
  }

  /** Of a method its first text: `addListener('public')`. */
  private nameOf(call: Call): string | undefined {
    if (call.fact.own !== undefined || call.method === '') return this.id(call)
    const text = textOf(call.positional[0])
    return text === undefined ? undefined : `${text.replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'root'}`
  }

  private aboveOf(call: Call, level: number): string {
    if (this.isFlat && !call.receiver) return ''
    const scope = call.receiver ? this.calls.of(call.receiver) : this.calls.of(firstOption(this.scope(call)))
    return scope && scope !== call ? this.address(scope, level + 1) : ''
  }
}

const isAbove = (call: Call): boolean => /^(constructor|__init__)$/.test(call.method)

/** Applications and stages of a pipeline have no name of their own in what is deployed. */
const isRoot = (call: Call): boolean => call.name.class === 'App' && canonicalName(call.name.module) === ''

const firstOption = (value: Declared | undefined): Declared | undefined => (value?.is === 'any' ? value.options[0] : value)

/** A text with `*` for each part that is not told; undefined where nothing else is left. */
const textOf = (value: Declared | undefined): string | undefined => {
  if (value?.is === 'text') return value.text
  if (value?.is === 'any') return textOf(value.options.find(o => o.is === 'text'))
  if (value?.is !== 'concat') return undefined
  const parts = value.parts.map(part => (part.is === 'text' ? part.text : ''))
  const said = parts.join('-').replace(/-{2,}/g, '-').replace(/^-|-$/g, '')
  return said === '' ? undefined : said
}

import { canonicalName } from '../../base/names.ts'
import type { Declared, DeclaredCall, Infrastructure } from '../../model/infrastructure.ts'
import type { LibraryName } from './libraries.ts'

/** One call of a program in the library's own words. */
export interface Call {
  number: number
  fact: DeclaredCall
  name: LibraryName
  /** What a method is called on, with the member that stands between. */
  receiver?: Declared
  /** The last member: the method; empty where an object is made. */
  method: string
  positional: Declared[]
  named: Map<string, { key: string; value: Declared }>
}

/** Values inside values, at most. */
const MAX_DEPTH = 20

type Naming = (path: string) => LibraryName | undefined

/** The calls of a program by their numbers. */
export class Calls {
  readonly all: Call[]
  private readonly onto = new Map<number, Call[]>()

  constructor({ calls }: Infrastructure, naming: Naming) {
    this.all = calls.map((fact, number) => callOf(fact, number, naming))
    this.all = this.all.map(call => this.built(call))
    for (const call of this.all) {
      const on = call.receiver?.is === 'made' ? call.receiver.call : undefined
      if (on !== undefined) this.onto.set(on, [...(this.onto.get(on) ?? []), call])
    }
  }

  of(value: Declared | undefined): Call | undefined {
    return value?.is === 'made' ? this.all[value.call] : undefined
  }

  /** What is made in an object of a class of the program. */
  within(call: Call): readonly Call[] {
    return this.all.filter(other => other.positional[0]?.is === 'made' && other.positional[0].call === call.number)
  }

  /** Methods that are called on an object. */
  on(call: Call): readonly Call[] {
    return this.onto.get(call.number) ?? []
  }

  /** Java: `X.Builder.create(a).name(b).build()` makes an X of a with the property name; `XProps.builder()` one of properties alone. */
  private built(call: Call): Call {
    if (canonicalName(call.method) !== 'build' || call.receiver?.is !== 'made') return call
    const named = new Map<string, { key: string; value: Declared }>()
    let here: Call | undefined = this.of(call.receiver)
    for (let i = 0; here && i < 200; i++) {
      const { class: of, members } = here.name
      if (of !== '') {
        const isBuilder = /^(create|builder)$/.test(members.at(-1) ?? '')
        return isBuilder
          ? {
              ...call,
              name: { ...here.name, members: [] },
              method: '',
              positional: here.positional,
              named: new Map([...here.named, ...named]),
              fact: { ...call.fact, at: here.fact.at },
            }
          : call
      }
      const [value] = here.positional
      if (value && !named.has(canonicalName(here.method))) named.set(canonicalName(here.method), { key: here.method, value })
      here = this.of(here.receiver)
    }
    return call
  }

  /** What stands at a position: also what a language gives by name. */
  argument(call: Call, at: number): Declared | undefined {
    return call.positional[at]
  }

  /** A property of what a call is given: by name, or of an object of properties among its arguments. */
  property(call: Call, path: readonly string[]): Declared | undefined {
    const [first, ...rest] = path
    if (first === undefined) return undefined
    const own = call.named.get(canonicalName(first))?.value
    const found = own ?? this.given(call).find(e => canonicalName(e.key) === canonicalName(first))?.value
    return rest.length === 0 ? found : this.member(found, rest)
  }

  /** A member of a value: of a map, a list, an object of properties. */
  member(value: Declared | undefined, path: readonly string[]): Declared | undefined {
    let here = value
    for (const step of path) {
      if (here?.is === 'list' && /^\d+$/.test(step)) here = here.items[Number(step)]
      else {
        const called = this.of(here)
        if (called && /^\d+$/.test(step)) here = called.positional[Number(step)]
        else here = this.entries(here).find(e => canonicalName(e.key) === canonicalName(step))?.value
      }
    }
    return here
  }

  /** The entries of a map, or of an object that is nothing but properties. */
  entries(value: Declared | undefined, depth = 0): { key: string; value: Declared }[] {
    if (depth > MAX_DEPTH) return []
    if (value?.is === 'map') return value.entries
    if (value?.is === 'list') return value.items.flatMap(item => this.entries(item, depth + 1))
    const call = this.of(value)
    if (call?.method !== '' || (value?.is === 'made' && value.member !== undefined)) return []
    return [...call.named.values(), ...(call.positional.length === 1 ? this.entries(call.positional[0], depth + 1) : [])]
  }

  /** All properties that a call is given. */
  given(call: Call): { key: string; value: Declared }[] {
    const properties = call.positional.find(value => isProperties(value, this))
    return [...call.named.values(), ...this.entries(properties)]
  }
}

/** Classes whose objects are made of nothing and are no properties either. */
const SCOPES = new Set(['App', 'Stack', 'Stage', 'Construct', 'Config'])

const isProperties = (value: Declared | undefined, calls: Calls): boolean => {
  if (value?.is === 'map') return true
  const call = calls.of(value)
  return (
    call !== undefined &&
    !SCOPES.has(call.name.class) &&
    call.fact.own === undefined &&
    call.method === '' &&
    call.positional.length === 0 &&
    (value as { member?: string }).member === undefined
  )
}

const callOf = (fact: DeclaredCall, number: number, naming: Naming): Call => {
  const name = naming(fact.path) ?? { module: '', class: '', members: [] }
  const isMethod = name.class === '' && fact.base !== undefined && fact.own === undefined
  const method = name.members.at(-1) ?? ''
  const between = name.members.slice(0, -1).join('.')
  const base = fact.base
  const receiver = !isMethod || !base ? undefined : base.is === 'made' && between !== '' ? { ...base, member: between } : base
  const positional: Declared[] = []
  const named = new Map<string, { key: string; value: Declared }>()
  for (const { name: label, value } of fact.args)
    if (/^\d+$/.test(label)) positional[Number(label)] = value
    else named.set(canonicalName(label), { key: label, value })
  // Go hands its context to everything first.
  if (
    fact.path.startsWith('github.com/pulumi/') &&
    /\.New[A-Z]\w*$/.test(fact.path) &&
    /pulumi\.(Run\.)?\$?|ctx|a anyinst|library/.test(whyOf(positional[0]))
  )
    positional.shift()
  for (let i = 0; i < positional.length; i++) positional[i] ??= { is: 'unknown', why: 'it is not given' }
  return { number, fact, name, ...(receiver ? { receiver } : {}), method, positional, named }
}

const whyOf = (value: Declared | undefined): string => (value?.is === 'unknown' ? value.why : '')

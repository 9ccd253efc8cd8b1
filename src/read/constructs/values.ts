import { canonicalName } from '../../base/names.ts'
import { relative } from '../../base/path.ts'
import type { Declared } from '../../model/infrastructure.ts'
import { literal, notKnown, reference } from '../cloud/document.ts'
import { keptElsewhere, MAX_TEXT } from '../cloud/text.ts'
import { asText, type Origin, type Placed, scalar } from '../syntax/placed.ts'
import type { Call } from './calls.ts'
import { evaluatePlace } from './places.ts'
import type { ClassRow, MethodRow, WrapperRow } from './row.ts'
import type { Settings } from './settings.ts'

const MAX_DEPTH = 30

/** Modules whose classes each stand for the thing that they are given. */
const STANDS_FOR = /^aws\w+(targets|subscriptions|destinations|integrations|notifications|origins)$/
const PLAIN_WRAPPER: WrapperRow = { classes: '', is: '0' }

/** Values of a program as texts of a cloud document. */
export class Values {
  readonly settings: Settings

  constructor(settings: Settings) {
    this.settings = settings
  }

  classRow(call: Call): ClassRow | undefined {
    return call.method === '' ? this.settings.rows.class(this.settings.className(call)) : undefined
  }

  wrapper(call: Call): WrapperRow | undefined {
    if (call.method !== '' || call.fact.own !== undefined) return undefined
    return this.settings.rows.wrapper(this.settings.className(call)) ?? (STANDS_FOR.test(call.name.module) ? PLAIN_WRAPPER : undefined)
  }

  methodRow(call: Call): MethodRow | undefined {
    return this.settings.rows.method(call.method, this.classBehind(call.receiver, 0))
  }

  /** The class of what a value is, through methods that give something of it. */
  private classBehind(value: Declared | undefined, level: number): string {
    const call = this.settings.calls.of(value)
    if (!call || level > 20) return ''
    if (call.method === '') return this.settings.className(call)
    const { name } = call
    if (name.class !== '') return this.settings.className(call)
    return call.method !== '' && this.settings.rows.method(call.method, '') ? '' : this.classBehind(call.receiver, level + 1)
  }

  address(call: Call): string {
    return this.settings.tree.address(call)
  }

  isResource(call: Call): boolean {
    if (call.method !== '') return this.methodRow(call)?.adds?.some(part => part.name === undefined) === true
    return call.fact.own === undefined && (this.classRow(call) !== undefined || this.settings.typeOf(call) !== undefined)
  }

  /** A value as data of the document. */
  placed(value: Declared, at: Origin, depth = 0): Placed {
    if (depth > MAX_DEPTH || !this.settings.budget.take()) return scalar(notKnown('it nests too deep, or takes too many steps'), at)
    switch (value.is) {
      case 'text':
        return scalar(literal(value.text), at)
      case 'map':
        return {
          is: 'map',
          entries: lastOfEach(value.entries).map(e => ({ key: e.key, value: this.placed(e.value, at, depth + 1), at })),
          at,
        }
      case 'list':
        return { is: 'list', items: value.items.map(item => this.placed(item, at, depth + 1)), at }
      case 'concat':
        return scalar(this.joined(value.parts, at, depth), at)
      case 'path':
        return scalar(literal(relative(this.settings.folder, value.path)), at)
      case 'content':
        return scalar(notKnown('it is the content of a file'), at)
      case 'any':
        return this.oneOf(value.options, at, depth)
      case 'name':
        return scalar(literal(value.path.slice(value.path.lastIndexOf('.') + 1)), at)
      case 'unknown':
        return scalar(notKnown(value.why), at)
      case 'made':
        return this.made(value, at, depth)
    }
  }

  /** Options that say the same are one. */
  private oneOf(options: readonly Declared[], at: Origin, depth: number): Placed {
    const all = options.filter(o => o.is !== 'unknown').map(o => this.placed(o, at, depth + 1))
    const [first] = all
    const isOne = first && all.every(one => JSON.stringify(one) === JSON.stringify(first))
    return isOne ? first : scalar(notKnown('it is one of several values'), at)
  }

  private joined(parts: readonly Declared[], at: Origin, depth: number): string {
    let out = ''
    for (const part of parts) {
      out += asText(this.placed(part, at, depth + 1)) ?? notKnown('a part of it is no text')
      if (out.length > MAX_TEXT) return notKnown('it is too long')
    }
    return out
  }

  private made(value: Declared & { is: 'made' }, at: Origin, depth: number): Placed {
    const call = this.settings.calls.of(value)!
    const known = this.kept(call, value.member) ?? this.told(call)
    if (known !== undefined) return typeof known === 'string' ? scalar(known, at) : this.placed(known, at, depth + 1)
    if (call.method === '' && this.isResource(call)) return scalar(this.reference(call, value.member), at)
    const wrapper = this.wrapper(call)
    if (wrapper) {
      const of = evaluatePlace(wrapper.is, { values: this, call, self: call })
      return of ? this.placed(of, at, depth + 1) : scalar(notKnown(`what a ${call.name.class} leads to`), at)
    }
    if (/^tostring$/.test(canonicalName(call.method)) && call.receiver) return this.placed(call.receiver, at, depth + 1)
    if (call.method !== '' && call.receiver) return this.fromMethod(call, call.receiver, value.member, at, depth)
    if (call.method !== '') return this.fromStatic(call, at, depth)
    const entries = call.positional.length === 0 ? this.settings.calls.entries(value) : []
    if (entries.length > 0 && value.member === undefined) return this.placed({ is: 'map', entries }, at, depth + 1)
    return scalar(notKnown(`${call.name.class} is known only once it is deployed`), at)
  }

  private reference(call: Call, member: string | undefined): string {
    const attribute = (member ?? 'ref').replace(/\(\)/g, '')
    return reference(this.address(call), attribute)
  }

  /** A method that gives a thing of its own, a getter, or something about its receiver. */
  private fromMethod(call: Call, receiver: Declared, member: string | undefined, at: Origin, depth: number): Placed {
    if (this.isResource(call)) return scalar(this.reference(call, member), at)
    const base = this.settings.calls.of(receiver)
    if (!base || receiver.is !== 'made') return scalar(notKnown(`the result of ${call.method}`), at)
    const attribute = call.method.replace(/^get_?(?=[A-Z])/, '')
    const path = [receiver.member, attribute, member].filter(part => part !== undefined).join('.')
    return this.made({ ...receiver, member: path }, at, depth + 1)
  }

  /** `Table.fromTableName(this, 'T', name)` is known by its name; `X.of(thing)` stands for the thing. */
  private fromStatic(call: Call, at: Origin, depth: number): Placed {
    const { positional } = call
    const isImport = /^from/i.test(call.method) && positional.length > 2
    const given = isImport ? positional.slice(2) : positional
    for (const value of given) {
      const made = this.settings.calls.of(value)
      if (isImport || (made && (this.isResource(made) || this.wrapper(made)))) return this.placed(value, at, depth + 1)
    }
    const entries = isImport || call.named.size > 0 ? [...call.named.values()] : []
    const named = entries.find(({ key }) => /(name|arn|url)$/i.test(key))
    return named ? this.placed(named.value, at, depth + 1) : scalar(notKnown(`the result of ${call.name.class}.${call.method}`), at)
  }

  /** A value that is kept under a name elsewhere. */
  private kept(call: Call, member: string | undefined): string | undefined {
    const method = canonicalName(call.method)
    const of = canonicalName(call.name.class)
    if (/^(stringparameter|stringlistparameter)$/.test(of) && /^(valuefor|valuefrom|from)/.test(method))
      return this.keptAs('parameter', this.nameGiven(call, 'parameterName', method.startsWith('from') ? 2 : 1))
    if (of === 'fn' && method === 'importvalue') return this.keptAs('export', call.positional[0])
    if (of === 'secret' && /^fromsecret/.test(method)) return this.keptAs('secret', this.nameGiven(call, 'secretCompleteArn', 2))
    if (of === '' && /^(getoutput|requireoutput|getstringoutput)$/.test(method)) return this.ofStack(call)
    const isSetting =
      member === undefined && of === '' && (method === 'trygetcontext' || method === 'getcontext' || this.isConfig(call.receiver))
    return isSetting ? this.setting(call.positional[0]) : undefined
  }

  private isConfig(value: Declared | undefined): boolean {
    return this.settings.calls.of(value)?.name.class === 'Config'
  }

  private setting(key: Declared | undefined): string {
    const text = key?.is === 'text' ? key.text : undefined
    const value = text === undefined ? undefined : this.settings.settings.get(text)
    return value === undefined ? notKnown(`the setting ${text ?? 'of a computed name'} is not told`) : literal(value)
  }

  private ofStack(call: Call): string {
    const stack = this.settings.calls.of(call.receiver)
    const named = stack && (stack.positional[0] ?? stack.named.get('name')?.value)
    const project = named?.is === 'text' ? named.text.split('/').at(-2) : undefined
    const output = call.positional[0]?.is === 'text' ? call.positional[0].text : undefined
    return project === undefined || output === undefined
      ? notKnown('which stack it refers to')
      : keptElsewhere('export', `${project}.${output}`)
  }

  private nameGiven(call: Call, property: string, position: number): Declared | undefined {
    return this.settings.calls.property(call, [property]) ?? call.positional[position] ?? call.named.get(canonicalName(property))?.value
  }

  private keptAs(where: 'parameter' | 'secret' | 'export', name: Declared | undefined): string {
    const text = name && asText(this.placed(name, { file: '', line: 1 }))
    return text === undefined ? notKnown(`the name of this ${where} is not told`) : keptElsewhere(where, text)
  }

  /** Functions of the library over texts. */
  private told(call: Call): Declared | undefined {
    if (call.name.class === 'Fn' && canonicalName(call.method) === 'join') {
      const [between, list] = call.positional
      if (between && list?.is === 'list')
        return { is: 'concat', parts: list.items.flatMap((item, i) => (i > 0 ? [between, item] : [item])) }
    }
    if (/^(Token|Lazy|SecretValue)$/.test(call.name.class) && /^as|^unsafe/i.test(call.method)) return call.positional[0]
    return undefined
  }
}

/** One entry for each key: the last. */
export const lastOfEach = <T extends { key: string }>(entries: readonly T[]): T[] => [...new Map(entries.map(e => [e.key, e])).values()]

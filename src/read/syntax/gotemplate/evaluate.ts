import { TemplateError } from './lexer.ts'
import type { Command, Operand, Part, Pipe, Template } from './parser.ts'
import { type GoValue, isList, isMap, isTrue, kindOf, show, sortedKeys } from './values.ts'

/** A function of the template language. `call` is what has access to the rendering itself. */
export type GoFunction = (args: GoValue[], rendering: Rendering) => GoValue

export type Functions = Readonly<Record<string, GoFunction>>

/** Where each line of the output comes from. */
interface Origin {
  file: string
  line: number
}

export interface Rendered {
  content: string
  origin: Origin[]
}

/** What one rendering may cost. Shared by all templates of a chart. */
export interface Limits {
  steps: number
  /** Characters of output, and of any one text. */
  characters: number
}

const MAX_DEPTH = 100

/** Evaluates templates: text out, with the template's line behind each line. Throws TemplateError. */
export class Rendering {
  readonly functions: Functions
  readonly templates: Map<string, Template>
  readonly limits: Limits
  #depth = 0

  constructor(functions: Functions, templates: Map<string, Template>, limits: Limits) {
    this.functions = functions
    this.templates = templates
    this.limits = limits
  }

  render(template: Template, dot: GoValue): Rendered {
    if (++this.#depth > MAX_DEPTH) throw new TemplateError('templates call each other without end')
    const output = new Output(template.file, this.limits)
    new Frame(this, output, new Scope(dot)).run(template.parts, dot)
    this.#depth--
    return output.done()
  }

  /** The text of a named template. */
  include(name: string, dot: GoValue): string {
    const template = this.templates.get(name)
    if (!template) throw new TemplateError(`no template is called ${name.slice(0, 100)}`)
    return this.render(template, dot).content
  }

  step(cost = 1): void {
    this.limits.steps -= cost
    if (this.limits.steps < 0) throw new TemplateError('takes too many steps')
  }

  /** Puts the depth back after an error that was caught. */
  reset(): void {
    this.#depth = 0
  }
}

/** Collects text and remembers, for each of its lines, the first line of template that wrote to it. */
class Output {
  readonly #file: string
  readonly #limits: Limits
  readonly #parts: string[] = []
  readonly #lines: number[] = []
  #current: number | undefined

  constructor(file: string, limits: Limits) {
    this.#file = file
    this.#limits = limits
  }

  /** Text that the template itself holds advances line by line; a value stays at the line of its action. */
  write(text: string, line: number, isOwn: boolean): void {
    if (text === '') return
    this.#limits.characters -= text.length
    if (this.#limits.characters < 0) throw new TemplateError('gives too much text', line)
    this.#parts.push(text)
    let at = line
    text.split('\n').forEach((piece, n) => {
      if (n > 0) {
        this.#lines.push(this.#current ?? at)
        this.#current = undefined
        if (isOwn) at++
      }
      if (piece.trim() !== '') this.#current ??= at
    })
  }

  done(): Rendered {
    const content = this.#parts.join('')
    this.#lines.push(this.#current ?? this.#lines.at(-1) ?? 1)
    return { content, origin: this.#lines.map(line => ({ file: this.#file, line })) }
  }
}

/** Variables by name, innermost last. */
class Scope {
  readonly #names: [name: string, value: GoValue][] = []

  constructor(root: GoValue) {
    this.#names.push(['$', root])
  }

  get depth(): number {
    return this.#names.length
  }

  declare(name: string, value: GoValue): void {
    this.#names.push([name, value])
  }

  assign(name: string, value: GoValue): void {
    const found = this.#names.findLast(([n]) => n === name)
    if (!found) throw new TemplateError(`${name} is not declared`)
    found[1] = value
  }

  get(name: string): GoValue {
    const found = this.#names.findLast(([n]) => n === name)
    if (!found) throw new TemplateError(`${name} is not declared`)
    return found[1]
  }

  leave(depth: number): void {
    this.#names.length = depth
  }
}

type Signal = 'break' | 'continue' | undefined

/** One running template. */
class Frame {
  readonly #rendering: Rendering
  readonly #output: Output
  readonly #scope: Scope

  constructor(rendering: Rendering, output: Output, scope: Scope) {
    this.#rendering = rendering
    this.#output = output
    this.#scope = scope
  }

  run(parts: readonly Part[], dot: GoValue): Signal {
    for (const part of parts) {
      this.#rendering.step()
      try {
        const signal = this.#part(part, dot)
        if (signal) return signal
      } catch (error) {
        throw atLine(error, part.line)
      }
    }
    return undefined
  }

  #part(part: Part, dot: GoValue): Signal {
    switch (part.is) {
      case 'text':
        this.#output.write(part.text, part.line, true)
        return undefined
      case 'break':
      case 'continue':
        return part.is
      case 'action': {
        const value = this.#pipe(part.pipe, dot)
        if (part.pipe.variables.length === 0) this.#output.write(show(value), part.line, false)
        return undefined
      }
      case 'template': {
        const template = this.#rendering.templates.get(part.name)
        if (!template) throw new TemplateError(`no template is called ${part.name.slice(0, 100)}`)
        const inner = part.pipe ? this.#pipe(part.pipe, dot) : undefined
        this.#output.write(this.#rendering.render(template, inner).content, part.line, false)
        return undefined
      }
      case 'range':
        return this.#range(part, dot)
      default:
        return this.#branch(part, dot)
    }
  }

  #branch(part: Extract<Part, { is: 'if' | 'with' | 'range' }>, dot: GoValue): Signal {
    const depth = this.#scope.depth
    const value = this.#pipe(part.pipe, dot)
    const signal = isTrue(value) ? this.run(part.body, part.is === 'with' ? value : dot) : this.run(part.otherwise, dot)
    this.#scope.leave(depth)
    return signal
  }

  #range(part: Extract<Part, { is: 'if' | 'with' | 'range' }>, dot: GoValue): Signal {
    const depth = this.#scope.depth
    const value = this.#evaluated(part.pipe, dot)
    const items = elements(value)
    let signal: Signal
    for (const [key, item] of items) {
      this.#rendering.step()
      this.#bind(part.pipe, key, item)
      signal = this.run(part.body, item)
      this.#scope.leave(depth)
      if (signal === 'break') break
    }
    if (items.length === 0) {
      const inner = this.run(part.otherwise, dot)
      this.#scope.leave(depth)
      return inner
    }
    return undefined
  }

  #bind({ variables, declares }: Pipe, key: GoValue, item: GoValue): void {
    const values = variables.length === 2 ? [key, item] : [item]
    variables.slice(0, 2).forEach((name, n) => {
      if (declares) this.#scope.declare(name, values[n])
      else this.#scope.assign(name, values[n])
    })
  }

  #pipe(pipe: Pipe, dot: GoValue): GoValue {
    const value = this.#evaluated(pipe, dot)
    for (const name of pipe.variables) {
      if (pipe.declares) this.#scope.declare(name, value)
      else this.#scope.assign(name, value)
    }
    return value
  }

  #evaluated(pipe: Pipe, dot: GoValue): GoValue {
    let value: GoValue
    pipe.commands.forEach((command, n) => {
      value = this.#command(command, dot, n === 0 ? [] : [value])
    })
    return value
  }

  #command(command: Command, dot: GoValue, piped: GoValue[]): GoValue {
    this.#rendering.step()
    const [first, ...rest] = command.operands
    try {
      if (first!.is === 'function') return this.#call(first!.name, rest, dot, piped)
      const value = this.#operand(first!, dot)
      if (typeof value === 'function') return value([...rest.map(o => this.#operand(o, dot)), ...piped])
      if (rest.length + piped.length > 0) throw new TemplateError(`a ${kindOf(value)} takes no arguments`)
      return value
    } catch (error) {
      throw atLine(error, command.line)
    }
  }

  #call(name: string, operands: readonly Operand[], dot: GoValue, piped: GoValue[]): GoValue {
    if (name === 'and' || name === 'or') return this.#shortCircuit(name, operands, dot, piped)
    const found = Object.hasOwn(this.#rendering.functions, name) ? this.#rendering.functions[name] : undefined
    if (!found) throw new TemplateError(`the function ${name} is not known`)
    const args = [...operands.map(o => this.#operand(o, dot)), ...piped]
    if (DEEP.test(name)) this.#rendering.step(args.reduce<number>((sum, arg) => sum + sizeOf(arg), 0))
    const result = found(args, this.#rendering)
    this.#rendering.step(widthOf(result))
    return result
  }

  #shortCircuit(name: 'and' | 'or', operands: readonly Operand[], dot: GoValue, piped: GoValue[]): GoValue {
    let value: GoValue
    for (const operand of operands) {
      value = this.#operand(operand, dot)
      if (isTrue(value) === (name === 'or')) return value
    }
    return piped.length > 0 ? piped[0] : value
  }

  #operand(operand: Operand, dot: GoValue): GoValue {
    switch (operand.is) {
      case 'dot':
        return dot
      case 'nil':
        return undefined
      case 'constant':
        return operand.value
      case 'function':
        return this.#call(operand.name, [], dot, [])
      case 'field':
        return member(dot, operand.path)
      case 'variable':
        return member(this.#scope.get(operand.name), operand.path)
      case 'pipe':
        return member(this.#pipe(operand.pipe, dot), operand.path)
    }
  }
}

/** Functions that walk all of what they are given. */
const DEEP = /^(?:must)?(?:deepCopy|merge|mergeOverwrite|eq|ne|deepEqual|uniq|has|without)$/i

/** Parts of a value, as steps: maps and lists with all that is in them. */
const sizeOf = (value: GoValue, depth = 0): number => {
  if (depth > 60) return 1
  let size = 1
  if (isList(value)) for (const item of value) size += sizeOf(item, depth + 1)
  if (isMap(value)) for (const item of value.values()) size += sizeOf(item, depth + 1)
  return size
}

/** What making a value costs, as steps. */
const widthOf = (value: GoValue): number => {
  if (typeof value === 'string') return value.length >> 6
  return isList(value) ? value.length >> 2 : isMap(value) ? value.size >> 2 : 0
}

/** What `range` walks: keys in order, indices, or so many numbers. */
const elements = (value: GoValue): [GoValue, GoValue][] => {
  if (isList(value)) return value.map((item, n) => [BigInt(n), item])
  if (isMap(value)) return sortedKeys(value).map(key => [key, value.get(key)])
  if (typeof value === 'bigint')
    return Array.from({ length: Math.max(0, Math.min(Number(value), 100_000)) }, (_, n) => [BigInt(n), BigInt(n)])
  if (value === undefined) return []
  throw new TemplateError(`a ${kindOf(value)} cannot be walked`)
}

/** Fields one after the other. A missing key is nothing, and so is any field of nothing; a field of a missing key is an error, as in Go. */
const member = (value: GoValue, path: readonly string[]): GoValue => {
  let here = value
  if (here === undefined) return undefined
  for (const key of path) {
    if (typeof here === 'function') here = here([])
    if (here === undefined) throw new TemplateError(`nothing has a ${key}: nil pointer`)
    if (!isMap(here)) throw new TemplateError(`a ${kindOf(here)} has no ${key}`)
    here = here.get(key)
  }
  return here
}

const atLine = (error: unknown, line: number): unknown => {
  if (error instanceof TemplateError) return error.line === 0 ? new TemplateError(error.message, line) : error
  return error instanceof RangeError ? new TemplateError('too large or nested too deep', line) : error
}

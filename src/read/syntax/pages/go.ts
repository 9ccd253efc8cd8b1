import { type Operand, type Part, type Pipe, parseTemplate } from '../gotemplate/parser.ts'
import { type Draw, MAX_READS, type Page, type Read } from './page.ts'

/** Functions that look at what they are given, and show nothing of it. */
const LOOKING = new Set('len eq ne lt le gt ge and or not'.split(' '))

type Path = string[] | undefined

/** Pages of Go: the file's own, and each that it defines by name. Throws TemplateError. */
export const goPages = (source: string, file: string): Page[] => {
  const { main, defines } = parseTemplate(source, file)
  return [new Walk(undefined).run(main.parts), ...[...defines].map(([name, { parts }]) => new Walk(name).run(parts))].filter(
    p => p.reads.length > 0 || p.draws.length > 0,
  )
}

class Walk {
  readonly #reads: Read[] = []
  readonly #draws: Draw[] = []
  readonly #variables = new Map<string, Path>([['$', []]])
  readonly #name: string | undefined

  constructor(name: string | undefined) {
    this.#name = name
  }

  run(parts: readonly Part[]): Page {
    this.#parts(parts, [])
    const line = this.#reads[0]?.line ?? 1
    return { ...(this.#name !== undefined && { name: this.#name }), reads: this.#reads, draws: this.#draws, line }
  }

  #parts(parts: readonly Part[], dot: Path): void {
    for (const part of parts) {
      if (part.is === 'action') this.#pipe(part.pipe, dot, part.pipe.variables.length === 0)
      else if (part.is === 'template') {
        const from = part.pipe ? this.#pipe(part.pipe, dot, false) : undefined
        if (from && this.#draws.length < MAX_READS) this.#draws.push({ name: part.name, from })
      } else if (part.is === 'if' || part.is === 'with' || part.is === 'range') {
        const path = this.#pipe(part.pipe, dot, false)
        const item = part.is === 'range' ? path && [...path, '[]'] : path
        const names = part.pipe.variables
        if (part.is === 'range' && names.length > 0) this.#variables.set(names.at(-1)!, item)
        this.#parts(part.body, part.is === 'if' ? dot : item)
        this.#parts(part.otherwise, dot)
      }
    }
  }

  /** What a pipe leads to, where that is a path; `shown`: it goes out with all that is below it. */
  #pipe(pipe: Pipe, dot: Path, shown: boolean): Path {
    let value: Path
    for (const [n, { operands, line }] of pipe.commands.entries()) {
      const [first, ...rest] = operands
      const isLast = n === pipe.commands.length - 1
      if (first!.is !== 'function') {
        value = this.#operand(first!, dot, line, shown && isLast && rest.length === 0)
        for (const operand of rest) this.#operand(operand, dot, line, true)
      } else {
        const isLooking = LOOKING.has(first!.name)
        const given = rest.map(operand => this.#operand(operand, dot, line, !isLooking && first!.name !== 'index'))
        if (value && !isLooking) this.#read(value, line, true)
        value = first!.name === 'index' && given[0] ? [...given[0], ...indexed(rest.slice(1))] : undefined
        if (value && shown && isLast) this.#read(value, line, true)
      }
    }
    for (const name of pipe.variables) this.#variables.set(name, value)
    return value
  }

  #operand(operand: Operand, dot: Path, line: number, held: boolean): Path {
    const base = this.#base(operand, dot)
    const path = base && 'path' in operand ? [...base, ...operand.path] : base
    if (path && path.length > 0) this.#read(path, line, held)
    return path
  }

  #base(operand: Operand, dot: Path): Path {
    switch (operand.is) {
      case 'dot':
      case 'field':
        return dot
      case 'variable':
        return this.#variables.get(operand.name)
      case 'pipe':
        return this.#pipe(operand.pipe, dot, false)
      default:
        return undefined
    }
  }

  #read(path: string[], line: number, held: boolean): void {
    if (this.#reads.length < MAX_READS && path.length < 30) this.#reads.push({ path, ...(held && { held }), line: Math.max(1, line) })
  }
}

const indexed = (keys: readonly Operand[]): string[] =>
  keys.map(key => (key.is === 'constant' && typeof key.value === 'string' ? key.value : '[]'))

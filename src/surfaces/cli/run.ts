import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { CommanderError } from 'commander'
import { clean } from '../report/layout.ts'
import { commands } from './commands.ts'
import { exit } from './exit.ts'
import { version } from './package.ts'
import { type Terminal, terminal } from './terminal.ts'

/** Runs one command; only that command's code is loaded. Gives the exit code. */
export const run = async (argv: readonly string[]): Promise<number> => {
  const term = terminal()
  const { name, rest } = chosen(argv)
  const load = commands[name]
  if (!load) return wrongUse(term, `unknown command ${name}`, suggestion(name))
  try {
    const { define } = await load()
    let code: number = exit.ok
    const command = define(term, result => {
      code = result
    })
    command
      .name(`lintel ${name}`)
      .exitOverride()
      .configureOutput({ writeErr: () => {}, writeOut: text => void process.stdout.write(text) })
    await command.parseAsync(rest, { from: 'user' })
    return code
  } catch (error) {
    return failed(term, name, error)
  }
}

/** Without a command, paths and options belong to `map`. */
const chosen = (argv: readonly string[]): { name: string; rest: string[] } => {
  const [first, ...rest] = argv
  if (first === 'help' && rest[0] !== undefined) return { name: rest[0], rest: ['--help'] }
  if (first === undefined || first.startsWith('-')) return { name: 'map', rest: [...argv] }
  if (Object.hasOwn(commands, first)) return { name: first, rest }
  if (/[\\/.]/.test(first) || existsSync(resolve(first))) return { name: 'map', rest: [...argv] }
  return { name: first, rest }
}

const failed = (term: Terminal, name: string, error: unknown): number => {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exit.ok
    return wrongUse(term, error.message.replace(/^error: /, '').replace(/\n[\s\S]*/, ''), `Its options: lintel ${name} --help`)
  }
  if (isUsageError(error)) return wrongUse(term, error.message, error.remedy)
  term.err(`lintel: a defect of lintel ${version()}, not of your code\n${error instanceof Error ? error.stack : String(error)}\n`)
  term.err('  Please report it with these lines and the command you ran; npm bugs lintel opens the place for it.\n')
  return exit.defect
}

/** By its shape: the class itself would load the whole library. */
const isUsageError = (error: unknown): error is Error & { remedy: string } =>
  error instanceof Error && 'remedy' in error && typeof error.remedy === 'string'

const wrongUse = (term: Terminal, message: string, remedy: string): number => {
  term.err(`lintel: ${clean(message)}\n  ${remedy.split('\n').map(clean).join('\n  ')}\n`)
  return exit.usage
}

const suggestion = (name: string): string => {
  const near = Object.keys(commands).find(command => distance(command, name) <= 2)
  return near ? `Did you mean: lintel ${near}` : 'All commands: lintel --help'
}

/** Levenshtein distance; names of commands are short. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, c] of [...a.slice(0, 30)].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (c === b[j] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}

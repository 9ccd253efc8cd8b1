import { Command } from 'commander'
import { canonicalJson, diffSystems } from '../../../index.ts'
import { collect, outputsOf, type Reading, readOptions, withReading, working, write } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { diff } from '../views/diff.ts'

interface DiffFlags extends Reading {
  base?: string
  head?: string
  format?: string[]
}

export const define = (term: Terminal, done: (code: number) => void): Command =>
  withReading(new Command())
    .description('What a change does to the map, without a verdict.')
    .argument('[path]', 'the repository; default: this one')
    .option('--base <revision>', 'default: the merge base with the default branch')
    .option('--head <revision>', 'default: the files as they lie')
    .option('--format <format[=file]>', 'text, json (repeatable)', collect)
    .action(async (path: string | undefined, flags: DiffFlags) => {
      const outputs = outputsOf(flags.format, ['text', 'json'] as const, 'text')
      const { comparison } = await working(term, flags.quiet, progress =>
        diffSystems({
          ...readOptions(path, flags, term, progress),
          ...(flags.base === undefined ? {} : { base: flags.base }),
          ...(flags.head === undefined ? {} : { head: flags.head }),
        }),
      )
      const text = diff(comparison, term.colour)
      await write(term, outputs, format =>
        format === 'json' ? `${canonicalJson(comparison, 2)}\n` : flags.quiet ? `${text.split('\n', 1)[0]}\n` : text,
      )
      done(0)
    })

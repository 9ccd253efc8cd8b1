import { Command } from 'commander'
import { canonicalJson, fragmentOf } from '../../../index.ts'
import { collect, outputsOf, type Reading, readOptions, withReading, working, write } from '../options.ts'
import type { Terminal } from '../terminal.ts'

interface FragmentFlags extends Reading {
  rev?: string
  format?: string[]
}

export const define = (term: Terminal, done: (code: number) => void): Command =>
  withReading(new Command())
    .description('Writes what this repository contributes to the map of others: they link it with --with FRAGMENT.')
    .argument('[path]', 'the repository or folder; default: this one')
    .option('--rev <revision>', 'at a revision; default: the files as they lie')
    .option('--format <format[=file]>', 'json (repeatable)', collect)
    .action(async (path: string | undefined, flags: FragmentFlags) => {
      const outputs = outputsOf(flags.format, ['json'] as const, 'json')
      const fragment = await working(term, flags.quiet, progress =>
        fragmentOf({ ...readOptions(path, flags, term, progress), ...(flags.rev === undefined ? {} : { rev: flags.rev }) }),
      )
      await write(term, outputs, () => `${canonicalJson(fragment)}\n`)
      done(0)
    })

import { Command, Option } from 'commander'
import { canonicalJson, type ReplayStep, replay, UsageError } from '../../../index.ts'
import { reports } from '../../report/reports.ts'
import { type Reading, readOptions, wholeNumber, withReading, working } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { replayed, totals } from '../views/replay.ts'

interface ReplayFlags extends Reading {
  last: number
  head?: string
  format: 'text' | 'json'
  all?: boolean
}

export const define = (term: Terminal, done: (code: number) => void): Command =>
  withReading(new Command())
    .description('What the gate would have said of past commits, oldest first. Nothing is checked out.')
    .argument('[path]', 'the repository; default: this one')
    .option('--last <n>', 'how many commits that touch code, contracts or manifests', wholeNumber, 20)
    .option('--head <revision>', 'the newest of them; default: HEAD')
    .addOption(new Option('--format <format>', 'json: one line per commit').choices(['text', 'json']).default('text'))
    .option('--all', 'the whole verdict of each commit that is not allowed')
    .action(async (path: string | undefined, flags: ReplayFlags) => {
      const steps: ReplayStep[] = []
      await working(term, flags.quiet, async progress => {
        const options = {
          ...readOptions(path, flags, term, progress),
          last: flags.last,
          ...(flags.head === undefined ? {} : { head: flags.head }),
        }
        for await (const step of replay(options)) {
          progress.end()
          steps.push(step)
          if (flags.format === 'json') await term.out(`${canonicalJson(step)}\n`)
          else if (!flags.quiet) await term.out(shown(step, flags, term))
        }
      })
      if (steps.length === 0)
        throw new UsageError(
          'no commit to replay',
          'The history that is here touches no file Lintel reads; in a shallow clone: git fetch --unshallow',
        )
      if (flags.format === 'text') await term.out(`${totals(steps)}\n`)
      done(0)
    })

const shown = (step: ReplayStep, flags: ReplayFlags, term: Terminal): string => {
  const line = `${replayed(step, term.width, term.colour)}\n`
  if (!flags.all || step.verdict.decision === 'allow') return line
  const [, ...rest] = reports.text(step.verdict, { width: term.width, colour: term.colour }).split('\n')
  return `${line}${rest.map(l => (l === '' ? l : `  ${l}`)).join('\n')}\n`
}

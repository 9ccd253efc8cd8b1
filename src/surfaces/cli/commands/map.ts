import { Command } from 'commander'
import { mapSystem } from '../../../index.ts'
import { exports, folderExports } from '../../export/exports.ts'
import { html } from '../../export/html.ts'
import { collect, outputsOf, type Reading, readOptions, withReading, working, write } from '../options.ts'
import { builtPage } from '../package.ts'
import type { Terminal } from '../terminal.ts'
import { summary, table } from '../views/table.ts'
import { unresolved } from '../views/unresolved.ts'

const formats = ['table', 'json', 'graph-json', 'mermaid', 'dot', 'backstage', 'structurizr', 'html'] as const

interface MapFlags extends Reading {
  rev?: string
  format?: string[]
  unresolved?: boolean
}

export const define = (term: Terminal, done: (code: number) => void): Command =>
  withReading(new Command())
    .description('The map: who calls whom, from code, contracts and manifests. Several repositories or folders make one map.')
    .argument('[path...]', 'repositories or folders; default: this one, or those that the file of --config lists')
    .option('--rev <revision>', 'the map at a revision of the first path')
    .option('--format <format[=file]>', `${formats.join(', ')} (repeatable; backstage also as files of a folder)`, collect)
    .option('--unresolved', 'the calls whose other side is not known, each with what would resolve it')
    .action(async (paths: string[], flags: MapFlags) => {
      const outputs = outputsOf(flags.format, formats, 'table')
      const { model, fragments } = await working(term, flags.quiet, progress =>
        mapSystem({
          ...readOptions(paths[0], flags, term, progress),
          paths: paths.slice(1),
          ...(paths.length === 0 && flags.config !== undefined ? { estate: true } : {}),
          ...(flags.rev === undefined ? {} : { rev: flags.rev }),
        }),
      )
      const files = fragments.reduce((sum, f) => sum + f.coverage.files.read, 0)
      if (flags.unresolved) await term.out(unresolved(model, term.width))
      else if (flags.quiet && flags.format === undefined) await term.out(`${summary(model)}\n`)
      else
        await write(
          term,
          outputs,
          format => {
            if (format === 'table') return table(model, { width: term.width, colour: term.colour, ms: term.elapsed(), files })
            return format === 'html' ? html(model, builtPage()) : exports[format](model)
          },
          format => (format === 'table' || format === 'html' ? undefined : folderExports[format]?.(model)),
        )
      done(0)
    })

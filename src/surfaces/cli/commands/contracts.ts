import { Command, Option } from 'commander'
import { canonicalJson, contractConsumers, diffContracts, listContracts, type ReadableFormat, readableFormats } from '../../../index.ts'
import { clean } from '../../report/layout.ts'
import { exit } from '../exit.ts'
import { collect, outputsOf, type Reading, readOptions, withReading, working, write } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { consumersText, contractList, contractsMarkdown, contractsText } from '../views/contracts.ts'

interface DiffFlags {
  as?: ReadableFormat
  profile: 'default' | 'peer'
  compatibility?: 'backward' | 'forward' | 'full'
  also?: string[]
  failOn: 'breaking' | 'conditional'
  format?: string[]
  cache: boolean
}

interface MapFlags extends Reading {
  rev?: string
  format?: string[]
}

export const define = (term: Terminal, done: (code: number) => void): Command =>
  new Command()
    .description('Contracts: what is different between two revisions, which ones there are, and who uses them.')
    .addCommand(quietly(diffCommand(term, done)))
    .addCommand(quietly(listCommand(term, done)))
    .addCommand(quietly(consumersCommand(term, done)))

/** A subcommand does not inherit what the parent is given after it was added. */
const quietly = (command: Command): Command =>
  command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: text => void process.stdout.write(text) })

const diffCommand = (term: Terminal, done: (code: number) => void): Command =>
  new Command('diff')
    .description('Compares two documents, two folders, or two revisions of one (REV:PATH). Exits with 1 for what breaks.')
    .argument('<base>', 'a document, a folder, or REV:PATH')
    .argument('<revision>', 'the same, later')
    .addOption(new Option('--as <format>', 'the format of documents whose name does not tell').choices(readableFormats))
    .addOption(
      new Option(
        '--profile <profile>',
        'whose names and levels: our own, or those of oasdiff (OpenAPI), buf (Protobuf) and GraphQL Inspector',
      )
        .choices(['default', 'peer'])
        .default('default'),
    )
    .addOption(
      new Option('--compatibility <mode>', 'what has to hold: the new one takes old data, the old one takes new data, or both').choices([
        'backward',
        'forward',
        'full',
      ]),
    )
    .option('--also <base>', 'an earlier revision to compare with too (repeatable): compatible with all that are in use', collect)
    .addOption(new Option('--fail-on <level>', 'exit with 1 from this level on').choices(['breaking', 'conditional']).default('breaking'))
    .option('--format <format[=file]>', 'text, json, markdown (repeatable)', collect)
    .option('--no-cache', 'read everything anew and keep nothing')
    .action(async (base: string, revision: string, flags: DiffFlags) => {
      const outputs = outputsOf(flags.format, ['text', 'json', 'markdown'] as const, 'text')
      const { changes, problems } = await diffContracts({
        ...{ base, revision, folder: term.cwd },
        ...(flags.cache ? {} : { cacheDir: false as const }),
        ...(flags.as === undefined ? {} : { as: flags.as }),
        ...(flags.compatibility === undefined ? {} : { compatibility: flags.compatibility }),
        ...(flags.also === undefined ? {} : { also: flags.also }),
        ...(flags.profile === 'peer' ? { profile: { name: 'peer' as const, asOf: new Date().toISOString().slice(0, 10) } } : {}),
      })
      const render = { text: contractsText, markdown: contractsMarkdown, json: () => `${canonicalJson({ changes }, 2)}\n` }
      await write(term, outputs, format => render[format](changes, term.colour))
      for (const p of problems.slice(0, 20))
        term.err(`lintel: ${p.severity}: ${p.at ? `${clean(p.at.file)}:${p.at.line}: ` : ''}${clean(p.message)}\n`)
      const fails = changes.some(c => c.compatibility === 'breaking' || c.compatibility === flags.failOn)
      done(fails ? exit.denied : problems.some(p => p.severity === 'error') ? exit.notJudged : exit.ok)
    })

const listCommand = (term: Terminal, done: (code: number) => void): Command =>
  withReading(new Command('list'))
    .description('The contracts of a system: who serves and who calls them, and their copies.')
    .argument('[path]', 'the repository; default: this one')
    .option('--rev <revision>', 'at a revision')
    .option('--format <format[=file]>', 'text, json (repeatable)', collect)
    .action(async (path: string | undefined, flags: MapFlags) => {
      const outputs = outputsOf(flags.format, ['text', 'json'] as const, 'text')
      const contracts = await working(term, flags.quiet, progress =>
        listContracts({ ...readOptions(path, flags, term, progress), ...(flags.rev === undefined ? {} : { rev: flags.rev }) }),
      )
      await write(term, outputs, format => (format === 'json' ? `${canonicalJson({ contracts }, 2)}\n` : contractList(contracts)))
      done(exit.ok)
    })

const consumersCommand = (term: Terminal, done: (code: number) => void): Command =>
  withReading(new Command('consumers'))
    .description('Who calls a service, or uses one element of its contracts, line by line.')
    .argument('<service>', 'a service of the map')
    .argument('[element]', 'an operation (Billing/GetInvoice, "GET /invoices/{}") or a member (Invoice.tax_id, tax_id)')
    .argument('[path]', 'the repository; default: this one')
    .option('--rev <revision>', 'at a revision')
    .option('--format <format[=file]>', 'text, json (repeatable)', collect)
    .action(async (service: string, element: string | undefined, path: string | undefined, flags: MapFlags) => {
      const outputs = outputsOf(flags.format, ['text', 'json'] as const, 'text')
      const found = await working(term, flags.quiet, progress =>
        contractConsumers(
          { ...readOptions(path, flags, term, progress), ...(flags.rev === undefined ? {} : { rev: flags.rev }) },
          service,
          element,
        ),
      )
      await write(term, outputs, format => (format === 'json' ? `${canonicalJson(found, 2)}\n` : consumersText(found)))
      done(exit.ok)
    })

import { Command } from 'commander'
import type { Finding, SystemModel } from '../../../index.ts'
import { canonicalJson, checkChange, interactionsBetween, mapSystem, nodesNamed, UsageError } from '../../../index.ts'
import { buildOf } from '../../ci/environment.ts'
import { reports } from '../../report/reports.ts'
import { type Reading, readOptions, withReading, working } from '../options.ts'
import { isRuleId, ruleIds, rulePage } from '../rule-pages.ts'
import type { Terminal } from '../terminal.ts'
import { edge, evidenceChains } from '../views/edge.ts'

interface ExplainFlags extends Reading {
  path: string
  rev?: string
  base?: string
  head?: string
}

export const define = (term: Terminal, done: (code: number) => void): Command =>
  withReading(new Command())
    .description(
      'Why: the evidence of a connection (checkout->billing), what a rule judges (contract/breaks-consumers), or one finding by its fingerprint.',
    )
    .argument('<what>', 'A->B, a rule, or a fingerprint')
    .argument('[path]', 'the repository; default: this one')
    .option('--rev <revision>', 'the map at a revision')
    .option('--base <revision>', 'for a fingerprint: the change it was found in')
    .option('--head <revision>')
    .action(async (what: string, path: string | undefined, flags: ExplainFlags) => {
      const arrow = /^(.+?)\s*(?:->|→)\s*(.+)$/.exec(what)
      if (arrow) await connection(arrow[1]!, arrow[2]!, path, flags, term)
      else if (isRuleId(what)) await rule(what, term)
      else await finding(what, path, flags, term)
      done(0)
    })

const connection = async (from: string, to: string, path: string | undefined, flags: ExplainFlags, term: Terminal): Promise<void> => {
  const { model } = await working(term, flags.quiet, progress =>
    mapSystem({ ...readOptions(path, flags, term, progress), ...(flags.rev === undefined ? {} : { rev: flags.rev }) }),
  )
  const [a, b] = [named(model, from), named(model, to)]
  const found = interactionsBetween(model, a, b)
  if (found.length === 0) throw noConnection(model, from, to, a, b)
  await term.out(found.map(i => edge(model, i, term.width)).join('\n'))
}

const named = (model: SystemModel, name: string): string[] => {
  const found = nodesNamed(model, name.replace(/^~|^\w+:/, ''))
  if (found.length > 0) return found
  const names = [...model.services, ...model.resources].map(n => n.name)
  const near = names.filter(n => n.toLowerCase().includes(name.toLowerCase()) || name.toLowerCase().includes(n.toLowerCase())).slice(0, 5)
  throw new UsageError(`the map has no ${name}`, near.length > 0 ? `Near it: ${near.join(', ')}` : 'All names: lintel map')
}

const noConnection = (model: SystemModel, from: string, to: string, a: readonly string[], b: readonly string[]): UsageError => {
  const turned = interactionsBetween(model, b, a).length > 0
  const open = model.unresolved.filter(u => a.includes(u.from)).length
  const remedy = turned
    ? `It is the other way round: lintel explain "${to}->${from}"`
    : open > 0
      ? `${from} has ${open} unresolved ${open === 1 ? 'call' : 'calls'}, one may lead there: lintel map --unresolved`
      : 'All connections: lintel map'
  return new UsageError(`no connection from ${from} to ${to} was seen`, remedy)
}

const rule = async (id: string, term: Terminal): Promise<void> => {
  const page = rulePage(id)
  if (page === undefined) throw new UsageError(`there is no rule ${id}`, `Rules: ${ruleIds().join(', ')}`)
  await term.out(page.endsWith('\n') ? page : `${page}\n`)
}

const finding = async (fingerprint: string, path: string | undefined, flags: ExplainFlags, term: Terminal): Promise<void> => {
  if (/\w-$/.test(fingerprint))
    throw new UsageError(`${fingerprint} ends where the shell took > for a redirection`, `Quote it: lintel explain "${fingerprint}>B"`)
  if (!/^[0-9a-f]{6,64}$/.test(fingerprint))
    throw new UsageError(
      `${fingerprint} is no connection, rule or fingerprint`,
      'Write A->B, group/rule, or the fingerprint that a report gives',
    )
  const build = buildOf(term.env)
  const [base, head] = [flags.base ?? build?.base, flags.head ?? build?.head]
  const { verdict } = await working(term, flags.quiet, progress =>
    checkChange({
      ...readOptions(path, flags, term, progress),
      all: true,
      ...(base === undefined ? {} : { base }),
      ...(head === undefined ? {} : { head }),
    }),
  )
  const found: Finding[] = verdict.findings.filter(f => f.fingerprint.startsWith(fingerprint))
  if (found.length === 0)
    throw new UsageError(
      `no finding ${fingerprint} in this change`,
      'Name the change it was found in: --base REV --head REV; all of it: lintel check --all',
    )
  const text = reports.text(
    { ...verdict, findings: found, headline: found[0]!.message.split('\n', 1)[0]! },
    { width: term.width, colour: term.colour, all: true },
  )
  const evidence = found.flatMap(f => evidenceChains(f.evidence, term.width))
  await term.out(
    `${text}${evidence.length > 0 ? `\n  Evidence\n${evidence.join('\n')}\n` : ''}\n  Waive it on the base branch, in lintel.waivers.yaml:\n${waiver(found[0]!)}`,
  )
}

/** An entry to paste; whoever owns the consequence fills in the rest. */
const waiver = (f: Finding): string => {
  const consumers = [...new Set(f.impact.flatMap(i => (i.role === 'consumer' ? [i.party] : [])))].sort()
  const bound = consumers.length > 0 ? `      consumers: ${canonicalJson(consumers)}\n` : ''
  return `    - rule: ${f.rule}\n      subject: ${canonicalJson(f.fingerprint)}\n${bound}      reason: \n      owner: \n      expires: \n`
}

import { appendFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { BaselineEntry, Verdict } from '../../../index.ts'
import { checkChange, UsageError } from '../../../index.ts'
import { type CommentMode, keepComment } from '../../ci/comment.ts'
import { type Build, buildOf, mergeBase } from '../../ci/environment.ts'
import { resolved } from '../../report/markdown.ts'
import type { ReportOptions } from '../../report/report.ts'
import { reports } from '../../report/reports.ts'
import { markerOf } from '../../report/words.ts'
import { exit } from '../exit.ts'
import { collect, outputsOf, type Reading, readOptions, withReading, working, write } from '../options.ts'
import { version } from '../package.ts'
import { ruleText } from '../rule-pages.ts'
import type { Terminal } from '../terminal.ts'

const formats = ['text', 'json', 'markdown', 'sarif', 'github', 'junit'] as const

interface CheckFlags extends Reading {
  base?: string
  head?: string
  format?: string[]
  failOn: 'error' | 'warning' | 'none'
  all?: boolean
  writeBaseline?: string | true
  allowGrowth?: boolean
  asOf?: string
  waivers?: string
  comment?: CommentMode | true
  summary?: boolean
  gate: string
}

export const define = (term: Terminal, done: (code: number) => void): Command =>
  withReading(new Command())
    .description('Judges a change: which consumers break, where, and what to do. The policy is the one of the base.')
    .argument('[path]', 'the repository; default: this one')
    .option('--base <revision>', 'what the change starts from; default: from the build, else the merge base with the default branch')
    .option('--head <revision>', 'what is judged; default: the files as they lie, in a build HEAD')
    .option('--format <format[=file]>', `${formats.join(', ')} (repeatable)`, collect)
    .addOption(new Option('--fail-on <level>', 'exit with 1 from this level on').choices(['error', 'warning', 'none']).default('error'))
    .option('--all', 'what was there before too, and notes')
    .option('--write-baseline [file]', 'with --all: write the debt that is known; it only shrinks; default: lintel.baseline.json')
    .option('--allow-growth', 'with --write-baseline: take in what is new too')
    .option('--as-of <date>', 'the date that waivers are judged at; default: that of the head commit', isoDate)
    .option('--waivers <file>', 'a waivers file from outside the judged tree')
    .addOption(
      new Option('--comment [mode]', 'keep one comment on the pull request (needs GITHUB_TOKEN or GITLAB_TOKEN)').choices([
        'on-change',
        'always',
        'on-failure',
        'never',
      ]),
    )
    .option('--summary', "append the verdict to the job's summary, where the build has one")
    .option('--gate <name>', 'tells several gates on one pull request apart', 'default')
    .action(async (path: string | undefined, flags: CheckFlags) => {
      const outputs = outputsOf(flags.format, formats, 'text')
      const build = buildOf(term.env)
      const { verdict, baseline } = await working(term, flags.quiet, progress =>
        checkChange({ ...readOptions(path, flags, term, progress), ...change(path, flags, build, term), ...rest(flags, term) }),
      )
      const options = reportOptions(verdict, flags, build, term)
      await write(term, outputs, format =>
        format === 'text' && flags.quiet ? firstLine(verdict, options) : reports[format](verdict, options),
      )
      if (flags.writeBaseline) writeBaseline(baseline(flags.allowGrowth === true), path, flags, term)
      if (flags.summary && build?.summaryFile) appendSummary(build.summaryFile, reports.markdown(verdict, options), term)
      if (flags.comment) await comment(verdict, options, flags, build, term)
      done(exitCode(verdict, flags.failOn))
    })

const isoDate = (value: string): string => {
  if (!/^\d{4}-\d\d-\d\d$/.test(value) || Number.isNaN(Date.parse(value)))
    throw new InvalidArgumentError('It is a date such as 2026-11-22.')
  return value
}

/** Flags win over the build; the build's branch is taken where the pull request left it. */
const change = (
  path: string | undefined,
  flags: CheckFlags,
  build: Build | undefined,
  term: Terminal,
): { base?: string; head?: string } => {
  const head = flags.head ?? (flags.base === undefined ? build?.head : undefined)
  const fromBuild = build?.base === undefined ? undefined : mergeBase(resolve(term.cwd, path ?? '.'), build.base, head ?? 'HEAD')
  const base = flags.base ?? fromBuild
  return { ...(base === undefined ? {} : { base }), ...(head === undefined ? {} : { head }) }
}

const rest = (flags: CheckFlags, term: Terminal) => ({
  ...(flags.all ? { all: true } : {}),
  ...(flags.asOf === undefined ? {} : { asOf: flags.asOf }),
  ...(flags.waivers === undefined ? {} : { waivers: resolve(term.cwd, flags.waivers) }),
})

const reportOptions = (verdict: Verdict, flags: CheckFlags, build: Build | undefined, term: Terminal): ReportOptions => {
  const sha = /^[0-9a-f]{40,64}$/.test(verdict.head.revision) ? verdict.head.revision : build?.headSha
  return {
    width: term.width,
    colour: term.colour,
    ms: term.elapsed(),
    version: version(),
    gate: flags.gate,
    rule: ruleText,
    ...(flags.all ? { all: true } : {}),
    ...(build?.headSha ? { headSha: build.headSha } : {}),
    ...(build?.blobs && sha ? { urlBase: build.blobs(sha) } : {}),
  }
}

const writeBaseline = (
  entries: readonly BaselineEntry[],
  path: string | undefined,
  { writeBaseline: named, all }: CheckFlags,
  term: Terminal,
): void => {
  if (!all) throw new UsageError('--write-baseline needs a run over everything', 'Add --all: lintel check --all --write-baseline')
  const file = named === true ? resolve(term.cwd, path ?? '.', 'lintel.baseline.json') : resolve(term.cwd, named!)
  writeFileSync(file, `${JSON.stringify({ entries }, undefined, 2)}\n`)
  term.err(`${entries.length} ${entries.length === 1 ? 'finding' : 'findings'} in ${file}\n`)
}

const firstLine = (verdict: Verdict, options: ReportOptions): string => `${reports.text(verdict, options).split('\n', 1)[0]}\n`

const appendSummary = (file: string, text: string, term: Terminal): void => {
  try {
    appendFileSync(file, text)
  } catch (error) {
    term.err(`lintel: warning: no job summary: ${(error as Error).message}\n`)
  }
}

/** The gate's answer is its exit code; a comment that cannot be written is a warning. */
const comment = async (
  verdict: Verdict,
  options: ReportOptions,
  flags: CheckFlags,
  build: Build | undefined,
  term: Terminal,
): Promise<void> => {
  if (!build)
    throw new UsageError(
      '--comment needs a build on GitHub or GitLab',
      'Leave it out here; --format markdown prints what the comment would say',
    )
  if (!build.comments)
    return term.err('lintel: warning: no comment: this build names no pull request, or has no GITHUB_TOKEN or GITLAB_TOKEN\n')
  const failing = verdict.decision === 'deny' || !verdict.complete
  const mode = flags.comment === true ? 'on-change' : flags.comment!
  const kept = await keepComment(build.comments, {
    marker: markerOf(flags.gate),
    body: reports.markdown(verdict, options),
    resolved: resolved(verdict, options),
    quiet: mode === 'on-failure' ? !failing : verdict.decision === 'allow' && verdict.complete,
    mode,
    ...(build.headSha ? { headSha: build.headSha } : {}),
  })
  if (kept.did === 'failed') term.err(`lintel: warning: no comment: ${kept.why}\n`)
}

/** A proven break is a refusal even where something else could not be judged. */
export const exitCode = (verdict: Verdict, failOn: CheckFlags['failOn']): number => {
  if (verdict.decision === 'deny' && failOn !== 'none') return exit.denied
  if (!verdict.complete) return exit.notJudged
  return verdict.decision === 'warn' && failOn === 'warning' ? exit.denied : exit.ok
}

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Command } from 'commander'
import { mapSystem, UsageError } from '../../../index.ts'
import { listedRepositories, repositoriesAt, shownDiff, withEstate, writtenPaths } from '../estate.ts'
import { toFile, working } from '../options.ts'
import { version } from '../package.ts'
import { configTemplate, githubWorkflow, gitlabJob } from '../templates.ts'
import type { Terminal } from '../terminal.ts'

interface InitFlags {
  estate?: string[]
  yes?: boolean
  dryRun?: boolean
}

interface Plan {
  file: string
  text: string
  there: boolean
  /** What is shown of it; default: the text. */
  shown?: string
}

export const define = (term: Terminal, done: (code: number) => void): Command =>
  new Command()
    .description(
      'Writes lintel.config.yaml and a workflow that judges pull requests. Shows them first; never changes a file that is there. With --estate one configuration lists many repositories and who owns what in them: what it lacks is added.',
    )
    .argument('[path]', 'the repository; default: this one')
    .option('--estate <paths...>', 'repositories, or folders of them, that one configuration here is to list')
    .option('-y, --yes', 'write without asking')
    .option('--dry-run', 'only show')
    .action(async (path: string | undefined, flags: InitFlags) => {
      const root = resolve(term.cwd, path ?? '.')
      if (!existsSync(root) || !statSync(root).isDirectory())
        throw new UsageError(`${root} is not a folder`, 'Give the root of the repository: lintel init PATH')
      const plans = flags.estate ? [await estatePlan(root, flags.estate, term)] : plansFor(root)
      for (const plan of plans)
        await term.out(
          plan.there ? `${plan.file} is there already and stays as it is\n` : `${plan.file}\n${indented(plan.shown ?? plan.text)}\n`,
        )
      await term.out(
        await outcome(
          root,
          plans.filter(p => !p.there),
          flags,
          term,
        ),
      )
      done(0)
    })

const configs = ['lintel.config.yaml', 'lintel.config.yml', 'lintel.config.json']

const plansFor = (root: string): Plan[] => {
  const config = configs.find(f => existsSync(join(root, f)))
  const plans: Plan[] = [{ file: config ?? configs[0]!, text: configTemplate, there: config !== undefined }]
  const gitlab = existsSync(join(root, '.gitlab-ci.yml'))
  const workflow = gitlab ? '.gitlab/lintel.gitlab-ci.yml' : '.github/workflows/lintel.yml'
  return [
    ...plans,
    { file: workflow, text: gitlab ? gitlabJob(version()) : githubWorkflow(version()), there: existsSync(join(root, workflow)) },
  ]
}

/** The configuration of an estate: repositories that it does not list yet, and services that nobody owns. */
const estatePlan = async (root: string, named: readonly string[], term: Terminal): Promise<Plan> => {
  const paths = named.map(path => resolve(term.cwd, path))
  const wrong = paths.find(path => !existsSync(path) || !statSync(path).isDirectory())
  if (wrong) throw new UsageError(`${wrong} is not a folder`, 'Name repositories, or folders that hold them: lintel init --estate PATH...')
  const file = configs.find(f => existsSync(join(root, f)))
  if (file?.endsWith('.json'))
    throw new UsageError(`${file} is no YAML`, 'Rename it to lintel.config.yaml: JSON is YAML, and comments need it.')
  const before = file === undefined ? '' : readFileSync(join(root, file), 'utf8')
  const found = repositoriesAt(paths)
  const all = [...new Set([...listedRepositories(before).map(path => resolve(root, path)), ...found])].filter(path => existsSync(path))
  const { model } = await working(term, false, progress =>
    mapSystem({
      ...{ path: all[0]!, paths: all.slice(1), alone: true, onProgress: progress.on },
      ...(file === undefined ? {} : { config: join(root, file) }),
    }),
  )
  const unowned = model.services.filter(s => s.owners.length === 0 && s.state !== 'optional')
  const text = withEstate(before, writtenPaths(root, found), unowned)
  return { file: file ?? configs[0]!, text, there: text === before, shown: shownDiff(before, text) }
}

const outcome = async (root: string, wanted: readonly Plan[], flags: InitFlags, term: Terminal): Promise<string> => {
  if (wanted.length === 0) return 'Nothing to do.\n'
  if (flags.dryRun) return 'Nothing written (dry run).\n'
  if (!flags.yes && !(await agreed(term, `Write ${wanted.map(p => p.file).join(' and ')}? [y/N] `)))
    return 'Nothing written. To write without a question: lintel init --yes\n'
  for (const plan of wanted) toFile(join(root, plan.file), plan.text)
  return `Written: ${wanted.map(p => p.file).join(', ')}. Commit them; the gate reads its policy from the base branch.\n`
}

/** No question where nobody can answer. */
const agreed = async (term: Terminal, question: string): Promise<boolean> => {
  if (!term.interactive || !process.stdin.isTTY) return false
  const ask = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await ask.question(question)).trim())
  } finally {
    ask.close()
  }
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ')

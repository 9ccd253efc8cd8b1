import { spawn } from 'node:child_process'
import { UsageError } from '../base/usage-error.ts'

/** Git ended with an error; `stderr` is its own words. */
export class GitFailure extends Error {
  override name = 'GitFailure'
  readonly stderr: string
  constructor(args: readonly string[], stderr: string) {
    super(`git ${args[0]}: ${stderr.trim().split('\n')[0] ?? ''}`)
    this.stderr = stderr
  }
}

const OUTPUT_LIMIT = 512 * 1024 * 1024

/**
 * What is set for every git: no hook, no monitor, no pager, no prompt, no transport (so that no missing object is fetched),
 * no replaced objects, and the language of messages that are looked at here.
 */
const settings: [string, string][] = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.quotePath', 'false'],
  ['log.showSignature', 'false'],
  ['submodule.recurse', 'false'],
]

/** The environment of every git: this process's own, with the settings above and `more`. */
export const safeEnv = (more: readonly [string, string][] = []): NodeJS.ProcessEnv => {
  const env: NodeJS.ProcessEnv = { ...process.env }
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_NAMESPACE', 'GIT_EXTERNAL_DIFF', 'GIT_CONFIG_PARAMETERS'])
    delete env[name]
  const all = [...settings, ...more]
  return Object.assign(env, {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_PAGER: 'cat',
    LC_ALL: 'C',
    GIT_CONFIG_COUNT: String(all.length),
    ...Object.fromEntries(
      all.flatMap(([key, value], i) => [
        [`GIT_CONFIG_KEY_${i}`, key],
        [`GIT_CONFIG_VALUE_${i}`, value],
      ]),
    ),
  })
}

/** Runs git and gives what it wrote; a non-zero end throws GitFailure. Process starts are what a warm run mostly pays for: join them. */
export const runGit = (folder: string, env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Buffer> =>
  new Promise((done, fail) => {
    const child = spawn('git', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    const out: Buffer[] = []
    const err: Buffer[] = []
    let size = 0
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > OUTPUT_LIMIT) child.kill()
      else out.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (err.length < 64) err.push(chunk)
    })
    child.on('error', error => fail(startFailure(folder, error)))
    child.on('close', status => {
      if (size > OUTPUT_LIMIT) fail(new GitFailure(args, `more than ${OUTPUT_LIMIT} bytes of output`))
      else if (status === 0) done(Buffer.concat(out))
      else fail(new GitFailure(args, Buffer.concat(err).toString()))
    })
  })

const startFailure = (folder: string, error: Error): UsageError =>
  'code' in error && error.code === 'ENOENT'
    ? new UsageError(`git could not be started in ${folder}`, 'Install git, or name a folder that exists.')
    : new UsageError(`git could not be started: ${error.message}`, 'See that git runs here: git --version')

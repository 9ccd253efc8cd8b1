import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

interface Action {
  inputs: Record<string, { required: boolean; default?: string }>
  outputs: Record<string, { value: string }>
  runs: { using: string; steps: { id?: string; shell: string; env?: Record<string, string>; run: string }[] }
}

const root = fileURLToPath(new URL('..', import.meta.url))
const text = readFileSync(join(root, 'action.yml'), 'utf8')
const action = load(text) as Action
const step = action.runs.steps.find(s => s.id === 'check')!

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lintel-action-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const git = (cwd: string, ...args: string[]): void => {
  const identity = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  }
  const { status, stderr } = spawnSync('git', args, { cwd, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: folder, ...identity } })
  if (status !== 0) throw new Error(stderr)
}

/** Runs the step as the runner does, with its inputs as the environment gives them. */
const run = (cwd: string, inputs: Record<string, string>) => {
  const output = join(folder, 'output')
  writeFileSync(output, '')
  const unset = Object.fromEntries(Object.keys(step.env!).map(name => [name, '']))
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    XDG_CACHE_HOME: folder,
    RUNNER_TEMP: folder,
    GITHUB_OUTPUT: output,
    GITHUB_ACTION_PATH: root,
  }
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
    cwd,
    encoding: 'utf8',
    env: { ...env, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(folder, 'summary'), ...unset, ...inputs },
  })
  const outputs = Object.fromEntries(
    readFileSync(output, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(l => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)]),
  )
  return { status, stdout, stderr, outputs }
}

describe('the action', () => {
  it('has no default that would shadow the configuration', () => {
    expect(
      Object.entries(action.inputs)
        .filter(([, input]) => input.default !== undefined)
        .map(([name]) => name),
    ).toEqual(['github-token'])
  })

  it('takes no input into a script: whoever names a branch would write the script', () => {
    for (const { run } of action.runs.steps) expect(run).not.toContain('${{')
  })

  it('gives every output that it names', () => {
    for (const [name, { value }] of Object.entries(action.outputs)) {
      expect(value).toBe(`\${{ steps.check.outputs.${name} }}`)
      expect(step.run).toContain(`${name}=`)
    }
  })

  it('has its permissions written down, and the warning', () => {
    for (const word of ['contents: read', 'pull-requests: write', 'security-events: write', 'fetch-depth: 0']) expect(text).toContain(word)
    expect(text).toMatch(/Never run this on `pull_request_target`/)
  })
})

describe.runIf(existsSync(join(root, 'dist/cli.js')))('its step', () => {
  it('judges, writes the outputs and the summary, and warns without a token', () => {
    const repository = join(folder, 'a repository')
    mkdirSync(repository)
    writeFileSync(join(repository, 'README.md'), 'hello\n')
    git(repository, 'init', '-q', '-b', 'main')
    git(repository, 'add', '-A')
    git(repository, 'commit', '-q', '-m', 'first')
    writeFileSync(join(repository, 'README.md'), 'hello again\n')
    const { status, stdout, stderr, outputs } = run(folder, {
      LINTEL_FOLDER: 'a repository',
      LINTEL_BASE: 'HEAD',
      LINTEL_FAIL_ON: 'warning',
      LINTEL_SARIF: 'out.sarif',
    })
    expect({ status, outputs }).toEqual({
      status: 0,
      outputs: {
        verdict: 'allow',
        'findings-count': '0',
        'graph-revision': expect.stringMatching(/^[0-9a-f]{16,}$/) as string,
        report: join(folder, 'lintel-verdict.json'),
        'comment-body': join(folder, 'lintel-comment.md'),
      },
    })
    expect(stdout).toContain('✓ allow')
    expect(stderr).toContain('warning: no comment')
    expect(readFileSync(join(folder, 'summary'), 'utf8')).toContain('✓ allow')
    expect(existsSync(join(folder, 'out.sarif'))).toBe(true)
  })

  it('passes on the exit code of wrong use, without outputs', () => {
    const { status, outputs } = run(folder, { LINTEL_FOLDER: 'nowhere' })
    expect({ status, outputs }).toEqual({ status: 2, outputs: {} })
  })
})

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const command = fileURLToPath(new URL('../bin/lintel.js', import.meta.url))
const isBuilt = existsSync(fileURLToPath(new URL('../dist/cli.js', import.meta.url)))

let folder = ''
let cache = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lintel-cli-'))
  cache = mkdtempSync(join(tmpdir(), 'lintel-cache-'))
})
afterAll(() => {
  for (const path of [folder, cache]) rmSync(path, { recursive: true, force: true })
})

/** Runs the built command as a user does; the environment is bare, so that no build around the tests is taken for ours. */
const lintel = (args: string[], options: { cwd?: string; env?: Record<string, string> } = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: options.cwd ?? folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: cache, XDG_CACHE_HOME: cache, ...options.env },
  })
  return { status, stdout, stderr }
}

const git = (cwd: string, ...args: string[]): string => {
  const identity = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  }
  const { status, stdout, stderr } = spawnSync('git', args, {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: cache, GIT_CONFIG_GLOBAL: '/dev/null', ...identity },
  })
  if (status !== 0) throw new Error(stderr)
  return stdout.trim()
}

/** A repository of its own for one test, with one commit. */
const repository = (name: string, files: Record<string, string>): string => {
  const root = join(folder, name)
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(root, file, '..'), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  git(root, 'init', '-q', '-b', 'main')
  git(root, 'add', '-A')
  git(root, 'commit', '-q', '-m', 'first')
  return root
}

describe.runIf(isBuilt)('the command', () => {
  it('answers --version and --help without loading anything else', () => {
    expect(lintel(['--version'])).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' })
    const { status, stdout } = lintel(['--help'])
    expect(status).toBe(0)
    expect(stdout).toContain('lintel check [PATH]')
    const main = readFileSync(fileURLToPath(new URL('../dist/cli.js', import.meta.url)), 'utf8')
    expect(
      [...main.matchAll(/^import .*from "([^"]+)"/gm)].map(m => m[1]).filter(m => !m!.startsWith('node:') && !/package|help/.test(m!)),
    ).toEqual([])
  })

  it('knows the help of each command', () => {
    for (const name of ['map', 'check', 'diff', 'replay', 'explain', 'init', 'fragment']) {
      const { status, stdout, stderr } = lintel([name, '--help'])
      expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: '' })
      expect(stdout).toContain(`Usage: lintel ${name}`)
      expect(lintel(['help', name]).stdout).toBe(stdout)
    }
  })

  const wrong: [string[], RegExp][] = [
    [['chekc'], /unknown command chekc\n {2}Did you mean: lintel check/],
    [['--frobnicate'], /unknown option '--frobnicate'\n {2}Its options: lintel map --help/],
    [['check', '--format', 'pdf'], /unknown format pdf\n {2}Formats: text, json/],
    [['check', '--format', 'json='], /no file after json=\n/],
    [['check', '--as-of', 'yesterday'], /'yesterday' is invalid/],
    [['check', '--fail-on', 'everything'], /'everything' is invalid/],
    [['replay', '--last', '-3'], /-3/],
    [['explain', 'no/such-rule'], /there is no rule no\/such-rule\n {2}Rules: /],
    [['explain', 'gibberish!'], /is no connection, rule or fingerprint\n/],
    [['map', './nowhere'], /nowhere/],
    [['check', './nowhere'], /nowhere/],
    [['init', './nowhere'], /is not a folder\n/],
  ]
  for (const [args, message] of wrong)
    it(`says what is wrong and what to do: lintel ${args.join(' ')}`, () => {
      const { status, stdout, stderr } = lintel(args)
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      expect(stderr).toMatch(message)
      expect(stderr).toMatch(/^lintel: [^\n]+\n {2}[^\n]+/)
      expect(stderr).not.toMatch(/^\s+at /m)
    })

  it('cannot check what is no repository', () => {
    mkdirSync(join(folder, 'plain'), { recursive: true })
    const { status, stderr } = lintel(['check', 'plain'])
    expect(status).toBe(2)
    expect(stderr).toMatch(/^lintel: .*\n {2}\S/)
  })

  it('names an unknown revision', () => {
    const root = repository('revisions', { 'README.md': 'hello\n' })
    const { status, stderr } = lintel(['check', '--base', 'no-such-branch'], { cwd: root })
    expect(status).toBe(2)
    expect(stderr).toContain('no-such-branch')
  })

  it('never takes a revision for an option of git', () => {
    const root = repository('options', { 'README.md': 'hello\n' })
    const { status } = lintel(['check', `--base=--output=${join(root, 'pwned')}`], { cwd: root })
    expect(status).toBe(2)
    expect(existsSync(join(root, 'pwned'))).toBe(false)
  })

  it('allows a change that reaches nobody, in one line on stdout', () => {
    const root = repository('docs', { 'README.md': 'hello\n' })
    writeFileSync(join(root, 'README.md'), 'hello again\n')
    const { status, stdout, stderr } = lintel(['check', '--base', 'HEAD'], { cwd: root })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^✓ allow {2}.*\n$/)
  })

  it('writes each format where it is told to', () => {
    const root = repository('formats', { 'README.md': 'hello\n' })
    const { status, stdout } = lintel(
      ['check', '--base', 'HEAD', '--format', 'text', '--format', 'json=out/verdict.json', '--format', 'sarif=out/lintel.sarif'],
      {
        cwd: root,
      },
    )
    expect(status).toBe(0)
    expect(stdout).toMatch(/^✓ allow/)
    expect(JSON.parse(readFileSync(join(root, 'out/verdict.json'), 'utf8'))).toMatchObject({ schema: 1, decision: 'allow' })
    expect(JSON.parse(readFileSync(join(root, 'out/lintel.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' })
  })

  it('appends the job summary, and warns without a token for the comment', () => {
    const root = repository('summary', { 'README.md': 'hello\n' })
    const file = join(folder, 'summary.md')
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file, GITHUB_REPOSITORY: 'ticket/office' }
    const { status, stderr } = lintel(['check', '--base', 'HEAD', '--summary', '--comment'], { cwd: root, env })
    expect(status).toBe(0)
    expect(stderr).toMatch(/warning: no comment/)
    expect(readFileSync(file, 'utf8')).toContain('### ✓ allow')
  })

  /** `feature` left `main` at its first commit; `main` has moved on since, here and at the remote. */
  const pullRequest = (name: string): { root: string; fork: string; head: string } => {
    const root = repository(name, { 'README.md': 'hello\n' })
    const fork = git(root, 'rev-parse', 'HEAD')
    git(root, 'commit', '-q', '--allow-empty', '-m', 'main moves on')
    git(root, 'update-ref', 'refs/remotes/origin/main', 'HEAD')
    git(root, 'checkout', '-q', '-b', 'feature', fork)
    writeFileSync(join(root, 'README.md'), 'hello again\n')
    git(root, 'commit', '-q', '-am', 'a change')
    return { root, fork, head: git(root, 'rev-parse', 'HEAD') }
  }

  it('judges a pull request of GitHub from where it left its target', () => {
    const { root, fork, head } = pullRequest('github-base')
    const env = { GITHUB_ACTIONS: 'true', GITHUB_BASE_REF: 'main' }
    const { status, stdout } = lintel(['check', '--format', 'json'], { cwd: root, env })
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ base: { revision: fork }, head: { revision: head } })
  })

  it('closes the comment of an earlier run on the pull request', async () => {
    const { root, head } = pullRequest('github-comment')
    const event = join(folder, 'event.json')
    writeFileSync(event, JSON.stringify({ pull_request: { number: 7, head: { sha: head } } }))
    const writes: { method: string; url: string; body: string }[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', chunk => {
        body += String(chunk)
      })
      request.on('end', () => {
        if (request.method !== 'GET')
          writes.push({ method: request.method!, url: request.url!, body: (JSON.parse(body) as { body: string }).body })
        const comments = [{ id: 42, body: '<!-- lintel:gate:default sha=0ld -->\nold', user: { type: 'Bot' } }]
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(request.url!.includes('/pulls/') ? { head: { sha: head } } : comments))
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const env = {
      PATH: process.env.PATH,
      HOME: cache,
      XDG_CACHE_HOME: cache,
      GITHUB_ACTIONS: 'true',
      GITHUB_BASE_REF: 'main',
      GITHUB_EVENT_PATH: event,
      GITHUB_REPOSITORY: 'ticket/office',
      GITHUB_TOKEN: 'secret',
      GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    }
    const status = await new Promise(resolve =>
      spawn(process.execPath, [command, 'check', '--comment'], { cwd: root, env, stdio: 'ignore' }).on('close', resolve),
    )
    server.close()
    expect(status).toBe(0)
    expect(writes).toEqual([
      {
        method: 'PATCH',
        url: '/repos/ticket/office/issues/comments/42',
        body: `<!-- lintel:gate:default sha=${head} -->\n✓ lintel: resolved in ${head.slice(0, 7)}\n`,
      },
    ])
  })

  it('writes what init shows, once, and leaves what is there', () => {
    const root = repository('init', { 'README.md': 'hello\n' })
    const dry = lintel(['init', '--dry-run'], { cwd: root })
    expect(dry.stdout).toContain('Nothing written (dry run).')
    expect(existsSync(join(root, 'lintel.config.yaml'))).toBe(false)
    expect(lintel(['init'], { cwd: root }).stdout).toContain('Nothing written. To write without a question')
    expect(lintel(['init', '--yes'], { cwd: root }).stdout).toContain('Written: lintel.config.yaml, .github/workflows/lintel.yml')
    writeFileSync(join(root, 'lintel.config.yaml'), '# mine\n')
    const again = lintel(['init', '--yes'], { cwd: root })
    expect(again.stdout).toContain('Nothing to do.')
    expect(readFileSync(join(root, 'lintel.config.yaml'), 'utf8')).toBe('# mine\n')
    expect(lintel(['check', '--base', 'HEAD'], { cwd: root }).status).toBe(0)
  })

  it('colours nothing without a terminal unless it is forced to', () => {
    const root = repository('colour', { 'README.md': 'hello\n' })
    const coloured = (env: Record<string, string>): boolean =>
      lintel(['check', '--base', 'HEAD'], { cwd: root, env }).stdout.includes('\u001b[')
    expect(coloured({})).toBe(false)
    expect(coloured({ FORCE_COLOR: '1' })).toBe(true)
    expect(coloured({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false)
    expect(coloured({ FORCE_COLOR: '0' })).toBe(false)
  })

  it('ends quietly when its reader has seen enough', () => {
    const { status, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${command}" --help | head -c 1`], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})

// Makes a git repository from a system in fixtures/systems and applies one of its changes as a second commit.
// A change is data: { title, write: {path: content}, replace: [{file, from, to}], delete: [path], expect }.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const systems = fileURLToPath(new URL('../fixtures/systems/', import.meta.url))

/** Reads a change of a system. */
export const readChange = (system, name) => JSON.parse(readFileSync(join(systems, system, 'changes', `${name}.json`), 'utf8'))

/** Applies a change to the files below `folder`. Throws when a text to replace is not there: the fixture is stale. */
export const applyChange = (folder, change) => {
  for (const [path, content] of Object.entries(change.write ?? {})) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  for (const { file, from, to } of change.replace ?? []) {
    const content = readFileSync(join(folder, file), 'utf8')
    if (!content.includes(from)) throw new Error(`${file} does not contain ${JSON.stringify(from)}`)
    writeFileSync(
      join(folder, file),
      content.replaceAll(from, () => to),
    )
  }
  for (const path of change.delete ?? []) rmSync(join(folder, path))
}

const git = (folder, ...args) =>
  execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.org', '-c', 'commit.gpgsign=false', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
    env: {
      ...process.env,
      GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
      GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
    },
  })

/**
 * A fresh repository with the system's base as its only commit; returns its folder. With `paths`, files and folders of the base, it is a
 * repository that holds only these, as if the system's services lived apart.
 */
export const makeRepository = (system, { paths = ['.'], name = system } = {}) => {
  const folder = join(mkdtempSync(join(tmpdir(), 'lintel-')), name)
  for (const path of paths) cpSync(join(systems, system, 'base', path), join(folder, path), { recursive: true })
  git(folder, 'init', '-q', '-b', 'main')
  git(folder, 'add', '-A')
  git(folder, 'commit', '-q', '-m', 'the system as it is')
  return folder
}

/** Commits a change on top of what is there; returns its expectation. */
export const commitChange = (folder, change) => {
  applyChange(folder, change)
  git(folder, 'add', '-A')
  git(folder, 'commit', '-q', '-m', change.title)
  return change.expect
}

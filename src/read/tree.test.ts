import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changedPaths, commitDate, defaultBranch, firstParentLog, mergeBase, openRepository, resolveCommit } from './git.ts'
import type { Tree, TreeContent } from './tree.ts'
import { differingPaths, memoryTree } from './tree.ts'
import { openTree } from './tree-open.ts'

let temporary: string
let repo: string

const git = (...args: string[]): string =>
  execFileSync(
    'git',
    ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', '-c', 'protocol.file.allow=always', ...args],
    {
      cwd: repo,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
    },
  ).trim()

const write = (path: string, content: string | Buffer): void => {
  mkdirSync(join(repo, path, '..'), { recursive: true })
  writeFileSync(join(repo, path), content)
}

const commit = (message: string): string => {
  git('add', '-A')
  git('commit', '-qm', message)
  return git('rev-parse', 'HEAD')
}

const contents = async (tree: Tree, limit = 1000): Promise<TreeContent[]> => {
  const found: TreeContent[] = []
  for await (const content of tree.read(await tree.entries(), limit)) found.push(content)
  tree.close()
  return found
}

const texts = async (tree: Tree): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await contents(tree)).map(c => [c.entry.path, 'bytes' in c ? c.bytes.toString() : 'missing' in c ? `! ${c.missing}` : '! too large']),
  )

beforeEach(() => {
  temporary = realpathSync(mkdtempSync(join(tmpdir(), 'lintel-tree-')))
  repo = join(temporary, 'office')
  mkdirSync(repo)
  git('init', '-q', '-b', 'main')
})

afterEach(() => rmSync(temporary, { recursive: true, force: true }))

describe('a folder', () => {
  it('gives tracked, changed and untracked files with the ids git would give', async () => {
    write('kept.txt', 'kept')
    write('changed.txt', 'before')
    write('gone.txt', 'gone')
    write('.gitignore', 'ignored.txt\n')
    commit('one')
    write('changed.txt', 'after')
    write('new/ü.txt', 'new')
    write('ignored.txt', 'ignored')
    rmSync(join(repo, 'gone.txt'))
    const tree = await openTree(repo)
    expect(await texts(tree)).toEqual({ '.gitignore': 'ignored.txt\n', 'changed.txt': 'after', 'kept.txt': 'kept', 'new/ü.txt': 'new' })
    expect(tree).toMatchObject({ repo: 'office', revision: 'worktree', problems: [] })
    for (const { path, blob } of await tree.entries()) expect(blob, path).toBe(git('hash-object', path))
  })

  it('without git: leaves out .git, node_modules and what .gitignore names', async () => {
    repo = join(temporary, 'plain')
    for (const path of ['a.txt', 'node_modules/x/i.js', 'dist/out.js', 'deep/dist/out.js', 'keep.log', 'other.log']) write(path, path)
    write('.gitignore', 'dist/\n*.log\n!keep.log\n')
    expect((await (await openTree(repo)).entries()).map(e => e.path)).toEqual(['.gitignore', 'a.txt', 'keep.log'])
  })

  it('links are followed inside the tree only', async () => {
    write('a/real.txt', 'real')
    writeFileSync(join(temporary, 'secret.txt'), 'secret')
    symlinkSync('a/real.txt', join(repo, 'inside.txt'))
    symlinkSync('inside.txt', join(repo, 'twice.txt'))
    symlinkSync('../secret.txt', join(repo, 'outside.txt'))
    symlinkSync(join(temporary, 'secret.txt'), join(repo, 'absolute.txt'))
    symlinkSync('loop.txt', join(repo, 'loop.txt'))
    symlinkSync('..', join(repo, 'a/up'))
    const id = commit('links')
    for (const tree of [await openTree(repo), await openTree(repo, id)]) {
      expect(await texts(tree)).toEqual({ 'a/real.txt': 'real', 'inside.txt': 'real', 'twice.txt': 'real' })
      expect(tree.problems.map(p => [p.code, p.at?.file])).toEqual([
        ['tree/symlink-outside', 'absolute.txt'],
        ['tree/symlink-outside', 'outside.txt'],
      ])
    }
  })

  it('a tracked folder that became a link is not followed', async () => {
    write('a/file.txt', 'mine')
    commit('one')
    const tree = await openTree(repo)
    const entries = await tree.entries()
    mkdirSync(join(temporary, 'elsewhere'))
    writeFileSync(join(temporary, 'elsewhere/file.txt'), 'secret')
    renameSync(join(repo, 'a'), join(temporary, 'old'))
    symlinkSync(join(temporary, 'elsewhere'), join(repo, 'a'))
    for await (const content of tree.read(entries, 100))
      expect(content).toMatchObject({ missing: expect.stringContaining('leaves the tree') })
  })

  it('a file deleted, replaced by a link or by a pipe between listing and reading is said to be missing', async () => {
    for (const path of ['gone.txt', 'link.txt', 'pipe.txt']) write(path, path)
    const tree = await openTree(repo)
    const entries = await tree.entries()
    unlinkSync(join(repo, 'gone.txt'))
    unlinkSync(join(repo, 'link.txt'))
    symlinkSync('/etc/hostname', join(repo, 'link.txt'))
    unlinkSync(join(repo, 'pipe.txt'))
    execFileSync('mkfifo', [join(repo, 'pipe.txt')])
    const found: TreeContent[] = []
    for await (const content of tree.read(entries, 100)) found.push(content)
    expect(found.map(c => ('missing' in c ? c.missing : c))).toEqual([
      'it was deleted between listing and reading',
      'it became a symbolic link between listing and reading',
      'it is not a regular file',
    ])
  })

  it('a file that changed between listing and reading says its new id', async () => {
    write('a.txt', 'one')
    const tree = await openTree(repo)
    const entries = await tree.entries()
    write('a.txt', 'two')
    for await (const content of tree.read(entries, 100)) expect(content).toMatchObject({ blob: git('hash-object', 'a.txt') })
  })

  it('runs no filter that the repository configures', async () => {
    write('.gitattributes', '* filter=evil\n')
    write('a.txt', 'one')
    commit('one')
    git('config', 'filter.evil.clean', `touch ${join(temporary, 'ran')}; cat`)
    git('config', 'filter.evil.required', 'true')
    git('config', 'core.fsmonitor', `touch ${join(temporary, 'ran')}`)
    write('a.txt', 'two')
    expect((await texts(await openTree(repo)))['a.txt']).toBe('two')
    expect(() => realpathSync(join(temporary, 'ran'))).toThrow()
  })

  it('names that are not UTF-8 are read, with one problem', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${repo}/caf`), Buffer.from([0xe9]), Buffer.from('.txt')]), 'latin')
    for (const tree of [await openTree(repo), await openTree(repo, commit('one'))]) {
      expect(await texts(tree)).toEqual({ 'caf\ufffd.txt': 'latin' })
      expect(tree.problems.map(p => p.code)).toEqual(['tree/name-encoding'])
    }
  })

  it('a folder below the top is a tree of its own', async () => {
    write('a/x.txt', 'x')
    write('b/y.txt', 'y')
    const id = commit('one')
    expect(await texts(await openTree(join(repo, 'a')))).toEqual({ 'x.txt': 'x' })
    expect(await texts(await openTree(join(repo, 'a'), id))).toEqual({ 'x.txt': 'x' })
  })

  it('what does not exist is a usage error', async () => {
    await expect(openTree(join(temporary, 'nowhere'))).rejects.toMatchObject({ name: 'UsageError' })
  })
})

describe('a revision', () => {
  it('a tag is peeled, files beyond the limit are not read, empty and large files come in order', async () => {
    write('a.txt', 'a')
    write('big.txt', 'x'.repeat(200_000))
    write('empty.txt', '')
    write('z.txt', 'z')
    const id = commit('one')
    git('tag', '-a', 'v1', '-m', 'v1')
    const tree = await openTree(repo, 'v1')
    expect(tree.revision).toBe(id)
    expect((await contents(tree)).map(c => ('bytes' in c ? c.bytes.toString() : 'tooLarge' in c ? c.tooLarge : c))).toEqual([
      'a',
      200_000,
      '',
      'z',
    ])
  })

  it('a bare repository is read at HEAD', async () => {
    write('a.txt', 'a')
    const id = commit('one')
    const bare = join(temporary, 'bare.git')
    git('clone', '-q', '--bare', repo, bare)
    const tree = await openTree(bare)
    expect(tree.revision).toBe(id)
    expect(await texts(tree)).toEqual({ 'a.txt': 'a' })
  })

  it('a blob that is not there costs its file only', async () => {
    write('a.txt', 'a')
    write('b.txt', 'b')
    const id = commit('one')
    const blob = git('rev-parse', 'HEAD:a.txt')
    unlinkSync(join(repo, '.git/objects', blob.slice(0, 2), blob.slice(2)))
    expect(await texts(await openTree(repo, id))).toEqual({ 'a.txt': expect.stringContaining('is not in this clone'), 'b.txt': 'b' })
  })

  it('a partial clone fetches nothing', async () => {
    write('a.txt', 'a')
    write('b.txt', 'b')
    const id = commit('one')
    git('config', 'uploadpack.allowFilter', 'true')
    git('clone', '-q', '--no-checkout', '--filter=blob:none', `file://${repo}`, join(temporary, 'partial'))
    const found = await texts(await openTree(join(temporary, 'partial'), id))
    expect(Object.keys(found)).toEqual(['a.txt', 'b.txt'])
    for (const text of Object.values(found)) expect(text).toContain('is not in this clone')
  })

  it('submodules are left out, and said', async () => {
    write('a.txt', 'a')
    commit('one')
    git('update-index', '--add', '--cacheinfo', `160000,${git('rev-parse', 'HEAD')},lib/sub`)
    git('commit', '-qm', 'sub')
    const tree = await openTree(repo, 'HEAD')
    expect(await texts(tree)).toEqual({ 'a.txt': 'a' })
    expect(tree.problems.map(p => p.code)).toEqual(['tree/submodule'])
    expect(await texts(await openTree(repo))).toEqual({ 'a.txt': 'a' })
  })
})

describe('git', () => {
  it('unknown revisions, options in disguise and folders without a repository are usage errors', async () => {
    write('a.txt', 'a')
    commit('one')
    const repository = await openRepository(repo)
    await expect(resolveCommit(repository, 'nope')).rejects.toMatchObject({ name: 'UsageError', message: expect.stringContaining('nope') })
    await expect(resolveCommit(repository, '--all')).rejects.toMatchObject({ name: 'UsageError' })
    await expect(resolveCommit(repository, 'HEAD:a.txt')).rejects.toMatchObject({ name: 'UsageError' })
    await expect(openRepository(temporary)).rejects.toMatchObject({ name: 'UsageError' })
  })

  it('a shallow clone without the base says how to fetch it', async () => {
    write('a.txt', '1')
    const first = commit('one')
    write('a.txt', '2')
    commit('two')
    git('clone', '-q', '--depth', '1', `file://${repo}`, join(temporary, 'shallow'))
    const shallow = await openRepository(join(temporary, 'shallow'))
    await expect(resolveCommit(shallow, first)).rejects.toMatchObject({ remedy: expect.stringContaining('fetch') })
    await expect(resolveCommit(shallow, 'origin/release')).rejects.toMatchObject({ remedy: expect.stringContaining('origin release') })
  })

  it('merge base, default branch, changed paths and history', async () => {
    write('a.txt', '1')
    const first = commit('one')
    write('b.txt', '1')
    const second = commit('two')
    git('checkout', '-qb', 'side', first)
    write('c/d.txt', '1')
    rmSync(join(repo, 'a.txt'))
    const third = commit('three')
    const repository = await openRepository(join(repo, 'c'))
    expect(repository).toMatchObject({ root: repo, bare: false, shallow: false, name: 'office' })
    expect(await mergeBase(repository, second, third)).toBe(first)
    expect(await commitDate(repository, third)).toBe(git('log', '-1', '--format=%cs', third))
    expect(await defaultBranch(repository)).toBe('main')
    expect(await changedPaths(repository, first, third)).toEqual(['a.txt', 'c/d.txt'])
    const base = await (await openTree(repo, first)).entries()
    expect(differingPaths(base, await (await openTree(repo, third)).entries())).toEqual(['a.txt', 'c/d.txt'])
    expect(await firstParentLog(repository, third, { last: 5 })).toMatchObject([
      { id: third, parent: first, author: 't', email: 't@example.org', subject: 'three' },
      { id: first, subject: 'one' },
    ])
    expect(await firstParentLog(repository, third, { last: 5, paths: ['c'] })).toHaveLength(1)
  })

  it('a repository is named after its remote', async () => {
    for (const [address, name] of [
      ['git@example.org:team/seating.git', 'seating'],
      ['https://example.org/team/pricing/', 'pricing'],
      ['../elsewhere/ledger/.git', 'ledger'],
    ]) {
      git('config', 'remote.origin.url', address!)
      expect((await openRepository(repo)).name).toBe(name)
    }
  })
})

describe('memory', () => {
  it('refuses paths that leave the tree', async () => {
    const tree = memoryTree({ 'a.txt': 'a', '../b.txt': 'b', 'x/../../c': 'c', '.git/config': 'd' })
    expect((await tree.entries()).map(e => e.path)).toEqual(['a.txt'])
    expect(tree.problems.map(p => p.code)).toEqual(['tree/path', 'tree/path', 'tree/path'])
  })
})

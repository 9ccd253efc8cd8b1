// A scratch repository on top of a bare one: new commits without a checkout, objects borrowed, nothing written to the original.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Opens a scratch repository over `original`. `commit(parent, edits)` takes {path: content | null} and returns the new commit's id. */
export const scratchRepository = original => {
  const folder = mkdtempSync(join(tmpdir(), 'lintel-bench-'))
  const run = (args, options = {}) =>
    execFileSync('git', ['--git-dir', folder, ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: {
        ...process.env,
        GIT_INDEX_FILE: join(folder, 'scratch-index'),
        GIT_NO_LAZY_FETCH: '1',
        GIT_AUTHOR_NAME: 'Bench',
        GIT_AUTHOR_EMAIL: 'bench@example.org',
        GIT_COMMITTER_NAME: 'Bench',
        GIT_COMMITTER_EMAIL: 'bench@example.org',
      },
      ...options,
    })
  execFileSync('git', ['init', '-q', '--bare', folder])
  const objects = execFileSync('git', ['--git-dir', original, 'rev-parse', '--git-path', 'objects'], {
    encoding: 'utf8',
    cwd: original,
  }).trim()
  writeFileSync(join(folder, 'objects/info/alternates'), `${objects.startsWith('/') ? objects : join(original, objects)}\n`)
  return {
    folder,
    /** A commit without parents that holds a tree: a whole revision or a folder of it. */
    root: tree => run(['commit-tree', run(['rev-parse', tree.includes(':') ? tree : `${tree}^{tree}`]).trim(), '-m', 'base']).trim(),
    show: (revision, path) => run(['show', `${revision}:${path}`]),
    commit: (parent, edits, message = 'change') => {
      run(['read-tree', parent])
      for (const [path, content] of Object.entries(edits)) {
        if (content === null) run(['update-index', '--force-remove', path])
        else {
          const blob = run(['hash-object', '-w', '--stdin'], { input: content }).trim()
          run(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`])
        }
      }
      return run(['commit-tree', run(['write-tree']).trim(), '-p', parent, '-m', message]).trim()
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

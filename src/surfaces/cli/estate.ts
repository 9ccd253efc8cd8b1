import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Service } from '../../index.ts'

/** Repositories at or directly below some paths: a folder that is none itself, and holds some, stands for those. */
export const repositoriesAt = (paths: readonly string[]): string[] =>
  paths.flatMap(path => {
    if (existsSync(join(path, '.git'))) return [path]
    const inside = readdirSync(path, { withFileTypes: true })
      .filter(e => e.isDirectory() && existsSync(join(path, e.name, '.git')))
      .map(e => join(path, e.name))
      .sort()
    return inside.length > 0 ? inside : [path]
  })

/** As they are written in a configuration in `root`. */
export const writtenPaths = (root: string, paths: readonly string[]): string[] => [
  ...new Set(paths.map(path => relative(root, path).replaceAll('\\', '/') || '.')),
]

const HEAD = `# Lintel's view of the whole estate: no file is needed in the repositories themselves.
# The map:            lintel map --config lintel.config.yaml
# A change of one:    lintel check PATH --config lintel.config.yaml
`

/** The configuration with repositories, and a line to fill in for each service without an owner. What is there stays as it is. */
export const withEstate = (text: string, repositories: readonly string[], unowned: readonly Service[]): string => {
  const known = listedRepositories(text)
  const fresh = repositories.filter(r => !known.includes(r)).map(r => `  - ${scalar(r)}`)
  const listed = inBlock(text === '' ? HEAD : text, 'repositories', [], fresh)
  const open = unowned.filter(s => !new RegExp(`^[ \\t]+#?[ \\t]*${literal(scalar(s.name))}[ \\t]*:`, 'm').test(blockOf(text, 'owners')))
  const width = Math.max(0, ...open.map(s => scalar(s.name).length))
  const lines = open.map(
    s => `  # ${`${scalar(s.name)}:`.padEnd(width + 1)} "@team"    # ${[s.repo, s.paths[0]].filter(Boolean).join('/')}`,
  )
  const why = ['  # Neither CODEOWNERS nor a catalog says who owns these; a folder or a glob of paths may stand for many.']
  return inBlock(listed, 'owners', why, lines)
}

/** What the list of a configuration has; entries in brackets count too. */
export const listedRepositories = (text: string): string[] => {
  const block = blockOf(text, 'repositories')
  const inline = /^repositories:[ \t]*\[([^\]]*)\]/m.exec(block)?.[1]
  const items = inline === undefined ? [...block.matchAll(/^[ \t]*-[ \t]+(.+?)[ \t]*(?:#.*)?$/gm)].map(m => m[1]!) : inline.split(',')
  return items.map(unquoted).filter(item => item !== '')
}

const unquoted = (item: string): string => item.trim().replace(/^(['"])(.*)\1$/, '$2')

const scalar = (text: string): string => (/^[\w./-]+$/.test(text) && !/^[\d.-]+$/.test(text) ? text : JSON.stringify(text))

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A key with all that belongs to it; empty where it is not there. */
const blockOf = (text: string, key: string): string => new RegExp(`^${key}:.*(?:\\n(?:[ \\t]+.*|-.*|))*`, 'm').exec(text)?.[0] ?? ''

/** Adds lines at the end of a key's block, which is made where it is missing. */
const inBlock = (text: string, key: string, introduction: readonly string[], lines: readonly string[]): string => {
  if (lines.length === 0) return text
  const block = blockOf(text, key)
  if (block === '') return `${text.trimEnd()}\n\n${[`${key}:`, ...introduction, ...lines].join('\n')}\n`
  const inline = /^\w+:[ \t]*\[([^\]]*)\]/.exec(block)
  const kept = inline
    ? inline[1]!
        .split(',')
        .map(unquoted)
        .filter(Boolean)
        .map(item => `  - ${scalar(item)}`)
    : []
  const body = inline ? [`${key}:`, ...kept] : [block.replace(/^(\w+:)[ \t]*\{[ \t]*\}/, '$1').trimEnd()]
  return text.replace(block, () => `${[...body, ...lines].join('\n')}\n${block.endsWith('\n\n') ? '\n' : ''}`)
}

/** New lines with a plus, some old ones around them. */
export const shownDiff = (before: string, after: string): string => {
  const known = before === '' ? [] : before.split('\n')
  let at = 0
  return after
    .trimEnd()
    .split('\n')
    .map(line => {
      if (known[at] !== line) return `+ ${line}`
      at++
      return `  ${line}`
    })
    .join('\n')
}

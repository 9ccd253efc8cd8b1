import type { FileProblem } from '../../model/evidence.ts'
import type { ModuleFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'

/** go.mod and go.work: module path, direct dependencies, replacements inside the repository, modules of a workspace. */
export const go: Reader = {
  name: 'build/go',
  version: 1,
  wants: path => /(^|\/)go\.(?:mod|work)$/.test(path),
  read: ({ content }) => {
    const directives = directivesOf(content)
    const problems: FileProblem[] = []
    const module = moduleOf(directives)
    if (module.names.length === 0 && module.modules.length === 0)
      problems.push({ code: 'go/no-module', message: 'neither a module nor a workspace', severity: 'warning', line: 1 })
    return { manifest: [module], problems }
  },
}

interface Directive {
  verb: string
  words: string[]
  indirect: boolean
  line: number
}

/** `verb a b` and `verb ( … )`, comments apart. */
const directivesOf = (content: string): Directive[] => {
  const out: Directive[] = []
  let block: string | undefined
  content.split('\n').forEach((source, i) => {
    const [code = '', comment = ''] = source.split('//', 2)
    const words = code.trim().split(/\s+/).filter(Boolean).map(unquoted)
    if (words.length === 0) return
    if (words[0] === ')') block = undefined
    else if (words[1] === '(') block = words[0]
    else {
      const [verb, ...rest] = block === undefined ? words : [block, ...words]
      out.push({ verb: verb!, words: rest, indirect: comment.trim() === 'indirect', line: i + 1 })
    }
  })
  return out
}

const unquoted = (word: string): string => word.replace(/^["`]|["`]$/g, '')

const moduleOf = (directives: readonly Directive[]): ModuleFact => {
  const module = directives.find(d => d.verb === 'module')
  const version = directives.find(d => d.verb === 'go')?.words[0]
  const replaced = new Map(
    directives.filter(d => d.verb === 'replace').map(d => [d.words[0] ?? '', { path: localTarget(d.words), line: d.line }]),
  )
  const required = directives.filter(d => d.verb === 'require' && (!d.indirect || replaced.get(d.words[0] ?? '')?.path !== undefined))
  const dependencies = required.flatMap(({ words: [name, at], line }) => {
    if (!name) return []
    const path = replaced.get(name)?.path
    return [{ name, ...(at ? { version: at } : {}), scope: 'runtime' as const, ...(path === undefined ? {} : { path }), spot: { line } }]
  })
  return {
    says: 'module',
    system: 'go',
    names: module?.words[0] ? [module.words[0]] : [],
    ...(version ? { version } : {}),
    dependencies,
    entryPoints: [],
    generates: [],
    modules: directives.filter(d => d.verb === 'use').flatMap(d => d.words[0] ?? []),
    spot: { line: module?.line ?? 1 },
  }
}

/** The folder behind `a [v] => ./folder`; undefined for a replacement by another module. */
const localTarget = (words: readonly string[]): string | undefined => {
  const target = words[words.indexOf('=>') + 1]
  return words.includes('=>') && target && /^\.{1,2}(?:\/|$)/.test(target) ? target : undefined
}

import { Names, pathsIn } from './expressions.ts'
import { type Draw, lineCounter, MAX_READS, type Page, type Read } from './page.ts'

const ATTRIBUTE = /\b(?:data-)?th[:-]([\w-]{1,40})\s{0,3}=\s{0,3}"([^"]{0,2000})"|\[\[(\$\{[^}]{1,500}\})\]\]/g
const HOLE = /([$*])\{([^{}]{0,1000})\}/g

/** Thymeleaf: what its attributes say. */
export const thymeleafPage = (source: string): Page => {
  const names = new Names()
  const reads: Read[] = []
  const draws: Draw[] = []
  const lineOf = lineCounter(source)
  let chosen: string[] = []
  for (const part of source.matchAll(ATTRIBUTE)) {
    if (reads.length > MAX_READS) break
    const line = lineOf(part.index)
    const kind = part[1] ?? 'text'
    const value = part[2] ?? part[3]!
    const paths: string[][] = []
    for (const [, mark, expression] of value.matchAll(HOLE))
      for (const { path, counted } of pathsIn(expression!)) {
        const full = mark === '*' ? [...chosen, ...path] : names.resolve(path)
        paths.push(full)
        const isAsked = counted || /^(each|if|unless|switch|case|object|with|class|classappend|style)$/.test(kind)
        reads.push({ path: full, ...(!isAsked && { held: true as const }), line })
      }
    if (kind === 'object' && paths[0]) chosen = paths[0]
    const item = kind === 'each' ? /^\s*(\w+)/.exec(value)?.[1] : undefined
    if (item !== undefined && paths[0]) names.bind(item, [...paths[0], '[]'])
    if (kind === 'with')
      for (const [, name, path] of value.matchAll(/(\w+)\s*=\s*\$\{\s*([\w.]+)\s*\}/g)) names.bind(name!, names.resolve(path!.split('.')))
    const drawn = /^(replace|insert|include|decorate)$/.test(kind) ? /^\s*(?:~\{)?\s*([\w./-]+)/.exec(value)?.[1] : undefined
    if (drawn !== undefined) draws.push({ name: drawn, from: [] })
  }
  return { reads, draws, line: 1 }
}

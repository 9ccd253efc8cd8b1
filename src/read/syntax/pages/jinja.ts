import { Names, pathsIn } from './expressions.ts'
import { type Draw, lineCounter, MAX_READS, type Page, type Read } from './page.ts'

const PARTS = /\{\{-?([^{}]{1,2000}?)-?\}\}|\{%[-+]?\s*(\w+)([^%]{0,2000}?)[-+]?%\}/g

/** Jinja and its family: Django, Twig, Nunjucks, Liquid, Tera. */
export const jinjaPage = (source: string): Page => {
  const names = new Names()
  const reads: Read[] = []
  const draws: Draw[] = []
  const lineOf = lineCounter(source)
  for (const part of source.matchAll(PARTS)) {
    if (reads.length > MAX_READS) break
    const line = lineOf(part.index)
    const [, shown, word, rest = ''] = part
    const add = (expression: string, held: boolean): void => {
      for (const { path, counted } of pathsIn(expression))
        reads.push({ path: names.resolve(path), ...(held && !counted && { held }), line })
    }
    if (shown !== undefined) add(shown, true)
    else if (word === 'for') {
      const loop = /^\s*([\w, ]+?)\s+in\s+(.*)$/s.exec(rest)
      if (!loop) continue
      add(loop[2]!, false)
      const source = pathsIn(loop[2]!)[0]?.path
      const item = loop[1]!.split(',').at(-1)!.trim()
      if (source) names.bind(item, [...names.resolve(source), ...(source.at(-1) === '[]' ? [] : ['[]'])])
    } else if (word === 'set' || word === 'assign') {
      const [, name, value = ''] = /^\s*(\w+)\s*=(.*)$/s.exec(rest) ?? []
      const found = pathsIn(value)
      add(value, found.length > 1)
      if (name !== undefined && found.length === 1) names.bind(name, names.resolve(found[0]!.path))
    } else if (word === 'include' || word === 'extends' || word === 'render') {
      const name = /['"]([^'"]+)['"]/.exec(rest)?.[1]
      if (name !== undefined) draws.push({ name, from: [] })
    } else add(rest, !/^(if|elif|elseif|elsif|unless|endfor|endif|block)$/.test(word!))
  }
  return { reads, draws, line: 1 }
}

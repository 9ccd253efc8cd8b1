import { isInside } from '../base/path.ts'
import type { Program } from '../model/fragment.ts'

/** Templates that a server fills in for a browser, by the folders and endings that their engines look for. */
const PAGE =
  /\.(?:cshtml|razor|gohtml|jinja2?|ejs|pug|hbs|mustache|erb|haml|slim|twig|latte|heex|jsp|jspx|ftlh?|tera)$|\.blade\.php$|\/(?:templates|views)\/(?:[^/]+\/)*[^/]+\.(?:html?|tmpl|eex)$/i

/** A page links to or sends something: one alone may be a letter. */
const SEVERAL = 2

/** Programs that have pages of their own say so. What lies outside of its folder is another's. */
export const withPages = (programs: readonly Program[], paths: readonly string[]): Program[] => {
  const pages = paths.filter(path => PAGE.test(`/${path}`))
  const roots = programs.map(p => p.root)
  const ownerOf = (path: string): string | undefined =>
    roots
      .filter(root => root !== '' && isInside(path, root))
      .reduce<string | undefined>((a, b) => (a && a.length > b.length ? a : b), undefined)
  const counts = new Map<string, number>()
  for (const path of pages) {
    const owner = ownerOf(path)
    if (owner !== undefined) counts.set(owner, (counts.get(owner) ?? 0) + 1)
  }
  return programs.map(program => ((counts.get(program.root) ?? 0) >= SEVERAL ? { ...program, pages: true } : program))
}

import type { PageFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'
import { TemplateError } from '../syntax/gotemplate/lexer.ts'
import { goPages } from '../syntax/pages/go.ts'
import { jinjaPage } from '../syntax/pages/jinja.ts'
import type { Page } from '../syntax/pages/page.ts'
import { thymeleafPage } from '../syntax/pages/thymeleaf.ts'

const MAX_TEXT = 300_000
const GO = /\{\{-?\s*(?:define|range|template|with|block|end|else)\b|\{\{-?\s*(?:if\s+)?[$.][A-Za-z.]/
const THYMELEAF = /\b(?:data-)?th[:-]\w+\s*=/
/** Handlebars walks by its own rules. */
const OTHERS = /\{\{\s*[#/^>]/

/** Pages that a server fills in: what they read of what they are given. */
export const pages: Reader = {
  name: 'config/pages',
  version: 1,
  wants: path => /\.(html?|xhtml|gohtml|tmpl|jinja2?|j2|twig|njk|liquid|tera)$/i.test(path),
  recognises: content => content.length <= MAX_TEXT && (/\{\{|\{%/.test(content) || THYMELEAF.test(content)) && !OTHERS.test(content),
  read: ({ path, content }) => {
    if (THYMELEAF.test(content)) return { manifest: [factOf(thymeleafPage(content))], problems: [] }
    if (!GO.test(content) || content.includes('{%')) return { manifest: [factOf(jinjaPage(content))], problems: [] }
    try {
      return { manifest: goPages(content, path).map(factOf), problems: [] }
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      // Frameworks of the browser write their holes alike: such a page reads nothing that a server gives it.
      if (!/\.(?:tmpl|gohtml)$/i.test(path)) return { manifest: [], problems: [] }
      const line = Math.min(Math.max(error.line, 1), content.split('\n').length)
      const message = `this template cannot be read (${error.message}); what it shows of other services' answers is missing`
      return { problems: [{ code: 'pages/syntax', message, severity: 'warning', line }] }
    }
  },
}

const factOf = ({ name, reads, draws, line }: Page): PageFact => ({
  says: 'page',
  ...(name !== undefined && { name }),
  reads: reads.map(({ path, held, line }) => ({ path, ...(held && { held }), spot: { line } })),
  draws,
  spot: { line },
})

import { github } from './github.ts'
import { json } from './json.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import type { Report } from './report.ts'
import { sarif } from './sarif.ts'
import { text } from './text.ts'

/** Every way to print a verdict, by the name of its format. */
export const reports: Record<'text' | 'json' | 'markdown' | 'sarif' | 'github' | 'junit', Report> = {
  text,
  json,
  markdown,
  sarif,
  github,
  junit,
}

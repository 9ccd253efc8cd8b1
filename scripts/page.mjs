// Builds the page that `lintel map --format html` fills in: one document with its style and script inside, and places for title and map.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

const web = fileURLToPath(new URL('../src/surfaces/web/', import.meta.url))
const hash = text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing in a script may look like the end of its element. */
const inElement = script => script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')

const compact = css =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .trim()

/** The document, with `{{lintel:title}}` and `{{lintel:map}}` left to fill in. Its policy allows its own script and style, and nothing else. */
export const buildPage = async () => {
  const { output } = await build({
    cwd: web,
    input: 'main.tsx',
    platform: 'browser',
    transform: { define: { 'process.env.NODE_ENV': '"production"' }, jsx: { runtime: 'automatic', development: false } },
    output: { format: 'iife', minify: true },
    write: false,
    logLevel: 'warn',
  })
  const script = inElement(output[0].code)
  const style = compact(readFileSync(`${web}page.css`, 'utf8'))
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const parts = { policy, style, script }
  return readFileSync(`${web}page.html`, 'utf8').replace(/(?:\/\*)?\{\{(policy|style|script)\}\}(?:\*\/)?/g, (_, name) => parts[name])
}

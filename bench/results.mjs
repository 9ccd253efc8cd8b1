// bench/RESULTS.md has one section a script: each replaces its own and leaves the others.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const file = new URL('./RESULTS.md', import.meta.url)
const head = '# Results\n\nEach section is written by the script it names, from what it measured.\n'

/** Puts `text` in place of the section `name`, or at the end. */
export const writeSection = (name, text) => {
  const [from, to] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const old = existsSync(file) ? readFileSync(file, 'utf8') : head
  const whole = old.startsWith(head) ? old : head
  const section = `${from}\n${text.trim()}\n${to}\n`
  const [start, end] = [whole.indexOf(from), whole.indexOf(to)]
  writeFileSync(
    file,
    start < 0 ? `${whole.trimEnd()}\n\n${section}` : whole.slice(0, start) + section.trimEnd() + whole.slice(end + to.length),
  )
}

/** What a section says now; nothing where there is none. */
export const sectionOf = name => {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const [start, end] = [text.indexOf(`<!-- ${name} -->`), text.indexOf(`<!-- /${name} -->`)]
  return start < 0 ? '' : text.slice(start, end)
}

// A module of Terraform with every resource as `terraform_data`, the one type that Terraform itself brings: its own binary then evaluates
// variables, locals, functions, copies and modules without any provider. What only a cloud could tell stays unknown to it.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'

const UNTOLD = new Set(['count', 'for_each', 'provider', 'depends_on', 'lifecycle', 'provisioner', 'connection', 'timeouts'])

/** The end of a string, heredoc, comment or bracket that starts at `at`; `at` itself for anything else. */
const past = (text, at) => {
  const c = text[at]
  if (c === '#' || text.startsWith('//', at)) return lineEnd(text, at)
  if (text.startsWith('/*', at)) return text.indexOf('*/', at) + 2
  if (c === '"') return stringEnd(text, at)
  const heredoc = /^<<-?([\p{L}_][\p{L}\p{N}_-]*)[ \t]*\r?\n/u.exec(text.slice(at, at + 100))
  if (heredoc) {
    const end = new RegExp(`^[ \\t]*${heredoc[1]}[ \\t]*$`, 'm').exec(text.slice(at + heredoc[0].length))
    return at + heredoc[0].length + end.index + end[0].length
  }
  if ('([{'.includes(c)) {
    let i = at + 1
    while (i < text.length && !')]}'.includes(text[i])) i = Math.max(past(text, i), i + 1)
    return i + 1
  }
  return at
}

const lineEnd = (text, at) => {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

const stringEnd = (text, at) => {
  let i = at + 1
  while (i < text.length && text[i] !== '"') {
    if (text[i] === '\\') i += 2
    else if ((text[i] === '$' || text[i] === '%') && text[i + 1] === '{' && text[i - 1] !== text[i]) i = past(text, i + 1)
    else i++
  }
  return i + 1
}

/** `{attributes: [name, expression][], blocks: {type, labels, body}[]}` of a body's text. */
const bodyOf = text => {
  const found = { attributes: [], blocks: [] }
  let i = 0
  while (i < text.length) {
    if (/\s/.test(text[i])) {
      i++
      continue
    }
    const skipped = past(text, i)
    if (skipped > i) {
      i = skipped
      continue
    }
    const head = /^([\p{L}_][\p{L}\p{N}_-]*)[ \t]*(=(?!=)|(?:[ \t]*(?:"[^"]*"|[\p{L}_][\p{L}\p{N}_-]*))*[ \t]*\{)/u.exec(
      text.slice(i, i + 400),
    )
    if (!head) throw new Error(`no attribute and no block: ${text.slice(i, i + 40)}`)
    if (head[2] === '=') {
      const start = i + head[0].length
      let end = start
      while (end < text.length && text[end] !== '\n' && text[end] !== '#' && !text.startsWith('//', end))
        end = Math.max(past(text, end), end + 1)
      found.attributes.push([head[1], text.slice(start, end).trim()])
      i = end
    } else {
      const open = i + head[0].length - 1
      const end = past(text, open)
      const labels = [...head[2].matchAll(/"([^"]*)"|([\p{L}_][\p{L}\p{N}_-]*)/gu)].map(m => m[1] ?? m[2])
      found.blocks.push({ type: head[1], labels, body: bodyOf(text.slice(open + 1, end - 1)) })
      i = end
    }
  }
  return found
}

/** A value of which Terraform knows nothing, not even the type. */
const UNKNOWN = 'jsondecode(timestamp())'

/** What every resource has that is given whole, whether it says so or not. */
const GIVEN = [
  'id',
  'arn',
  'name',
  'email',
  'url',
  'location',
  'project',
  'repository_id',
  'tags_all',
  'state',
  'function_arn',
  'state_transition_reason',
  'uuid',
]

const standIn = (type, name) => `${type}--${name}`

const given = `{ ${GIVEN.map(n => `${n} = ${UNKNOWN}`).join(', ')} }`
/** A resource as a value: one object, or all of its copies. */
const wholeOf = ({ name, copies }, at) => {
  const source = `terraform_data.${name}`
  if (at !== '' || copies === undefined) return `merge(${given}, ${source}${at}.input)`
  return copies === 'count'
    ? `[for v in ${source} : merge(${given}, v.input)]`
    : `{ for k, v in ${source} : k => merge(${given}, v.input) }`
}

/** Turns what an expression says of resources, data and modules from elsewhere into what it says of their stand-ins. */
const rewritten = (expression, declared) => {
  const index = String.raw`(\[(?:[^\[\]]|\[[^\[\]]*\])*\])?`
  const path = String.raw`((?:\.(?:[A-Za-z_][\w-]*|\d+|\*)|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*)`
  const swap = (whole, before, key, at = '', attribute, rest = '') => {
    if (!declared.has(key)) return whole
    const known = declared.get(key)
    const target = `${before}terraform_data.${known?.name}${at}`
    if (known === UNKNOWN) return before + UNKNOWN
    if (attribute === undefined) return before + wholeOf(known, at)
    return known.attributes.has(attribute) ? `${target}.input.${attribute}${rest}` : before + UNKNOWN
  }
  return [
    String.raw`data\.[A-Za-z_][\w-]*\.[A-Za-z_][\w-]*`,
    String.raw`module\.[A-Za-z_][\w-]*`,
    String.raw`(?!data\.|module\.|var\.|local\.|each\.|path\.|count\.)[A-Za-z_][\w-]*\.[A-Za-z_][\w-]*`,
  ].reduce(
    (text, key) => text.replace(new RegExp(String.raw`(^|[^\w.-])(${key})${index}(?:\.([A-Za-z_][\w-]*)${path})?`, 'g'), swap),
    expression,
  )
}

const groupedBy = (list, key) => {
  const groups = new Map()
  for (const item of list) groups.set(key(item), [...(groups.get(key(item)) ?? []), item])
  return groups
}

const objectOf = (body, tell, own = e => e) => {
  const lines = body.attributes.filter(([name]) => !UNTOLD.has(name)).map(([name, e]) => `${name} = ${tell(own(e))}`)
  const dynamic = body.blocks.filter(b => b.type === 'dynamic')
  const plain = groupedBy(
    body.blocks.filter(b => b.type !== 'dynamic' && !UNTOLD.has(b.type)),
    b => b.type,
  )
  for (const [type, blocks] of plain) lines.push(`${type} = [${blocks.map(b => objectOf(b.body, tell, own)).join(', ')}]`)
  for (const { labels, body: inner } of dynamic) {
    if (plain.has(labels[0])) continue
    const over = inner.attributes.find(([n]) => n === 'for_each')?.[1]
    const name = inner.attributes.find(([n]) => n === 'iterator')?.[1] ?? labels[0]
    const content = inner.blocks.find(b => b.type === 'content')
    const each = e =>
      own(e)
        .replace(new RegExp(String.raw`(^|[^\w.])${name}\.(key|value)\b`, 'g'), (_, before, w) => `${before}${name}__${w}`)
        .replace(new RegExp(String.raw`([(,]\s*)${name}(?=\s*[,)])`, 'g'), `$1{ key = ${name}__key, value = ${name}__value }`)
    lines.push(`${labels[0]} = [for ${name}__key, ${name}__value in ${tell(own(over))} : ${objectOf(content.body, tell, each)}]`)
  }
  return `{\n${lines.join('\n')}\n}`
}

const OF_MODULES = new Set(['providers', 'version', 'depends_on'])
const isLocal = block => /^"\.{1,2}(\/|")/.test(block.body.attributes.find(([n]) => n === 'source')?.[1] ?? '')

/** Puts the skeleton of one module in the place of its files. */
const rewriteModule = folder => {
  const files = readdirSync(folder).filter(f => f.endsWith('.tf'))
  const bodies = files.map(f =>
    bodyOf(
      readFileSync(join(folder, f), 'utf8')
        .replaceAll('\r\n', '\n')
        .replace(/^\ufeff/, ''),
    ),
  )
  const blocks = bodies.flatMap(b => b.blocks)
  const declared = new Map()
  for (const b of blocks) {
    const attributes = new Set(b.body.attributes.map(([n]) => n).filter(n => !UNTOLD.has(n)))
    const [type, name] = b.labels
    if (b.type === 'resource')
      declared.set(`${type}.${name}`, {
        name: standIn(type, name),
        attributes,
        copies: b.body.attributes.find(([n]) => n === 'count' || n === 'for_each')?.[0],
      })
    if (b.type === 'data') declared.set(`data.${type}.${name}`, UNKNOWN)
    if (b.type === 'module' && !isLocal(b)) declared.set(`module.${type}`, UNKNOWN)
  }
  const tell = e => rewritten(e, declared)
  const meta = body =>
    body.attributes
      .filter(([n]) => n === 'count' || n === 'for_each')
      .map(([n, e]) => `${n} = ${tell(e)}\n`)
      .join('')
  const plain = body => `${body.attributes.map(([n, e]) => `${n} = ${tell(e)}`).join('\n')}\n`
  const rows = blocks.map(({ type, labels, body }) => {
    const [first, second] = labels
    if (type === 'resource')
      return `resource "terraform_data" "${standIn(first, second)}" {\n${meta(body)}input = ${objectOf(body, tell)}\n}`
    if (type === 'module' && isLocal({ body }))
      return `module "${first}" {\n${body.attributes
        .filter(([n]) => !OF_MODULES.has(n))
        .map(([n, e]) => `${n} = ${tell(e)}`)
        .join('\n')}\n}`
    if (type === 'locals') return `locals {\n${plain(body)}}`
    if (type === 'variable') return `variable "${first}" {\n${body.attributes.map(([n, e]) => `${n} = ${e}`).join('\n')}\n}`
    if (type === 'output')
      return `output "${first}" {\nvalue = ${tell(body.attributes.find(([n]) => n === 'value')[1])}\nsensitive = true\n}`
    return ''
  })
  for (const f of files) rmSync(join(folder, f))
  writeFileSync(join(folder, 'main.tf'), rows.join('\n'))
  return blocks
}

/** The root module's skeleton below another one, that knows no value for what nobody gave one: the folder to run Terraform in. */
export const skeletonOf = (tree, root) => {
  const open = [root]
  const seen = new Set()
  let declared = []
  while (open.length > 0) {
    const folder = open.pop()
    if (seen.has(folder) || !existsSync(join(tree, folder))) continue
    seen.add(folder)
    const blocks = rewriteModule(join(tree, folder))
    if (folder === root) declared = blocks
    for (const b of blocks.filter(b => b.type === 'module' && isLocal(b)))
      open.push(relative(tree, resolve(tree, folder, JSON.parse(b.body.attributes.find(([n]) => n === 'source')[1]))))
  }
  const given = readdirSync(join(tree, root))
    .filter(f => f === 'terraform.tfvars' || f.endsWith('.auto.tfvars'))
    .sort((a, b) => Number(a !== 'terraform.tfvars') - Number(b !== 'terraform.tfvars'))
    .flatMap(f => bodyOf(readFileSync(join(tree, root, f), 'utf8')).attributes)
  const values = new Map(given)
  const variables = declared.filter(b => b.type === 'variable')
  for (const {
    labels: [name],
    body,
  } of variables)
    if (!values.has(name) && !body.attributes.some(([n]) => n === 'default')) values.set(name, UNKNOWN)
  const names = new Set(variables.map(v => v.labels[0]))
  const inputs = [...values].filter(([name]) => names.has(name)).map(([name, e]) => `${name} = ${e}`)
  const above = join(tree, 'lintel-bench', basename(root))
  mkdirSync(above, { recursive: true })
  writeFileSync(
    join(above, 'main.tf'),
    `module "root" {\nsource = "./${relative(above, join(tree, root))}"\n${inputs.join('\n')}\n}\n`.replace('"./../', '"../'),
  )
  return above
}

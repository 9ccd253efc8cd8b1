// Mutations of contracts that only code holds: members of classes that are sent, routes, and the names of messages.
import { mutated } from './lines.mjs'

const languages = {
  cs: /^\s*public\s+(?:readonly\s+)?([\w<>?]+|\([^)]*\))\s+(\w+)\s*(?:;|\{\s*get\b)/,
  java: /^\s*(?:private|public)\s+(?:final\s+)?([\w<>]+)\s+(\w+)\s*;/,
}
const others = { string: 'int', String: 'Integer', Guid: 'int', int: 'string', Integer: 'String', DateTime: 'int', long: 'String' }

const operators = {
  member: {
    'member removed': () => [],
    'member renamed': (m, block) => block.map(l => l.replaceAll(new RegExp(`\\b${m.name}\\b`, 'g'), `${m.name}Anew`)),
    'member retyped': (m, block) => (others[m.type] ? [...block.slice(0, -1), block.at(-1).replace(m.type, others[m.type])] : null),
    'member added': (m, block) => [
      ...block,
      block
        .at(-1)
        .replace(m.name, `${m.name}AddedByBench`)
        .replace(m.type, others[m.type] ?? m.type),
    ],
  },
  route: {
    'route removed': (_r, [line]) => [line.replace(/@[\w.]+\(/, '@Gone(')],
    'route renamed': (r, [line]) => [line.replace(r.name, `${r.name}-anew`)],
  },
}

const scan = ({ path, content }) => {
  const lines = content.split('\n')
  const elements = []
  const pattern = languages[path.slice(path.lastIndexOf('.') + 1)]
  let owner = path
  for (const [n, line] of lines.entries()) {
    owner = /\bclass\s+(\w+)/.exec(line)?.[1] ?? owner
    const member = pattern?.exec(line)
    // What annotations say of a member belongs to it.
    let from = n
    while (from > 0 && /^\s*@(Json|Column|Creation|Id|Generated)/.test(lines[from - 1])) from--
    if (member && !/@RestController/.test(content))
      elements.push({ file: path, lines, n: from, until: n, kind: 'member', owner, name: member[2], type: member[1] })
    const route = /@(?:\w+\.)?(?:route|\w*Mapping)\(\s*(?:value\s*=\s*)?["'](\/[\w-]+)/.exec(line)
    if (route) elements.push({ file: path, lines, n, until: n, kind: 'route', owner, name: route[1] })
  }
  return elements
}

/** Every file of the publisher that names the message; `quoted`: as a text. */
const topicMutations = (topics, read) =>
  topics.flatMap(({ name, files, as = 'message', quoted = false }) => {
    const written = new RegExp(quoted ? `(["'])${name}\\1` : `\\b${name}\\b`, 'g')
    const renamed = content => content.replaceAll(written, (_, quote = '') => (quoted ? `${quote}${name}-anew${quote}` : `${name}Anew`))
    const edits = Object.fromEntries(
      files
        .map(path => [path, read(path)])
        .filter(([, content]) => renamed(content) !== content)
        .map(([path, content]) => [path, renamed(content)]),
    )
    const element = { kind: 'topic', owner: 'topic', name, unique: true }
    return Object.keys(edits).length === 0
      ? []
      : [{ title: `${as} renamed: ${name}`, operator: `${as} renamed`, edits, element, harmless: false }]
  })

export const codeMutations = (files, topics, read) => [
  ...mutated(files, scan, operators).map(m => ({ ...m, harmless: m.operator === 'member added' })),
  ...topicMutations(topics, read),
]

// Who uses an element, by what its code says: accessor names that only one element has. Undefined where text cannot tell.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { snake } from '../mutations/lines.mjs'

/** The text of the files below a folder, with one of the endings; generated code and tests are left out. */
export const textOf = (root, folder, endings) => {
  const files = execFileSync('git', ['ls-files', '-co', '--', ...folder.split(' ')], { cwd: root, encoding: 'utf8' }).split('\n')
  return files
    .filter(
      f =>
        endings.split(' ').some(e => f.endsWith(`.${e}`)) &&
        !/(_pb2|_pb2_grpc|_pb|_grpc_pb)\.|genproto|gen-(cpp|py|lua)|(^|\/)tests?[./]|\/clients?[./]/.test(f.slice(folder.length)),
    )
    .map(f => readFileSync(join(root, f), 'utf8'))
    .join('\n')
}

export const pascal = name =>
  snake(name)
    .split('_')
    .map(w => w.charAt(0).toUpperCase() + w.slice(1))
    .join('')
const camel = name => pascal(name).replace(/^./, c => c.toLowerCase())
const has = (content, words) => words.some(w => new RegExp(`\\b${w}\\b`).test(content))

/** What code of a language calls an element. */
const accessors = ({ name, kind }, endings) => {
  if (endings.startsWith('java'))
    return kind === 'field' || kind === 'member'
      ? ['get', 'set', 'add', 'addAll'].map(p => `${p}${pascal(name)}`)
      : [kind === 'rpc' ? camel(name) : name]
  if (endings === 'cs') return [pascal(name), name]
  return [name, camel(name), pascal(name)]
}

/** Members of messages by their names: two words make a name that hardly means anything else. */
export const byName = (element, { content, endings }) => {
  if (!has(content, accessors(element, endings))) return 'unused'
  return element.unique && element.kind !== 'value' && snake(element.name).includes('_') ? 'used' : undefined
}

/** C++ and Lua: a member of two words behind a dot or an arrow (C++ alone: Lua's tables are anything), a function that is called. */
export const byAccess = ({ name, kind, unique }, { content, endings }, operator) => {
  // Whoever only reads it is not concerned.
  if (operator === 'field made required') return undefined
  if (!has(content, [name])) return 'unused'
  if (kind === 'rpc') return new RegExp(`(->|\\.|:)\\s*(send_)?${name}\\s*\\(`).test(content) ? 'used' : undefined
  if (kind === 'value') return new RegExp(`::${name}\\b`).test(content) ? 'used' : undefined
  const isMember = unique && endings !== 'lua' && name.includes('_') && new RegExp(`(\\.|->)${name}\\b(?!\\s*\\()`).test(content)
  return isMember ? 'used' : undefined
}

/** C#: what the methods that take a message read of it. */
export const byHandler = ({ kind, name, owner }, { content }) => {
  if (kind === 'topic') return new RegExp(`case\\s+"${name}"`).test(content) ? 'used' : 'unused'
  for (const found of content.matchAll(new RegExp(`\\(${owner}\\s+(\\w+)[^)]*\\)\\s*(\\{|=>)`, 'g'))) {
    let depth = found[2] === '{' ? 1 : 0
    let end = found.index + found[0].length
    while (end < content.length && (found[2] === '{' ? depth > 0 : depth > 0 || content[end] !== ';'))
      depth += { '{': 1, '}': -1 }[content[end++]] ?? 0
    if (new RegExp(`\\b${found[1]}\\.${name}\\b`).test(content.slice(found.index, end))) return 'used'
  }
  return 'unused'
}

/** Names on the wire that programs write as a text each. */
export const byLiteral = ({ name }, { content }) => (content.includes(`"${name}"`) || content.includes(`'${name}'`) ? 'used' : 'unused')

const bounds = new Set(['maximum lowered', 'minimum raised', 'length limited', 'length demanded', 'pattern set', 'values listed'])

/** HTTP: operations and the members that are read, as they were read by hand; other members by name, bounds where nothing is sent. */
export const byHand = calls => (mutation, text, party) => {
  const { element, operator, edits } = mutation
  const { operations = [], sends = [], routes = {}, reads, unclear = {} } = calls[party] ?? {}
  if (element.kind === 'topic') return byLiteral(element, text)
  if ((unclear[element.owner] ?? []).includes(element.name)) return undefined
  if (element.operations !== undefined) return element.operations.some(o => operations.includes(o)) ? 'used' : 'unused'
  if (element.kind === 'route') return (routes[element.name] ?? []).includes(Object.keys(edits)[0]) ? 'used' : 'unused'
  if (reads !== undefined) return (reads[element.owner] ?? []).includes(element.name) ? 'used' : 'unused'
  const named = byName({ ...element, kind: 'field' }, text)
  if (element.kind === 'schema') return !sends.includes(element.owner) ? 'unused' : named === 'unused' ? 'used' : undefined
  // Whoever sends it may send what is forbidden from now on: it must be named.
  if (bounds.has(operator)) return sends.includes(element.owner) ? named : 'unused'
  return named
}

import { dirname, join } from '../base/path.ts'
import type { Declared } from '../model/infrastructure.ts'
import type { Term } from './terms.ts'

/** Calls of plain libraries whose result is data: maps, lists, paths. */

interface Argument {
  label: string
  term: Term
}

type Evaluate = (term: Term) => Declared

/** Folders and files that a name of the language stands for, by the file that has it. */
export const pathPart = (path: string, file: string): string | undefined =>
  path === '__dirname' || path === 'import.meta.dirname' ? dirname(file) : path === '__file__' || path === '__filename' ? file : undefined

const JOINS = /(^|[./:])(path|posix|filepath|os\.path|Path)\.(join|resolve|Join|Combine)$/
const SAME =
  /(^|\.)(abspath|realpath|normpath|fspath|str|Path|toString|toAbsolutePath|AbsolutePath|GetFullPath|String|Path\.of|Paths\.get|JSON\.stringify|json\.dumps|jsonStringify|json_dumps)$/
const READS = /(^|\.)(readFileSync|readAllBytes|readString|ReadAllText|ReadFile|open)$/
const READ_LATER = /(^|\.|\(\))(read|read_text|readlines|decode|toString)$/
const FOLDER = /(^|[./:])(path|posix|filepath|os\.path)\.(dirname|Dir)$/
const LISTS = /(^|\.)(List\.of|Set\.of|Arrays\.asList|Collections\.singletonList|ImmutableList\.of|listOf|tuple|list)$|\.\w*Array$/
const MAPS = /(^|\.)(Map\.of|Map\.entry|ImmutableMap\.of|Collections\.singletonMap)$/

/** The data that a call gives; undefined where it is none that is known. */
export const plainCall = (path: string, args: readonly Argument[], evaluate: Evaluate): Declared | undefined => {
  const given = args.filter(a => /^\d+$/.test(a.label))
  const named = args.filter(a => !/^\d+$/.test(a.label) && a.label !== 'base')
  const [first] = given
  if (JOINS.test(path)) return joinedPath(given.map(a => evaluate(a.term)))
  if (FOLDER.test(path) && first) {
    const of = evaluate(first.term)
    return of.is === 'path' ? { is: 'path', path: dirname(of.path) } : undefined
  }
  if (READS.test(path) && first) return { is: 'content', of: evaluate(first.term) }
  const base = args.find(a => a.label === 'base')
  if (READ_LATER.test(path) && base) return contentOf(evaluate(base.term))
  if (SAME.test(path) && given.length > 0) return evaluate(first!.term)
  if (LISTS.test(path)) return { is: 'list', items: given.map(a => evaluate(a.term)) }
  if (MAPS.test(path)) return pairs(given.map(a => evaluate(a.term)))
  if (given.length > 0) return undefined
  const items = named.filter(a => a.label === 'init:[]')
  if (items.length > 0 && items.length === named.length) return { is: 'list', items: items.map(a => evaluate(a.term)) }
  return named.length > 0 || /(^|\.)(dict|Dictionary|HashMap|LinkedHashMap)$/.test(path)
    ? { is: 'map', entries: named.map(a => ({ key: a.label.replace(/^init:|=$/g, ''), value: evaluate(a.term) })) }
    : undefined
}

const contentOf = (value: Declared): Declared | undefined =>
  value.is === 'content' ? value : value.is === 'path' || value.is === 'text' ? { is: 'content', of: value } : undefined

const joinedPath = (parts: readonly Declared[]): Declared => {
  const [first, ...rest] = parts
  const texts = rest.map(part => (part.is === 'text' ? part.text : undefined))
  if (!first || texts.some(text => text === undefined)) return { is: 'unknown', why: 'a part of the path is not told' }
  const below = texts.join('/')
  if (first.is === 'text') return { is: 'text', text: [first.text, ...(below === '' ? [] : [below])].join('/') }
  const path = first.is === 'path' ? join(first.path, below) : undefined
  return path === undefined ? { is: 'unknown', why: 'the path leaves the repository, or is not told' } : { is: 'path', path }
}

const pairs = (values: readonly Declared[]): Declared => ({
  is: 'map',
  entries: values.flatMap((key, i) =>
    i % 2 === 0 && key.is === 'text' && values[i + 1] ? [{ key: key.text, value: values[i + 1]! }] : [],
  ),
})

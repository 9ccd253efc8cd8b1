import { table } from '../../../../base/table.ts'
import type { Functions } from '../evaluate.ts'
import { TemplateError } from '../lexer.ts'
import { count, text } from '../values.ts'

const MAX_PATTERN = 500
const MAX_TEXT = 20_000
/** Steps that matching may take in the worst case: length of the text to the power of open repetitions. */
const MAX_WORK = 5e7

/** A Go pattern for JavaScript's engine, which backtracks: what could take long on this text is refused. */
const compiled = (source: string, subject: string, flags = ''): RegExp => {
  if (source.length > MAX_PATTERN || subject.length > MAX_TEXT) throw new TemplateError('too long a pattern or text')
  let pattern = source
  let mode = flags
  const inline = /^\(\?([imsU]+)\)/.exec(pattern)
  if (inline) {
    pattern = pattern.slice(inline[0].length)
    mode += [...inline[1]!].filter(f => f !== 'U').join('')
  }
  pattern = pattern
    .replaceAll('(?P<', '(?<')
    .replaceAll('\\z', '$')
    .replaceAll('\\A', '^')
    .replace(/\[\[:(\w+):\]\]/g, (_all, name: string) => POSIX[name] ?? '.')
  pattern = pattern.replace(/\[:(\w+):\]/g, (_all, name: string) => (POSIX[name] ?? '').replace(/^\[|\]$/g, ''))
  const bare = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x')
  const open = (bare.match(/[*+]|\{\d+,\}/g) ?? []).length
  if (/\([^()]*(?:[*+|]|\{\d+,\d*\})[^()]*\)\s*(?:[*+]|\{\d+,\d*\})/.test(bare) && subject.length > 64)
    throw new TemplateError('a pattern that may take too long')
  if (subject.length ** Math.min(open, 12) > MAX_WORK && open > 1) throw new TemplateError('a pattern that may take too long')
  try {
    return new RegExp(pattern, mode)
  } catch {
    throw new TemplateError(`not a pattern: ${source.slice(0, 100)}`)
  }
}

const POSIX: Record<string, string> = table({
  alnum: '[A-Za-z0-9]',
  alpha: '[A-Za-z]',
  digit: '[0-9]',
  lower: '[a-z]',
  upper: '[A-Z]',
  space: '[\\s]',
  punct: '[!-\\/:-@\\[-`{-~]',
})

/** Go's `${1}` and `$name` in a replacement. */
const replacement = (source: string): ((match: RegExpMatchArray) => string) => {
  return match =>
    source.replace(/\$\$|\$\{(\w+)\}|\$(\w+)/g, (all, braced: string | undefined, plain: string | undefined) => {
      if (all === '$$') return '$'
      const name = braced ?? plain!
      return /^\d+$/.test(name) ? (match[Number(name)] ?? '') : (match.groups?.[name] ?? '')
    })
}

const replaced = (pattern: string, subject: string, by: (match: RegExpMatchArray) => string): string => {
  let out = ''
  let end = 0
  for (const match of subject.matchAll(compiled(pattern, subject, 'g'))) {
    out += subject.slice(end, match.index) + by(match)
    end = match.index + match[0].length
    if (out.length > 1_000_000) throw new TemplateError('too long a text')
  }
  return out + subject.slice(end)
}

const isMatch = (pattern: string, subject: string): boolean => compiled(pattern, subject).test(subject)

/** Sprig's regular expressions. */
export const patterns: Functions = {
  regexMatch: ([pattern, subject]) => isMatch(text(pattern), text(subject)),
  mustRegexMatch: ([pattern, subject]) => isMatch(text(pattern), text(subject)),
  regexFind: ([pattern, subject]) => compiled(text(pattern), text(subject)).exec(text(subject))?.[0] ?? '',
  regexFindAll: ([pattern, subject, n]) => {
    const all = [...text(subject).matchAll(compiled(text(pattern), text(subject), 'g'))].map(m => m[0])
    return count(n) < 0 ? all : all.slice(0, count(n))
  },
  regexReplaceAll: ([pattern, subject, by]) => replaced(text(pattern), text(subject), replacement(text(by))),
  mustRegexReplaceAll: ([pattern, subject, by]) => replaced(text(pattern), text(subject), replacement(text(by))),
  regexReplaceAllLiteral: ([pattern, subject, by]) => replaced(text(pattern), text(subject), () => text(by)),
  mustRegexReplaceAllLiteral: ([pattern, subject, by]) => replaced(text(pattern), text(subject), () => text(by)),
  regexSplit: ([pattern, subject, n]) => {
    const all = text(subject).split(compiled(text(pattern), text(subject)))
    return count(n) < 0 ? all : all.slice(0, count(n))
  },
  regexQuoteMeta: ([value]) => text(value).replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'),
}

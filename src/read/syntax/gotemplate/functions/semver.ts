import type { Functions } from '../evaluate.ts'
import { TemplateError } from '../lexer.ts'
import { text } from '../values.ts'

interface Version {
  numbers: [number, number, number]
  pre: string
  /** How many of the numbers were written. */
  written: number
}

const VERSION =
  /^[v=\s]*(\d{1,9}|[xX*])(?:\.(\d{1,9}|[xX*]))?(?:\.(\d{1,9}|[xX*]))?(?:-([0-9A-Za-z.-]{1,100}))?(?:\+[0-9A-Za-z.-]{1,100})?$/

const versionOf = (source: string): Version | undefined => {
  const found = VERSION.exec(source.trim())
  if (!found) return undefined
  const parts = found.slice(1, 4)
  const open = parts.findIndex(p => p === undefined || /[xX*]/.test(p))
  const at = (n: number): number => (open === -1 || n < open ? Number(parts[n]) : 0)
  return { numbers: [at(0), at(1), at(2)], pre: found[4] ?? '', written: open === -1 ? 3 : open }
}

const compareVersions = (a: Version, b: Version): number => {
  for (let n = 0; n < 3; n++) if (a.numbers[n]! !== b.numbers[n]!) return a.numbers[n]! < b.numbers[n]! ? -1 : 1
  if (a.pre === b.pre) return 0
  if (a.pre === '' || b.pre === '') return a.pre === '' ? 1 : -1
  return comparePre(a.pre.split('.'), b.pre.split('.'))
}

const comparePre = (a: string[], b: string[]): number => {
  for (let n = 0; n < Math.max(a.length, b.length); n++) {
    const [x, y] = [a[n], b[n]]
    if (x === y) continue
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1
    const isNumber = /^\d+$/.test(x) && /^\d+$/.test(y)
    return isNumber ? Math.sign(Number(x) - Number(y)) : x < y ? -1 : 1
  }
  return 0
}

/** Whether a version satisfies a range: `>=1.19-0`, `^1.2`, `~1.2.3`, `1.x`, `1.2 - 1.4`, with `,` or blank for and, `||` for or. */
const satisfies = (range: string, version: Version): boolean =>
  range.split('||').some(part => {
    const hyphened = part.replace(/(\S+)\s+-\s+(\S+)/g, '>=$1 <=$2')
    const terms = hyphened.match(/(?:[<>=!~^]+\s*)?[^\s,<>=!~^]+/g) ?? []
    return terms.every(term => fits(term, version))
  })

const fits = (term: string, version: Version): boolean => {
  const [, operator = '', rest = ''] = /^([<>=!~^]*)\s*(.*)$/.exec(term) ?? []
  if (/^[xX*]$/.test(rest)) return version.pre === ''
  const wanted = versionOf(rest)
  if (!wanted) throw new TemplateError(`not a version: ${rest.slice(0, 50)}`)
  if (version.pre !== '' && wanted.pre === '') return false
  const order = compareVersions(version, wanted)
  const [major, minor] = wanted.numbers
  const below = (numbers: [number, number, number]): boolean => compareVersions(version, { numbers, pre: '0', written: 3 }) < 0
  const next = (): [number, number, number] => (wanted.written < 2 ? [major + 1, 0, 0] : [major, minor + 1, 0])
  switch (operator) {
    case '>':
      return wanted.written < 3 ? order > 0 && !below(next()) : order > 0
    case '>=':
    case '=>':
      return order >= 0
    case '<':
      return order < 0
    case '<=':
    case '=<':
      return wanted.written < 3 ? below(next()) : order <= 0
    case '!=':
      return order !== 0
    case '~':
    case '~>':
      return order >= 0 && below(next())
    case '^':
      return (
        order >= 0 &&
        below(
          major > 0 || wanted.written < 2
            ? [major + 1, 0, 0]
            : minor > 0 || wanted.written < 3
              ? [0, minor + 1, 0]
              : [0, 0, wanted.numbers[2] + 1],
        )
      )
    default:
      return wanted.written < 3 ? order >= 0 && below(next()) : order === 0
  }
}

const must = (source: string): Version => {
  const version = versionOf(source)
  if (!version) throw new TemplateError(`not a version: ${source.slice(0, 50)}`)
  return version
}

/** Sprig's versions. */
export const semver: Functions = {
  semverCompare: ([range, version]) => satisfies(text(range).slice(0, 500), must(text(version))),
  semver: ([version]) => {
    const { numbers, pre } = must(text(version))
    return new Map<string, bigint | string>([
      ['Major', BigInt(numbers[0])],
      ['Minor', BigInt(numbers[1])],
      ['Patch', BigInt(numbers[2])],
      ['Prerelease', pre],
      ['Original', text(version)],
    ])
  },
}

import type { Change } from '../model/change.ts'
import type { MemberUse } from '../model/fragment.ts'

type Fits = (literal: string, change: Change) => boolean | undefined

const numberOf = (value: unknown): number | undefined => {
  const one = Array.isArray(value) ? value[0] : value
  return typeof one === 'number' ? one : undefined
}

const isExclusive = (value: unknown): boolean => Array.isArray(value) && value[1] === true

/** Compares what a literal measures with the limit that holds from now on. */
const limit =
  (measure: (literal: string) => number, isUpper: boolean): Fits =>
  (literal, { after }) => {
    const [size, bound] = [measure(literal), numberOf(after)]
    if (bound === undefined || Number.isNaN(size)) return undefined
    if (size === bound) return !isExclusive(after)
    return isUpper ? size < bound : size > bound
  }

const length = (literal: string): number => [...literal].length
const listed: Fits = (literal, { after }) => (Array.isArray(after) ? after.some(v => String(v) === literal) : undefined)

/** Constraints on the value of a member, by the rule that tells of them: whether they admit a literal. */
const FITS: readonly [rule: RegExp, fits: Fits][] = [
  [/^max-length-(added|decreased)$/, limit(length, true)],
  [/^min-length-(added|increased)$/, limit(length, false)],
  [/^maximum-(added|decreased)$/, limit(Number, true)],
  [/^minimum-(added|increased)$/, limit(Number, false)],
  [/^enum-added$/, listed],
  [/^enum-value-removed$/, (literal, { before }) => String(before) !== literal],
  [/^(pattern|multiple-of|format)-(added|changed)$/, () => undefined],
]

/**
 * What a tightened constraint does to those who send the member: `breaks` where a constant violates it, `fits` where all are constants that
 * it admits, `unknown` where a value is not known. Undefined for changes of other kinds, and for whoever reads the member.
 */
export const fitOf = (change: Change, uses: readonly MemberUse[]): { fit: 'breaks' | 'fits' | 'unknown'; use?: MemberUse } | undefined => {
  const fits = FITS.find(([rule]) => rule.test(change.contract?.rule ?? ''))?.[1]
  if (!fits || uses.length === 0 || uses.some(u => u.access !== 'send' || u.side !== 'request')) return undefined
  const judged = uses.map(use => ({ use, admits: use.literal === undefined ? undefined : fits(use.literal, change) }))
  const violating = judged.find(j => j.admits === false)
  if (violating) return { fit: 'breaks', use: violating.use }
  return { fit: judged.every(j => j.admits === true) ? 'fits' : 'unknown' }
}

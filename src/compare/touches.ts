import { canonicalName } from '../base/names.ts'
import type { Change } from '../model/change.ts'
import type { Contract } from '../model/contract.ts'
import type { MemberUse } from '../model/fragment.ts'
import { sameOperation } from './calls.ts'

/** Whether a use names the changed element: same side, and the element's path from the body's root leads along the used path. */
export const touches = (change: Change, use: MemberUse, _contract: Contract | undefined, operation: string): boolean =>
  (change.contract?.reach.operations ?? []).some(
    r =>
      sameOperation(r.operation, operation) &&
      (r.side === 'both' || r.side === use.side) &&
      r.path.length > 0 &&
      startsWith(use.path, r.path),
  )

const startsWith = (path: readonly string[], prefix: readonly string[]): boolean => {
  const names = plainNames(path)
  return plainNames(prefix).every((name, i) => names[i] === name)
}

const plainNames = (path: readonly string[]): string[] => path.filter(p => p !== '[]').map(canonicalName)

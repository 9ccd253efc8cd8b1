import { dirname } from '../base/path.ts'
import type { Contract, Copy } from '../model/contract.ts'
import type { ServiceId, SystemModel } from '../model/system.ts'
import { sortedTexts } from './calls.ts'

/**
 * Whether the party's own view of the contract moved with it: its stub or copy changed or is current, or it has none and is built
 * from the contract of record in the same repository. Another repository's party without a copy that moved has not followed.
 */
export const followsRecord = (
  party: ServiceId,
  base: Contract | undefined,
  head: Contract | undefined,
  models: { head: SystemModel },
): boolean => {
  const record = head ?? base
  const service = models.head.services.find(s => s.id === party)
  if (!record) return false
  const before = copiesOf(base, party)
  const after = copiesOf(head, party)
  // Generators split a contract into several files, and rewrite only those whose part changed.
  if (after.length > 0)
    return sortedTexts(after.map(folderOf)).every(f => after.some(copy => folderOf(copy) === f && isCurrent(copy, before)))
  if (before.length > 0) return true
  return service === undefined || service.repo === record.repo
}

const folderOf = (copy: Copy): string => `${copy.repo} ${dirname(copy.file)}`

const copiesOf = (contract: Contract | undefined, party: ServiceId): Copy[] =>
  (contract?.copies ?? []).filter(c => c.usedBy.includes(party))

const isCurrent = (copy: Copy, before: readonly Copy[]): boolean => {
  if (copy.state === 'current') return true
  const old = before.find(c => c.repo === copy.repo && c.file === copy.file)
  return old === undefined || old.digest !== copy.digest
}

import { by } from '../../../base/names.ts'
import type { Contract, Copy } from '../../../model/contract.ts'
import type { RuleResult } from '../../../model/verdict.ts'
import type { Rule } from '../../rule.ts'
import type { View } from '../../view.ts'
import { listed } from '../../words.ts'

export const staleCopy: Rule = {
  id: 'contract/stale-copy',
  level: 'warning',
  summary: 'a copy of a contract says something else than the contract of record',
  check: ({ base, head }) =>
    head.model.contracts.flatMap(contract => {
      const stale = contract.copies.filter(isStale).sort(by(keyOf))
      const before = staleAt(base, contract)
      const fresh = base === head ? [] : stale.filter(c => !before.has(keyOf(c)))
      // What this change made stale is one finding for its author; what was stale before is one each, for a baseline to hold.
      const old = stale.filter(c => !fresh.includes(c)).map(copy => resultOf(contract, [copy]))
      return fresh.length > 0 ? [resultOf(contract, fresh), ...old] : old
    }),
}

/** A copy that holds less than the record, and nothing else, has no `differs`. */
const isStale = (copy: Copy): boolean => copy.kind === 'copy' && copy.state === 'stale' && copy.differs.length > 0

const keyOf = (copy: Copy): string => `${copy.repo}/${copy.file}`

const staleAt = (view: View, contract: Contract): Set<string> =>
  new Set(view.model.contracts.filter(c => c.id === contract.id).flatMap(c => c.copies.filter(isStale).map(keyOf)))

const resultOf = (contract: Contract, copies: readonly Copy[]): RuleResult => {
  const record = contract.files[0] ?? contract.name
  const first = copies[0]!
  const users = [...new Set(copies.flatMap(c => c.usedBy))].sort()
  const differs = [...new Set(copies.flatMap(c => c.differs))].sort()
  const used =
    users.length > 0 ? `; ${listed(users)} ${users.length === 1 ? 'is' : 'are'} built from ${copies.length === 1 ? 'it' : 'them'}` : ''
  const which =
    copies.length === 1
      ? first.file
      : `${copies.length} copies (${listed(
          copies.map(c => c.file),
          6,
        )})`
  return {
    subject: { kind: 'contract', id: `${contract.id} ${copies.map(keyOf).join(' ')}`, name: contract.name || record },
    message: `${which} ${copies.length === 1 ? 'differs' : 'differ'} from ${record}\n  in ${listed(differs, 6)}${used}`,
    at: { repo: first.repo, file: first.file, line: 1 },
    evidence: copies.flatMap(c => c.evidence).slice(0, 12),
    advice: {
      action: 'fix',
      reason: `bring ${copies.length === 1 ? first.file : 'the copies'} up to ${record}, or build from it directly`,
      expected: [],
    },
    headline: `${copies.length === 1 ? 'a copy' : `${copies.length} copies`} of ${record} ${copies.length === 1 ? 'differs' : 'differ'} from it`,
  }
}

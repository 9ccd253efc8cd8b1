import type { Change, Compatibility } from '../model/change.ts'
import type { Contract, ContractFormat } from '../model/contract.ts'
import { formatOf } from './compat/formats.ts'
import { compareAsPeer, compareContracts, type Pools } from './contract/contracts.ts'
import type { PeerSettings } from './contract/format.ts'
import { operationsOfRemovedContracts, pairContracts, wholeContractChanges } from './contracts.ts'

/** Whose names and levels are given: our own, or those of the format's established tool, with the date (ISO) that announced ends are judged at. */
export type Profile = { name: 'default' } | { name: 'peer'; asOf: string; settings?: PeerSettings }

const NO_SETTINGS: PeerSettings = { policies: [], baseRoots: [] }

/** One pair of contracts, as the profile tells it; operations that carry a change are counted, not listed. */
export const compareAs = (profile: Profile, base: Contract, head: Contract, pools: Pools): Change[] => {
  const ofAll = profile.name === 'peer' ? formatOf(base.format)?.peerOfAll : undefined
  if (profile.name === 'peer' && ofAll !== undefined) return ofAll([base], [head], profile.settings ?? NO_SETTINGS)
  return profile.name === 'peer' ? compareAsPeer(base, head, pools, profile.asOf) : compareContracts(base, head, pools, 0)
}

/** What is different between two lists of contracts alone, without a system around them, sorted by contract and place. */
export const compareContractLists = (base: readonly Contract[], head: readonly Contract[], profile: Profile): Change[] => {
  const told: Change[] = []
  const open = new Set([...base, ...head].map(c => c.format))
  if (profile.name === 'peer')
    for (const format of [...open].sort()) {
      const ofAll = formatOf(format)?.peerOfAll
      if (ofAll === undefined) continue
      open.delete(format)
      const own = (list: readonly Contract[]): Contract[] => list.filter(c => c.format === format)
      told.push(...ofAll(own(base), own(head), profile.settings ?? NO_SETTINGS))
    }
  const [before, after] = [base, head].map(list => list.filter(c => open.has(c.format))) as [Contract[], Contract[]]
  const pairs = pairContracts(before, after)
  const inside = pairs.flatMap(p => (p.base && p.head ? compareAs(profile, p.base, p.head, { base: before, head: after }) : []))
  return [...told, ...wholeContractChanges(pairs).map(asContractChange), ...operationsOfRemovedContracts(pairs), ...inside]
}

const asContractChange = (change: Change): Change => {
  const rule = `contract-${change.property ?? change.kind}`
  const verdict: Compatibility = change.kind === 'added' ? 'compatible' : 'breaking'
  const message = `${change.property ?? change.kind} contract ${change.subject.name}`
  return {
    ...change,
    contract: {
      ...{ contract: change.subject.id, rule, message, verdict: { request: verdict, response: verdict } },
      ...{ modes: verdict === 'breaking' ? ['wire', 'json', 'source'] : [], reach: { operations: [], total: 0 } },
    },
  }
}

/**
 * Which way has to hold: `backward`, that the new contract takes what was written by the old one (what is sent); `forward`, that the old one
 * takes what is written by the new one (what is read); `full`, both.
 */
export type CompatibilityMode = 'backward' | 'forward' | 'full'

/** What is asked of a format if nobody says: schemas of data are judged backward, as registries do it. */
export const usualMode = (format: ContractFormat): CompatibilityMode => formatOf(format)?.reads ?? 'full'

/** The worse of the sides that count. */
export const compatibilityOf = (change: Change, mode: CompatibilityMode = 'full'): Compatibility => {
  const { request, response } = change.contract?.verdict ?? {}
  const all = mode === 'backward' ? [request] : mode === 'forward' ? [response] : [request, response]
  return all.includes('breaking') ? 'breaking' : all.includes('conditional') ? 'conditional' : 'compatible'
}

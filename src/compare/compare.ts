import type { Change, Comparison, ContractChange } from '../model/change.ts'
import { isSameContent } from '../model/content.ts'
import type { Contract } from '../model/contract.ts'
import type { SystemModel } from '../model/system.ts'
import { type CallIndex, indexCalls, serversOf } from './calls.ts'
import { compareContracts } from './contract/contracts.ts'
import { type ContractPair, operationsOfRemovedContracts, pairContracts, unservedOperations, wholeContractChanges } from './contracts.ts'
import { compareEntities } from './entities.ts'
import type { ContractEvent, Models } from './event.ts'
import { impactReports } from './impact.ts'

/** Everything that is different between two models, by stable ids, and who feels each contract change. It passes no verdict. */
export const compare = (base: SystemModel, head: SystemModel): Comparison => {
  if (isSameContent(base, head)) return { changes: [], impacts: [] }
  const models = { base: indexCalls(base), head: indexCalls(head) }
  const pairs = pairContracts(base.contracts, head.contracts)
  const inside = toldOnce(pairs.flatMap(pair => contractEvents(pair, models)))
  const removed = operationsOfRemovedContracts(pairs).map(change => eventOf(change, pairs))
  const told = [...inside, ...removed]
  const unserved = unservedOperations(
    models.base,
    models.head,
    told.map(e => e.change),
  ).map(change => eventOf(change, pairs))
  const events = [...told, ...unserved]
  return {
    changes: [...compareEntities(base, head), ...wholeContractChanges(pairs), ...events.map(e => e.change)],
    impacts: impactReports(events, models),
  }
}

/** Atoms of one contract. Compared backwards as well: what breaks in both directions has no safe order of deployment. */
const contractEvents = (pair: ContractPair, { base: before, head: after }: Models): ContractEvent[] => {
  const { base, head } = pair
  if (!base || !head || (base === head && isWhole(base))) return []
  const pools = { base: before.model.contracts, head: after.model.contracts }
  const forward = compareContracts(base, head, pools)
    .filter(isContractChange)
    .filter(change => !isSpecifiedNow(change, base, after))
  if (forward.length === 0) return []
  const isBreaking = (change: Change): boolean => Object.values(change.contract?.verdict ?? {}).includes('breaking')
  const backward = forward.some(isBreaking) ? compareContracts(head, base, { base: pools.head, head: pools.base }).filter(isBreaking) : []
  const breaksBack = new Set(backward.map(change => placeIn(change)))
  return forward.map(change => ({
    change,
    pair,
    breaksBack: breaksBack.has(placeIn(change)) || (isBreaking(change) && isSymmetric(change)),
  }))
}

/** Nothing in it is defined by another contract: it means the same among all others. */
const isWhole = ({ nodes }: Contract): boolean => nodes.every(n => n.edges.every(e => typeof e.to === 'number'))

/** An operation that only code told of is no longer there, since a specification covers it now: it is served as before. */
const isSpecifiedNow = ({ kind, subject }: Change, base: Contract, after: CallIndex): boolean =>
  base.format === 'code' &&
  kind === 'removed' &&
  subject.kind === 'operation' &&
  base.providers.some(({ value }) => serversOf(after, subject.name).some(s => s.service.id === value))

/** What changes in a file that several contracts refer to is told by the one that the file is, unless operations carry it. */
const toldOnce = (events: readonly ContractEvent[]): ContractEvent[] => {
  const own = new Set(events.filter(isAtHome).map(placeOf))
  return events.filter(e => e.change.contract.reach.total > 0 || isAtHome(e) || !own.has(placeOf(e)))
}

const isAtHome = ({ change, pair }: ContractEvent): boolean => {
  const { file } = (change.at.base ?? change.at.head)!
  return (change.at.base ? pair.base : pair.head)?.files[0] === file
}

const placeOf = ({ change }: ContractEvent): string => {
  const at = (change.at.base ?? change.at.head)!
  return `${change.contract.rule} ${at.repo}/${at.file}:${at.line}`
}

const isContractChange = (change: Change): change is ContractEvent['change'] => change.contract !== undefined

/** Without the contract's id, which may differ between base and head. */
const placeIn = (change: Change): string => change.subject.id.slice(change.subject.id.indexOf('#'))

/** Other bytes for the same thing: whoever reads them with the other version is wrong. */
const isSymmetric = ({ kind, contract }: Change): boolean => kind === 'modified' && contract?.modes.includes('wire') === true

const eventOf = (change: Change, pairs: readonly ContractPair[]): ContractEvent => {
  const { contract } = change as { contract: ContractChange }
  return {
    change: { ...change, contract },
    pair: pairs.find(p => p.base?.id === contract.contract || p.head?.id === contract.contract) ?? {},
    breaksBack: false,
  }
}

import type { OperationRef, SystemModel } from '../../index.ts'
import { canonicalJson } from '../../index.ts'
import { filled } from './document.ts'

/** The map as one page that needs nothing else. `page` is the built page of `surfaces/web`, with places for its title and map. */
export const html = (model: SystemModel, page: string): string => filled(page, titleOf(model), canonicalJson(forPage(model)))

const titleOf = ({ revisions }: SystemModel): string => {
  const [first] = revisions
  const name = first === undefined ? 'nothing' : revisions.length === 1 ? first.repo : `${revisions.length} repositories`
  return `${name} – lintel map`
}

/** What the page shows. The members of messages and the nodes of contracts are many times as much, and the command answers for them. */
const forPage = (model: SystemModel): SystemModel => ({
  ...model,
  services: model.services.map(s => ({ ...s, serves: s.serves.map(withoutUses) })),
  interactions: model.interactions.map(i => ({ ...i, operations: i.operations.map(withoutUses) })),
  contracts: model.contracts.map(c => ({
    ...c,
    nodes: [],
    root: 0,
    units: [],
    copies: c.copies.map(copy => ({ ...copy, differs: [], evidence: [] })),
  })),
  wirings: model.wirings.filter(w => w.to === undefined || w.wrongPort),
})

const withoutUses = ({ operation, contract, closed, evidence }: OperationRef): OperationRef => ({
  operation,
  ...(contract === undefined ? {} : { contract }),
  closed,
  uses: [],
  escapes: [],
  evidence,
})

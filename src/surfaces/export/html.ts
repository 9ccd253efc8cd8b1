import type { OperationRef, SystemModel } from '../../index.ts'
import { canonicalJson } from '../../index.ts'

const TITLE = '{{lintel:title}}'
const MAP = '{{lintel:map}}'

/** The map as one page that needs nothing else. `page` is the built page of `surfaces/web`, with places for its title and map. */
export const html = (model: SystemModel, page: string): string => {
  const [head, rest, ...more] = page.split(TITLE)
  const [middle, tail, ...others] = (rest ?? '').split(MAP)
  if (tail === undefined || more.length > 0 || others.length > 0) throw new Error('the page has no single place for its title and its map')
  return `${head}${inText(titleOf(model))}${middle}${inScript(canonicalJson(forPage(model)))}${tail}`
}

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

/** No name of a repository becomes markup: in a title. */
const inText = (text: string): string => text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)

/** … and in a script element, whose end (`</script`) and comments (`<!--`) are found before anything reads its JSON. */
const inScript = (json: string): string => json.replace(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)

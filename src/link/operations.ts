import { byText } from '../base/names.ts'
import { sharedDepth } from '../base/path.ts'
import { type Contract, operations } from '../model/contract.ts'

/** The operations of all contracts, by full name and by short name. */
export interface OperationIndex {
  /** `package.Service/Method` and `Service/Method`. */
  byName: Map<string, ContractOperation[]>
  /** All rpcs of a service, by its full and its short name. */
  byService: Map<string, ContractOperation[]>
}

interface ContractOperation {
  id: string
  contract: Contract
}

const push = <T>(index: Map<string, T[]>, key: string, item: T): void => {
  const list = index.get(key)
  if (list) list.push(item)
  else index.set(key, [item])
}

const shortName = (full: string): string => full.slice(full.lastIndexOf('.') + 1)

export const indexOperations = (contracts: readonly Contract[]): OperationIndex => {
  const index: OperationIndex = { byName: new Map(), byService: new Map() }
  for (const contract of contracts)
    for (const { id } of operations(contract)) {
      const operation = { id, contract }
      if (id.includes(' ')) {
        push(index.byName, normalPath(id), operation)
        continue
      }
      const [service = '', method = ''] = id.split('/')
      for (const name of new Set([service, shortName(service)])) {
        push(index.byName, `${name}/${method}`, operation)
        push(index.byService, name, operation)
      }
    }
  return index
}

/** Whence an operation is looked for: contracts of the same repository, then those that lie nearest, come first. */
export interface Near {
  repo: string
  path: string
}

/** The operations an rpc name stands for, with their full names. `Service/*` is all of them. Unknown names stand for themselves. */
export const rpcOperations = (name: string, near: Near, index: OperationIndex): { id: string; contract?: Contract }[] => {
  const clean = name.replace(/^\//, '')
  const cut = clean.lastIndexOf('/')
  const service = cut === -1 ? clean : clean.slice(0, cut)
  const method = cut === -1 ? '*' : clean.slice(cut + 1)
  const all = method === '*' ? (index.byService.get(service) ?? []) : (index.byName.get(`${service}/${method}`) ?? [])
  const nearest = nearestContract(all, near)
  return nearest.length > 0 ? nearest : [{ id: clean }]
}

const nearestContract = (found: readonly ContractOperation[], near: Near): ContractOperation[] => {
  const contracts = [...new Set(found.map(f => f.contract))]
  if (contracts.length < 2) return [...found]
  const closeness = (c: Contract): number =>
    (c.repo === near.repo ? 1000 : 0) +
    Math.max(
      ...c.files.map(f => sharedDepth(f, near.path)),
      ...c.copies.map(x => (x.repo === near.repo ? sharedDepth(x.file, near.path) : 0)),
    )
  const best = [...contracts].sort((a, b) => closeness(b) - closeness(a) || byText(a.id, b.id))[0]
  return found.filter(f => f.contract === best)
}

/** `METHOD /a/{}/b`: parameters without names, no query, no trailing or double slash. */
export const normalPath = (operation: string): string => {
  const [method = '', ...rest] = operation.trim().split(/\s+/)
  const hasPath = rest.length > 0
  const path = (hasPath ? rest.join(' ') : method)
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '')
    .replace(/[?#].*$/, '')
    .split('/')
    .filter(segment => segment !== '')
    .map(segment => (/^[:*]|[{<$]|^\[.*\]$/.test(segment) ? '{}' : segment))
    .join('/')
  return hasPath ? `${method.toUpperCase()} /${path}` : `/${path}`
}

/** The method and path of a call, from what the code says of the operation and from the address it goes to. */
export const httpOperation = (operation: string | undefined, addressPath: string): string | undefined => {
  const path = normalPath(`* ${addressPath === '' ? '/' : addressPath}`).slice(2)
  if (operation === undefined || operation === '') return path === '/' ? undefined : `* ${path}`
  const [method = '', ...rest] = operation.trim().split(/\s+/)
  if (rest.length === 0) return method.startsWith('/') ? normalPath(`* ${method}`) : `${method.toUpperCase()} ${path}`
  const own = normalPath(operation)
  const ownPath = own.slice(own.indexOf(' ') + 1)
  if (path === '/' || ownPath === path || ownPath.startsWith(`${path}/`)) return own
  if (ownPath === '/' || path.endsWith(ownPath)) return `${method.toUpperCase()} ${path}`
  return `${method.toUpperCase()} ${path}${ownPath}`
}

/** Served operations of one service, for matching calls against them segment by segment. */
export const matchServed = (call: string, served: Iterable<string>): string | undefined => {
  const [method, path = ''] = call.split(' ')
  let best: string | undefined
  let score = -1
  for (const candidate of served) {
    const [itsMethod, itsPath = ''] = candidate.split(' ')
    if (!(method === itsMethod || method === '*' || itsMethod === '*')) continue
    const fit = fitOf(path.split('/'), itsPath.split('/'))
    if (fit > score || (fit === score && best !== undefined && candidate < best)) [best, score] = [candidate, fit]
  }
  return score >= 0 ? best : undefined
}

/** -1: different; else how many segments agree literally. */
const fitOf = (a: readonly string[], b: readonly string[]): number => {
  if (a.length !== b.length) return -1
  let same = 0
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) same++
    else if (a[i] !== '{}' && b[i] !== '{}') return -1
  }
  return same
}

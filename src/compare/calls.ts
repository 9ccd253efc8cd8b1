import { by, byText } from '../base/names.ts'
import type { Contract } from '../model/contract.ts'
import type { Interaction, OperationRef, Service, ServiceId, SystemModel } from '../model/system.ts'

/** One caller of one operation. `json`: what goes over the wire is JSON, or is turned into JSON for somebody else. */
export interface Call {
  from: ServiceId
  to: string
  interaction: Interaction
  ref: OperationRef
  json: boolean
}

export interface Served {
  service: Service
  ref: OperationRef
}

/** Who calls and who serves, by operation: built once per model. */
export interface CallIndex {
  model: SystemModel
  calls: Map<string, Call[]>
  /** HTTP calls of paths that nobody is known to serve. */
  unmatched: Call[]
  served: Map<string, Served[]>
  services: Map<ServiceId, Service>
}

/** `pkg.Service/Method` and `Service/Method` are one operation until packages tell them apart: the key drops the package. */
export const operationKey = (operation: string): string => {
  const http = /^([A-Z*]+) (.*)$/.exec(operation)
  if (http) return `${http[1]} /${http[2]!.split('/').filter(Boolean).join('/')}`
  const slash = operation.lastIndexOf('/')
  if (slash < 0) return operation
  return `${operation.slice(operation.lastIndexOf('.', slash) + 1, slash)}/${operation.slice(slash + 1)}`
}

/** Whether two spellings can mean one operation: equal, or one of them lacks its package. */
export const sameOperation = (a: string, b: string): boolean =>
  a === b || (operationKey(a) === operationKey(b) && (/^[A-Z*]+ /.test(a) || a.endsWith(`.${b}`) || b.endsWith(`.${a}`)))

export const indexCalls = (model: SystemModel): CallIndex => {
  const index: CallIndex = {
    model,
    calls: new Map(),
    unmatched: [],
    served: new Map(),
    services: new Map(model.services.map(s => [s.id, s])),
  }
  for (const interaction of [...model.interactions].sort(by(i => i.id))) {
    // A service is deployed together with itself.
    if (interaction.from === interaction.to) continue
    if (interaction.purpose !== 'call' && interaction.purpose !== 'auth' && interaction.purpose !== 'message') continue
    for (const ref of interaction.operations) {
      const json = interaction.encoding === 'json' || interaction.protocol === 'http' || interaction.protocol === 'graphql'
      const call = { from: interaction.from, to: interaction.to, interaction, ref, json }
      push(index.calls, operationKey(ref.operation), call)
      if (interaction.protocol === 'http' && ref.contract === undefined) index.unmatched.push(call)
    }
  }
  for (const service of [...model.services].sort(by(s => s.id)))
    for (const ref of service.serves) push(index.served, operationKey(ref.operation), { service, ref })
  return index
}

/** Calls of an operation of a contract. A call that names another contract is not one. */
export const callsOf = (index: CallIndex, operation: string, contract?: Pick<Contract, 'id' | 'providers'>): Call[] => [
  ...(index.calls.get(operationKey(operation)) ?? []).filter(c => refersTo(c.ref, operation, contract)),
  ...(operation.includes('{}') ? index.unmatched.filter(c => isOfPath(c, operation, contract)) : []),
]

/** A call of `/seats/1` is one of `/seats/{}`, while the one whom it calls serves nothing nearer to it. */
const isOfPath = ({ ref, to }: Call, operation: string, contract?: Pick<Contract, 'providers'>): boolean => {
  if (ref.operation === operation || contract?.providers.some(p => p.value === to) !== true) return false
  const [called, pattern] = [ref.operation.split(/[ /]/), operation.split(/[ /]/)]
  return called.length === pattern.length && pattern.every((part, i) => part === called[i] || (part === '{}' && called[i] !== ''))
}

export const serversOf = (index: CallIndex, operation: string, contract?: Pick<Contract, 'id'>): Served[] =>
  (index.served.get(operationKey(operation)) ?? []).filter(s => refersTo(s.ref, operation, contract))

const refersTo = (ref: OperationRef, operation: string, contract?: Pick<Contract, 'id'>): boolean =>
  sameOperation(ref.operation, operation) && (contract === undefined || ref.contract === undefined || ref.contract === contract.id)

export const push = <K, V>(map: Map<K, V[]>, key: K, value: V): void => {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

export const sortedTexts = (texts: Iterable<string>): string[] => [...new Set(texts)].sort(byText)

import type { Contract } from '../../../index.ts'
import { byText } from '../../../index.ts'
import { type Data, yamlOf } from '../yaml.ts'

/** What Backstage calls a format, for those whose definitions have operations. */
export const apiTypes: Partial<Record<Contract['format'], string>> = {
  openapi: 'openapi',
  code: 'openapi',
  asyncapi: 'asyncapi',
  graphql: 'graphql',
  protobuf: 'grpc',
  thrift: 'thrift',
}

/** An outline of a contract for those who read a catalog: its operations, and the file that says the rest. */
export const outlineOf = (contract: Contract): string => {
  const operations = contract.units.map(u => u.key).sort(byText)
  const source =
    contract.format === 'code' ? 'Read from the code; no specification says it.' : `Outline of ${contract.files[0] ?? contract.id}.`
  switch (contract.format) {
    case 'openapi':
    case 'code':
      return yamlOf({ openapi: '3.0.3', info: { title: contract.name, version: '0', description: source }, paths: pathsOf(operations) })
    case 'asyncapi':
      return yamlOf({
        asyncapi: '2.6.0',
        info: { title: contract.name, version: '0', description: source },
        channels: Object.fromEntries(operations.map(o => [o, { description: o }])),
      })
    default:
      return [`# ${source}`, ...operations.map(o => `# ${o}`), ''].join('\n')
  }
}

const METHODS = /^(get|put|post|delete|options|head|patch|trace)$/

/** `GET /orders/{}` as paths of a specification; holes get names. */
const pathsOf = (operations: readonly string[]): { [key: string]: Data } => {
  const paths = new Map<string, { [method: string]: Data }>()
  for (const operation of operations) {
    const [method = '', route = ''] = operation.split(' ', 2)
    if (!route.startsWith('/')) continue
    let n = 0
    const path = route.replace(/\{[^}]*\}/g, () => `{p${++n}}`)
    const verb = METHODS.test(method.toLowerCase()) ? method.toLowerCase() : 'get'
    const parameters = Array.from({ length: n }, (_, i) => ({ name: `p${i + 1}`, in: 'path', required: true, schema: { type: 'string' } }))
    const said = { ...(n > 0 ? { parameters } : {}), responses: { default: { description: 'See the contract.' } } }
    paths.set(path, { ...paths.get(path), [verb]: said })
  }
  return Object.fromEntries(paths)
}

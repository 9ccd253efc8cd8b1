import { describe, expect, it } from 'vitest'
import type { Contract, ContractFact } from '../../model/contract.ts'
import type { FileFacts } from '../../model/scan.ts'
import { openapi } from '../../read/contract/openapi.ts'
import { protobuf } from '../../read/contract/protobuf.ts'
import { compareAsPeer, compareContracts } from './contracts.ts'

const contractOf = (fact: ContractFact, file: string): Contract => ({
  ...fact,
  id: 'c',
  repo: 'office',
  files: [file],
  providers: [],
  copies: [],
})
const api = (operation: object): Contract => {
  const document = { openapi: '3.1.0', info: { title: 'Notify' }, paths: { '/messages/{id}': { put: operation } } }
  const { contract } = openapi.read({ path: 'a.json', content: JSON.stringify(document) }) as FileFacts & { contract: ContractFact }
  return contractOf(contract, 'a.json')
}
const json = (schema: object): object => ({ content: { 'application/json': { schema } } })
const both = (schema: object): Contract => api({ requestBody: json(schema), responses: { 200: json(schema) } })
const told = (base: Contract, head: Contract, asOf = '2026-01-01'): string[] =>
  compareAsPeer(base, head, { base: [base], head: [head] }, asOf)
    .map(c => `${c.contract!.rule} ${c.contract!.verdict.request ?? c.contract!.verdict.response}`)
    .sort()

const object = (properties: object, more: object = {}): object => ({ type: 'object', properties, ...more })

describe('the profile peer', () => {
  it('names a difference by side and place', () => {
    const base = both(object({ a: { type: 'string', maxLength: 5 } }))
    expect(told(base, both(object({ a: { type: 'string', maxLength: 9 } })))).toEqual([
      'request-property-max-length-increased compatible',
      'response-property-max-length-increased breaking',
    ])
    expect(told(base, both(object({})))).toEqual(['request-property-removed conditional', 'response-optional-property-removed conditional'])
    expect(told(base, both(object({ a: { type: 'string', maxLength: 5 } }, { required: ['a'] })))).toEqual([
      'request-property-became-required breaking',
      'response-property-became-required compatible',
    ])
  })

  it('tells parts of allOf as they are written', () => {
    const parts = (...names: string[]): Contract => both({ allOf: names.map(n => object({ [n]: { type: 'string' } })) })
    expect(told(parts('a'), parts('a', 'b'))).toEqual(
      expect.arrayContaining(['request-body-all-of-added breaking', 'response-body-all-of-added compatible']),
    )
    expect(told(parts('a', 'b'), parts('b', 'a'))).toEqual([])
  })

  it('a plain value that became a union has more types, a list of members is wrapped', () => {
    const union = { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] }
    expect(told(both(object({ a: { type: 'string' } })), both(object({ a: union })))).toEqual([
      'request-property-list-of-types-widened compatible',
      'response-property-list-of-types-widened breaking',
    ])
    const held = object({ b: { type: 'string' } })
    expect(told(both(object({ a: held })), both(object({ a: { oneOf: [held, object({ c: { type: 'string' } })] } })))).toEqual([
      'request-property-wrapped-in-one-of breaking',
      'response-property-wrapped-in-one-of breaking',
    ])
  })

  it('leaves webhooks that are an extension aside, as the peer does', () => {
    const webhooks = (key: string, schema: object): Contract => {
      const document = { openapi: '3.0.0', info: { title: 'Notify' }, paths: {}, [key]: { paid: { post: { requestBody: json(schema) } } } }
      const { contract } = openapi.read({ path: 'a.json', content: JSON.stringify(document) }) as FileFacts & { contract: ContractFact }
      return contractOf(contract, 'a.json')
    }
    const [before, after] = [object({ a: { type: 'string' } }), object({ a: { type: 'integer' } })]
    expect(told(webhooks('x-webhooks', before), webhooks('x-webhooks', after))).toEqual([])
    expect(told(webhooks('webhooks', before), webhooks('webhooks', after))).toHaveLength(1)
    expect(compareContracts(webhooks('x-webhooks', before), webhooks('x-webhooks', after))).toHaveLength(1)
  })

  it('judges announced ends at the given date', () => {
    const operation = { deprecated: true, 'x-sunset': '2026-06-01', responses: {} }
    const none = contractOf(
      (openapi.read({ path: 'a.json', content: '{"openapi":"3.1.0","paths":{}}' }) as FileFacts & { contract: ContractFact }).contract,
      'a.json',
    )
    expect(told(api(operation), none, '2026-01-01')).toEqual(['api-path-removed-before-sunset breaking'])
    expect(told(api(operation), none, '2026-07-01')).toEqual(['api-path-removed-with-deprecation compatible'])
    expect(told(api({ responses: {} }), none)).toEqual(['api-path-removed-without-deprecation breaking'])
  })

  it('says nothing of defaults of what has to be sent', () => {
    const parameter = (required: boolean, value: string): Contract =>
      api({ parameters: [{ name: 'kind', in: 'query', required, schema: { type: 'string', default: value } }], responses: {} })
    expect(told(parameter(false, 'a'), parameter(false, 'b'))).toEqual(['request-parameter-default-value-changed breaking'])
    expect(told(parameter(true, 'a'), parameter(true, 'b'))).toEqual([])
  })

  it('gives what is gone from Protobuf the place that is left of it', () => {
    const proto = (fields: string): Contract => {
      const content = `syntax = "proto3";\npackage notify;\nmessage Letter {\n${fields}\n}\n`
      return contractOf((protobuf.read({ path: 'a.proto', content }) as FileFacts & { contract: ContractFact }).contract, 'a.proto')
    }
    const [base, head] = [proto('string a = 1;\nstring b = 2;'), proto('string a = 1;')]
    expect(compareAsPeer(base, head, { base: [base], head: [head] }, '').map(c => c.at.head?.line)).toEqual([3])
  })
})

describe('a shared part that one operation no longer uses', () => {
  it('is told of that operation alone', () => {
    const document = (own: object): Contract => {
      const shared = { $ref: '#/components/parameters/limit' }
      const limit = { name: 'limit', in: 'query', schema: { type: 'integer', default: 30 } }
      const paths = { '/seats': { get: { parameters: [shared] } }, '/halls': { get: { parameters: [own] } } }
      const content = JSON.stringify({ openapi: '3.1.0', info: {}, paths, components: { parameters: { limit } } })
      return contractOf((openapi.read({ path: 'a.json', content }) as FileFacts & { contract: ContractFact }).contract, 'a.json')
    }
    const shared = { $ref: '#/components/parameters/limit' }
    const other = { name: 'limit', in: 'query', schema: { type: 'integer', default: 15 } }
    expect(told(document(shared), document(other))).toEqual(['request-parameter-default-value-changed breaking'])
  })
})

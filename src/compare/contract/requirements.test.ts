import { describe, expect, it } from 'vitest'
import type { Contract, ContractFact } from '../../model/contract.ts'
import type { FileFacts } from '../../model/scan.ts'
import { openapi } from '../../read/contract/openapi.ts'
import { compareContracts } from './contracts.ts'

const contract = (document: object): Contract => {
  const { contract: fact } = openapi.read({ path: 'a.json', content: JSON.stringify(document) }) as FileFacts & { contract: ContractFact }
  return { ...fact, id: 'c', repo: 'office', files: ['a.json'], providers: [], copies: [] }
}
const told = (a: object, b: object): string[] =>
  compareContracts(contract(a), contract(b))
    .map(c => c.contract!)
    .filter(c => Object.values(c.verdict).some(v => v !== 'compatible'))
    .map(c => `${c.rule} ${c.verdict.request ?? '-'}/${c.verdict.response ?? '-'}`)
    .sort()

const api = (operation: object, more: object = {}): object => ({
  openapi: '3.1.0',
  info: {},
  paths: { '/tickets': { post: operation } },
  ...more,
})
const both = (schema: object, components: object = {}): object => {
  const content = { 'application/json': { schema } }
  return api({ requestBody: { content }, responses: { 200: { content } } }, { components: { schemas: components } })
}
const schema = (a: object, b: object): string[] => told(both(a), both(b))
const parameter = (a: object, b: object): string[] => {
  const one = (more: object): object => api({ parameters: [{ name: 'seats', in: 'query', ...more }] })
  return told(one(a), one(b))
}
const list = { schema: { type: 'array', items: {} } }
const text = { schema: { type: 'string' } }

describe('requirements that a document states beside its types', () => {
  it.each([
    ['nothing, now a key', {}, { security: [{ key: [] }] }, ['security-added breaking/compatible']],
    ['a key, now nothing', { security: [{ key: [] }] }, { security: [] }, []],
    ['a key, now either of two', { security: [{ key: [] }] }, { security: [{ key: [] }, { token: [] }] }, []],
    [
      'either of two, now one',
      { security: [{ key: [] }, { token: [] }] },
      { security: [{ key: [] }] },
      ['security-changed breaking/compatible'],
    ],
    ['a key, now both', { security: [{ key: [] }] }, { security: [{ key: [], token: [] }] }, ['security-changed breaking/compatible']],
    ['one more scope', { security: [{ key: ['a'] }] }, { security: [{ key: ['a', 'b'] }] }, ['security-changed breaking/compatible']],
    ['one scope less', { security: [{ key: ['a', 'b'] }] }, { security: [{ key: ['a'] }] }, []],
    ['optional, now needed', { security: [{}, { key: [] }] }, { security: [{ key: [] }] }, ['security-changed breaking/compatible']],
  ])('security: %s', (_, a, b, expected) => {
    expect(told(api(a), api(b))).toEqual(expected)
  })

  it('security of all operations counts where an operation has none of its own', () => {
    expect(told(api({}), api({}, { security: [{ key: [] }] }))).toEqual(['security-added breaking/compatible'])
    expect(told(api({ security: [] }), api({ security: [] }, { security: [{ key: [] }] }))).toEqual([])
  })

  it.each([
    [
      { type: 'http', scheme: 'basic' },
      { type: 'http', scheme: 'bearer' },
    ],
    [
      { type: 'apiKey', in: 'query', name: 'k' },
      { type: 'apiKey', in: 'header', name: 'k' },
    ],
    [
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      { type: 'http', scheme: 'bearer', bearerFormat: 'opaque' },
    ],
    [
      { type: 'openIdConnect', openIdConnectUrl: 'https://a' },
      { type: 'openIdConnect', openIdConnectUrl: 'https://b' },
    ],
  ])('details of a security scheme: %j', (a, b) => {
    const of = (key: object): object => api({}, { components: { securitySchemes: { key } } })
    expect(told(of(a), of(b))).toEqual(['scheme-changed conditional/compatible'])
    expect(told(of(a), of(a))).toEqual([])
  })

  it('flows of OAuth: addresses, scopes, flows', () => {
    const of = (flows: object): object => api({}, { components: { securitySchemes: { login: { type: 'oauth2', flows } } } })
    const flow = (more: object): object => ({
      implicit: { authorizationUrl: 'https://a', scopes: { read: 'see', write: 'edit' }, ...more },
    })
    expect(told(of(flow({})), of(flow({ authorizationUrl: 'https://b' })))).toEqual(['oauth-url-changed conditional/compatible'])
    expect(told(of(flow({})), of(flow({ scopes: { read: 'see' } })))).toEqual(['oauth-scope-removed conditional/compatible'])
    expect(told(of(flow({})), of(flow({ scopes: { read: 'look', write: 'edit', all: '' } })))).toEqual([])
    expect(told(of(flow({})), of({}))).toEqual(['oauth-flow-removed breaking/compatible'])
  })

  it('style and explode of parameters, with their defaults', () => {
    expect(parameter(list, { ...list, style: 'spaceDelimited', explode: true })).toEqual(['style-changed breaking/-'])
    expect(parameter(list, { ...list, explode: false })).toEqual(['explode-changed breaking/-'])
    expect(parameter(list, { ...list, style: 'form', explode: true })).toEqual([])
    expect(parameter(text, { ...text, explode: false })).toEqual(['declared-explode-changed conditional/-'])
    expect(parameter({ ...text, allowEmptyValue: true }, text)).toEqual(['allow-empty-removed conditional/-'])
  })

  it.each([
    ['minProperties', { type: 'object', minProperties: 1 }, { type: 'object', minProperties: 2 }, 'min-properties-increased'],
    ['maxProperties', { type: 'object', maxProperties: 3 }, { type: 'object', maxProperties: 2 }, 'max-properties-decreased'],
    ['uniqueItems', { type: 'array' }, { type: 'array', uniqueItems: true }, 'unique-added'],
  ])('%s', (_, a, b, rule) => {
    expect(schema(a, b)).toEqual([`${rule} breaking/-`])
    expect(schema(b, a)).toEqual([expect.stringMatching(/ -\/conditional$/)])
  })

  it('multipleOf', () => {
    expect(schema({ type: 'integer' }, { type: 'integer', multipleOf: 5 })).toEqual(['multiple-added conditional/-'])
    expect(schema({ type: 'integer', multipleOf: 5 }, { type: 'integer', multipleOf: 10 })).toEqual([
      'multiple-changed -/conditional',
      'multiple-changed conditional/-',
    ])
  })

  it('allOf of one member is that member', () => {
    const seat = { type: 'object', properties: { row: { type: 'integer' } }, required: ['row'] }
    const ref = { $ref: '#/components/schemas/Seat' }
    expect(told(both(seat), both({ allOf: [seat] }))).toEqual([])
    expect(told(both(ref, { Seat: seat }), both({ allOf: [ref] }, { Seat: seat }))).toEqual([])
    expect(told(both({ allOf: [ref] }, { Seat: seat }), both(ref, { Seat: { ...seat, required: [] } }))).toEqual([
      'required-removed compatible/breaking',
    ])
  })

  it('a discriminator’s value that leads to a renamed schema is the same value', () => {
    const of = (name: string): object =>
      both(
        {
          oneOf: [{ $ref: `#/components/schemas/${name}` }],
          discriminator: { propertyName: 'kind', mapping: { seat: `#/components/schemas/${name}` } },
        },
        { [name]: { type: 'object', properties: { kind: { type: 'string' } } } },
      )
    expect(told(of('Seat'), of('Place'))).toEqual([])
  })

  it('callbacks are what consumers are sent', () => {
    const of = (properties: object, name = 'onSold'): object =>
      api({
        callbacks: {
          [name]: {
            '{$request.body#/url}': {
              post: { requestBody: { content: { 'application/json': { schema: { type: 'object', properties } } } } },
            },
          },
        },
      })
    expect(told(of({ id: {}, row: {} }), of({ id: {} }))).toEqual(['property-removed -/conditional'])
    expect(told(of({ id: {} }), of({ id: {} }, 'onPaid'))).toEqual(['callback-removed -/breaking'])
  })
})

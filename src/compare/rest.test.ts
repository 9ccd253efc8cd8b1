import { describe, expect, it } from 'vitest'
import { call, operation, repo, service, system, use } from '../../test/support/models.ts'
import { joinContracts } from '../link/contracts.ts'
import type { Contract } from '../model/contract.ts'
import type { MemberUse } from '../model/fragment.ts'
import { openapi } from '../read/contract/openapi.ts'
import { compare } from './compare.ts'

const contractOf = async (body: string): Promise<Contract> => {
  const content = `openapi: 3.0.3
info: { title: notify, version: 1 }
paths:
  /messages:
    post:
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Message' } } }
      responses:
        '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Receipt' } } } }
components:
  schemas:
    ${body.trim().split('\n').join('\n    ')}
`
  const { contract } = await openapi.read({ path: 'services/notify/openapi.yaml', content })
  const file = { file: 'services/notify/openapi.yaml', digest: content, contract: contract! }
  return joinContracts({ files: [{ repo, file }], stubs: [], programs: [] }).contracts[0]!
}

const message = 'Message: { type: object, required: [template], properties: { template: { type: string } } }'
const receipt = 'Receipt: { type: object, properties: { id: { type: string }, sent: { type: string } } }'

const post = 'POST /messages'
const office = (contract: Contract, uses: MemberUse[]) =>
  system({
    services: [service('notify', { serves: [operation(post)] }), service('booking')],
    interactions: [call('booking', 'notify', [operation(post, { uses })], { protocol: 'http' })],
    contracts: [contract],
  })

const sends = (path: string): MemberUse => use(path, { side: 'request', access: 'send' })

const consumerOf = async (before: string, after: string, old: MemberUse[], now: MemberUse[]) => {
  const { impacts } = compare(office(await contractOf(before), old), office(await contractOf(after), now))
  expect(impacts).toHaveLength(1)
  return { consumer: impacts[0]!.impacts.find(i => i.role === 'consumer'), order: impacts[0]!.deployOrder?.safe }
}

describe('a REST contract', () => {
  const demanding = message.replace('[template]', '[template, language]').replace('{ template:', '{ language: { type: string }, template:')

  it('a body member becomes required, and the caller does not send it', async () => {
    const { consumer, order } = await consumerOf(
      `${message}\n${receipt}`,
      `${demanding}\n${receipt}`,
      [sends('template')],
      [sends('template')],
    )
    expect(consumer).toMatchObject({ party: 'booking', verdict: 'likely-breaks', loud: true, repairedAtHead: false })
    expect(order).toBe('none')
  })

  it('the caller sends it from this change on: callers first', async () => {
    const { consumer, order } = await consumerOf(
      `${message}\n${receipt}`,
      `${demanding}\n${receipt}`,
      [sends('template')],
      [sends('template'), sends('language')],
    )
    expect(consumer).toMatchObject({ repairedAtHead: true })
    expect(order).toBe('consumers-first')
  })

  it('a response member goes that a caller reads', async () => {
    const without = receipt.replace(', sent: { type: string }', '')
    const { consumer } = await consumerOf(`${message}\n${receipt}`, `${message}\n${without}`, [use('sent')], [use('sent')])
    expect(consumer).toMatchObject({ party: 'booking', verdict: 'breaks', loud: true, note: 'reads sent', repairedAtHead: false })
  })

  it('the caller stops reading it in the same change: callers first', async () => {
    const without = receipt.replace(', sent: { type: string }', '')
    const { consumer, order } = await consumerOf(`${message}\n${receipt}`, `${message}\n${without}`, [use('sent')], [use('id')])
    expect(consumer).toMatchObject({ repairedAtHead: true })
    expect(order).toBe('consumers-first')
  })
})

import { expect, it } from 'vitest'
import { composeFile, mapOf, nodeService } from '../support/office.ts'

it('a program with pages of its own that asks others is what people look at, whatever its name', async () => {
  const kinds = async (more: Record<string, string>): Promise<string[]> => {
    const model = await mapOf({
      'compose.yaml': composeFile({ xq: 'build: ./xq\nports: ["80:7000"]', pricing: 'build: ./pricing' }),
      ...nodeService('xq', "require('axios').get('http://pricing:7000/v1/list')"),
      ...nodeService('pricing'),
      ...more,
    })
    return model.services.map(s => `${s.id} ${s.kind}`)
  }
  expect(await kinds({ 'xq/templates/seats.html': '', 'xq/templates/order.html': '' })).toEqual(['pricing service', 'xq frontend'])
  expect(await kinds({ 'pricing/templates/a.html': '', 'pricing/templates/b.html': '' })).toEqual(['pricing service', 'xq service'])
  expect(await kinds({ 'xq/templates/letter.html': '' })).toEqual(['pricing service', 'xq service'])
})

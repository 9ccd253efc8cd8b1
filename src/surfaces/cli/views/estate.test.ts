import { expect, it } from 'vitest'
import { call, service, system } from '../../../../test/support/models.ts'
import { table } from './table.ts'

const words =
  'seating pricing billing ledger notify booking catalog search payments invoices refunds fraud-check customer-profile venue-management'.split(
    ' ',
  )
const names = Array.from(
  { length: 200 },
  (_, n) => `${words[n % words.length]}${n < words.length ? '' : `-${['api', 'worker', 'gateway-adapter', 'v2'][n % 4]}-${n}`}`,
)
const estate = system({
  services: names.map((name, n) =>
    service(name, {
      owners: n % 7 === 0 ? [] : [{ value: `@tickets/${['payments', 'venues', 'web', 'platform-engineering'][n % 4]}`, evidence: [] }],
      kind: n % 9 === 0 ? 'worker' : 'service',
    }),
  ),
  interactions: names
    .flatMap((from, n) => [1, 3, 8].slice(0, n % 4).map(step => call(from, names[Math.floor((n * step) / 9) % 40]!)))
    .filter(i => i.from !== i.to),
  resources: [
    { id: 'topic:orders', name: 'orders', kind: 'topic', aliases: [], evidence: [] },
    { id: 'database:seats', name: 'seats', kind: 'database', aliases: [], evidence: [] },
  ],
})

it.each([80, 120, 200])('a table of 200 services fits %i columns, and says its columns on every screen', width => {
  const text = table(estate, { width, colour: false, ms: 900, files: 5000 })
  const lines = text.split('\n')
  expect(lines.filter(line => line.length > width)).toEqual([])
  expect(lines.filter(line => /^ {2}service +/.test(line))).toHaveLength(5)
  expect(lines.findIndex(line => line.startsWith('  billing '))).toBeLessThan(6)
  expect(lines.filter(line => /… \+\d+/.test(line)).length, 'a name is cut though another would fit').toBeLessThan(width < 100 ? 40 : 5)
})

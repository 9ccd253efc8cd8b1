import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compare } from '../src/compare/compare.ts'
import type { Impact } from '../src/model/change.ts'
import type { SystemModel } from '../src/model/system.ts'
import { type Files, judged, mapOf } from './support/judged.ts'
import { call, operation, repo, service, specification, system, use } from './support/models.ts'

const docker = 'FROM base\nCOPY . .\nCMD ["node", "main.js"]\n'
const seating =
  "const app = require('express')()\napp.get('/seats', (req, res) => { res.json({ row: 'a', hall: 'main' }) })\napp.listen(8080)\n"
const gateway = (answer: string): string =>
  `const axios = require('axios')\nconst app = require('express')()\napp.get('/api/seats', async (req, res) => {\n  const seat = await axios.get('http://seating:8080/seats')\n  res.json(${answer})\n})\napp.listen(8080)\n`
const notify = (member: string): string =>
  `const axios = require('axios')\nasync function tell() {\n  const seat = await axios.get('http://gateway:8080/api/seats')\n  send(seat.data${member && `.${member}`})\n}\ntell()\n`

const office = (answer: string, member: string): Files => ({
  'compose.yaml': 'services:\n  seating:\n    build: seating\n  gateway:\n    build: gateway\n  notify:\n    build: notify\n',
  ...Object.fromEntries(
    [
      ['seating', seating],
      ['gateway', gateway(answer)],
      ['notify', notify(member)],
    ].flatMap(([name, code]) => [
      [`${name}/Dockerfile`, docker],
      [`${name}/package.json`, `{"name":"${name}"}`],
      [`${name}/main.js`, code!],
    ]),
  ),
})

const without = (files: Files, member: string): Files => ({
  ...files,
  'seating/main.js': seating.replace(member, ''),
})

const through = async (answer: string, member: string, gone: string): Promise<(string | string[] | undefined)[][]> => {
  const base = office(answer, member)
  const verdict = await judged(base, without(base, gone))
  return verdict.findings.flatMap(f => f.impact.filter(i => i.via).map(i => [i.party, i.verdict, i.note, i.via]))
}

describe('a service that hands an answer on', () => {
  it('is followed where it answers with all of it', async () => {
    expect(await through('seat.data', 'row', "row: 'a', ")).toEqual([['notify', 'breaks', 'reads row', ['gateway']]])
  })

  it('is followed by members, under the names it gives them', async () => {
    expect(await through('{ place: { row: seat.data.row }, name: "x" }', 'place.row', "row: 'a', ")).toEqual([
      ['notify', 'breaks', 'reads place.row', ['gateway']],
    ])
  })

  it('passes on only what it answers with: who reads something else of that is not concerned, who holds the whole may be', async () => {
    expect(await through('seat.data', 'hall', "row: 'a', ")).toEqual([])
    const [unread] = await through('seat.data', '', "row: 'a', ")
    expect(unread).toEqual(['notify', 'unknown', 'calls GET /api/seats', ['gateway']])
    expect(await through('{ hall: seat.data.hall }', 'hall', "row: 'a', ")).toEqual([])
  })

  it('denies, and says through whom', async () => {
    const base = office('seat.data', 'row')
    const verdict = await judged(base, without(base, "row: 'a', "))
    expect(verdict.decision).toBe('deny')
    expect((await mapOf(base)).services.find(s => s.id === 'gateway')!.serves[0]!.passes).toMatchObject([
      { node: 'seating', operation: 'GET /seats', from: [], to: [] },
    ])
  })
})

/** A line, or any graph, of services that hand the answer of the one before on. */
const chain = (edges: readonly (readonly [number, number])[], reads: boolean): SystemModel => {
  const of = (n: number): string => `s${n}`
  const size = Math.max(1, ...edges.flat()) + 1
  const passes = (n: number) =>
    edges.flatMap(([from, to]) =>
      from === n ? [{ node: of(to), operation: `GET /${of(to)}`, from: [], to: [], at: { repo, file: `${of(n)}.js`, line: 1 } }] : [],
    )
  return system({
    services: Array.from({ length: size }, (_, n) => service(of(n), { serves: [operation(`GET /${of(n)}`, { passes: passes(n) })] })),
    interactions: edges.map(([from, to]) =>
      call(of(from), of(to), [operation(`GET /${of(to)}`, { closed: true, uses: reads ? [use('row')] : [] })], { protocol: 'http' }),
    ),
    contracts: [specification('s0', { 'GET /s0': ['row'] }, ['s0'])],
  })
}

const impactsOf = (model: SystemModel): Impact[] => {
  const head = { ...model, contracts: [specification('s0', { 'GET /s0': [] }, ['s0'])] }
  return compare(model, head).impacts.flatMap(r => r.impacts)
}

describe('laws', () => {
  const graph = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 14 })

  it('ends on every graph, names each party once through others, and none without a way to it', () => {
    fc.assert(
      fc.property(graph, edges => {
        const impacts = impactsOf(chain(edges, true))
        const parties = impacts.filter(i => i.via).map(i => i.party)
        expect(new Set(parties).size).toBe(parties.length)
        for (const impact of impacts.filter(i => i.via)) {
          const way = [impact.party, ...impact.via!, 's0']
          for (const [i, from] of way.slice(0, -1).entries())
            expect(edges).toContainEqual([Number(from.slice(1)), Number(way[i + 1]!.slice(1))])
        }
      }),
    )
  })

  it('further evidence of use never spares a party', () => {
    fc.assert(
      fc.property(graph, edges => {
        const felt = (reads: boolean): Set<string> =>
          new Set(
            impactsOf(chain(edges, reads))
              .filter(i => i.verdict === 'breaks')
              .map(i => i.party),
          )
        const read = felt(true)
        for (const party of felt(false)) expect(read).toContain(party)
      }),
    )
  })

  it('a line is followed to its bound', () => {
    const line = Array.from({ length: 5 }, (_, n) => [n + 1, n] as const)
    expect(impactsOf(chain(line, true)).flatMap(i => (i.via ? [[i.party, i.via]] : []))).toEqual([
      ['s2', ['s1']],
      ['s3', ['s2', 's1']],
      ['s4', ['s3', 's2', 's1']],
      ['s5', ['s4', 's3', 's2', 's1']],
    ])
  })
})

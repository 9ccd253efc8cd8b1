import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { call, judgeInput, operation, proto, service, system, use, wiring } from '../../test/support/models.ts'
import { compare } from '../compare/compare.ts'
import type { SystemModel } from '../model/system.ts'
import type { Severity } from '../model/verdict.ts'
import { nextBaseline } from './baseline.ts'
import { judge } from './judge.ts'

const names = ['billing', 'booking', 'ledger', 'pricing', 'seating']
const name = fc.constantFrom(...names)
const rpcs = ['Get', 'Put', 'Void']
const fields = ['id', 'tax_id', 'total']

/** Small systems of a ticket office: who calls whom, what the contracts hold, where addresses lead. */
const systems: fc.Arbitrary<SystemModel> = fc
  .record({
    contracts: fc.uniqueArray(fc.record({ of: name, rpcs: fc.subarray(rpcs), fields: fc.subarray(fields) }), { selector: c => c.of }),
    calls: fc.uniqueArray(fc.record({ from: name, to: name, rpcs: fc.subarray(rpcs), reads: fc.subarray(fields), closed: fc.boolean() }), {
      selector: c => `${c.from} ${c.to}`,
      maxLength: 8,
    }),
    wirings: fc.uniqueArray(fc.record({ of: name, to: name, works: fc.boolean(), read: fc.boolean() }), {
      selector: w => `${w.of} ${w.to}`,
    }),
    present: fc.subarray(names, { minLength: 3 }),
  })
  .map(({ contracts, calls, wirings, present }) => {
    const rpcOf = (of: string, rpc: string): string => `${of}.${of[0]!.toUpperCase()}${of.slice(1)}/${rpc}`
    return system({
      services: present.map(p =>
        service(p, { serves: contracts.filter(c => c.of === p).flatMap(c => c.rpcs.map(r => operation(rpcOf(p, r)))) }),
      ),
      interactions: calls
        .filter(c => present.includes(c.from) && present.includes(c.to))
        .map(c =>
          call(
            c.from,
            c.to,
            c.rpcs.map(r => operation(rpcOf(c.to, r), { uses: c.reads.map(f => use(f)), closed: c.closed })),
          ),
        ),
      contracts: contracts.map(c =>
        proto(
          c.of,
          c.rpcs,
          c.fields.map((f, n) => ({ number: n + 1, name: f })),
        ),
      ),
      wirings: wirings
        .filter(w => present.includes(w.of))
        .map(w => wiring(w.of, `${w.to.toUpperCase()}_ADDR`, `${w.to}:80`, { read: w.read, ...(w.works ? { to: w.to } : {}) })),
    })
  })

const judged = (base: SystemModel, head: SystemModel, more = {}) =>
  judge(judgeInput(base, head, { comparison: compare(base, head), ...more }))

const rank: Record<Severity, number> = { error: 2, warning: 1, note: 0 }
const decisions = ['allow', 'warn', 'deny']

describe('laws of the gate', () => {
  it('a model against itself has no difference, no finding, and is allowed', () => {
    fc.assert(
      fc.property(systems, model => {
        expect(compare(model, structuredClone(model))).toEqual({ changes: [], impacts: [] })
        expect(judged(model, structuredClone(model))).toMatchObject({ decision: 'allow', findings: [] })
      }),
      { numRuns: 50 },
    )
  })

  it('the same input gives the same bytes, and the order of a model is no input', () => {
    fc.assert(
      fc.property(systems, systems, (base, head) => {
        const turned = {
          ...head,
          services: [...head.services].reverse(),
          interactions: [...head.interactions].reverse(),
          wirings: [...head.wirings].reverse(),
        }
        const { modelHash: _, id: __, ...once } = judged(base, head)
        const { modelHash: _2, id: __2, ...again } = judged(base, turned)
        expect(JSON.stringify(again.findings)).toBe(JSON.stringify(once.findings))
        expect(JSON.stringify(judged(base, head))).toBe(JSON.stringify(judged(base, head)))
      }),
      { numRuns: 50 },
    )
  })

  it('more evidence of use never makes the verdict on a party milder', () => {
    const order = ['safe-proved', 'tolerated-silently', 'unknown', 'likely-breaks', 'breaks']
    fc.assert(
      fc.property(
        systems,
        systems,
        fc.constantFrom(...fields),
        fc.constantFrom('strict' as const, 'defaulted' as const),
        (base, head, field, tolerance) => {
          const more: SystemModel = {
            ...base,
            interactions: base.interactions.map(i => ({
              ...i,
              operations: i.operations.map(o => ({
                ...o,
                uses: [...o.uses, use(field, { tolerance, at: { repo: 'tickets', file: 'extra.go', line: 1 } })],
              })),
            })),
          }
          const verdicts = (model: SystemModel): Map<string, number> =>
            new Map(
              compare(model, head).impacts.flatMap(r =>
                r.impacts.map(i => [`${r.change.subject.id} ${r.change.kind} ${i.role} ${i.party}`, order.indexOf(i.verdict)] as const),
              ),
            )
          const less = verdicts(base)
          const richer = verdicts(more)
          for (const [key, verdict] of less) expect(richer.get(key) ?? -1).toBeGreaterThanOrEqual(verdict)
        },
      ),
    )
  })

  it('a waiver only ever lowers', () => {
    fc.assert(
      fc.property(systems, systems, fc.nat(), (base, head, pick) => {
        const plain = judged(base, head)
        if (plain.findings.length === 0) return
        const target = plain.findings[pick % plain.findings.length]!
        const consumers = [...new Set(target.impact.flatMap(i => (i.role === 'consumer' ? [i.party] : [])))]
        const waiver = { rule: target.rule, subject: target.fingerprint, reason: 'known', owner: 'team', expires: '2026-12-01', consumers }
        const waived = judged(base, head, { policy: { ...judgeInput(base, head).policy, waivers: [waiver] } })
        expect(decisions.indexOf(waived.decision)).toBeLessThanOrEqual(decisions.indexOf(plain.decision))
        for (const finding of waived.findings) {
          const before = plain.findings.find(f => f.fingerprint === finding.fingerprint)!
          expect(rank[finding.severity]).toBeLessThanOrEqual(rank[before.severity])
        }
        expect(waived.waiversUsed).toEqual([waiver])
      }),
      { numRuns: 50 },
    )
  })

  it('every verdict is valid by its published schema', () => {
    const schema = JSON.parse(readFileSync(new URL('../../docs/schema/verdict.schema.json', import.meta.url), 'utf8'))
    const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema)
    fc.assert(
      fc.property(systems, systems, (base, head) => {
        validate(JSON.parse(JSON.stringify(judged(base, head, { changedFiles: ['lintel.config.yaml'] }))))
        expect(validate.errors).toBeNull()
      }),
      { numRuns: 50 },
    )
    expect(validate({ schema: 1 })).toBe(false)
  })
})

describe('policy', () => {
  const base = system({ services: [service('a'), service('b')], interactions: [call('a', 'b')] })
  const head = { ...base, interactions: [call('a', 'b'), call('b', 'a')] }
  const policy = judgeInput(base, head).policy

  it('an expired waiver does not hold, and is an error', () => {
    const waivers = [{ rule: 'topology/sync-cycle', subject: 'a*', reason: 'r', owner: 'team', expires: '2026-11-01' }]
    const verdict = judged(base, head, { policy: { ...policy, waivers } })
    expect(verdict.findings.map(f => `${f.rule} ${f.severity}`).sort()).toEqual([
      'policy/expired-waiver error',
      'topology/sync-cycle error',
    ])
  })

  it('a waiver may name the subject with a star', () => {
    const waivers = [{ rule: 'topology/sync-cycle', subject: 'a -> *', reason: 'r', owner: 'team', expires: '2026-12-01' }]
    expect(judged(base, head, { policy: { ...policy, waivers } })).toMatchObject({
      decision: 'allow',
      findings: [{ severity: 'note', waiver: waivers[0] }],
    })
  })

  it('the level in the policy wins, and off is off', () => {
    expect(judged(base, head, { policy: { ...policy, rules: { 'topology/sync-cycle': 'warning' } } }).decision).toBe('warn')
    expect(judged(base, head, { policy: { ...policy, rules: { 'topology/sync-cycle': 'off' } } }).findings).toEqual([])
  })

  it('an edit of the policy is a finding', () => {
    expect(judged(base, base, { changedFiles: ['lintel.waivers.yaml'] })).toMatchObject({
      decision: 'warn',
      findings: [{ rule: 'policy/changed' }],
    })
  })

  it('a guess never blocks', () => {
    const guess = { reader: 'test', basis: 'inferred' as const, at: { repo: 'tickets', file: 'x', line: 1 } }
    const guessed = { ...head, interactions: [call('a', 'b'), call('b', 'a', [], { evidence: [guess] })] }
    expect(judged(base, guessed)).toMatchObject({ decision: 'warn', findings: [{ confidence: 'low', severity: 'warning' }] })
  })

  it('what was there is quiet, unless everything is asked for; the baseline holds it, and shrinks', () => {
    expect(judged(head, head).findings).toEqual([])
    const all = judged(head, head, { all: true })
    expect(all.findings.map(f => f.rule)).toContain('topology/sync-cycle')
    const entries = all.findings.map(f => ({ fingerprint: f.fingerprint, rule: f.rule, subject: f.subject.name }))
    expect(judged(head, head, { all: true, baseline: { file: 'lintel.baseline.json', entries } }).findings).toEqual([])
    const paid = judged(base, base, { all: true, baseline: { file: 'lintel.baseline.json', entries } })
    expect(paid.findings.map(f => f.rule)).toContain('policy/stale-baseline')
    const known = { file: 'lintel.baseline.json', entries: [{ fingerprint: 'gone', rule: 'topology/sync-cycle', subject: 'a ring' }] }
    const stale = {
      ...paid.findings.find(f => f.rule === 'policy/stale-baseline')!,
      subject: { kind: 'policy' as const, id: 'baseline/gone', name: 'a ring' },
    }
    const fresh = { ...stale, rule: 'ownership/no-owner', fingerprint: 'new', severity: 'warning' as const }
    expect(nextBaseline(known, [stale, fresh], false)).toEqual([])
    expect(nextBaseline(known, [stale, fresh], true).map(e => e.fingerprint)).toEqual(['new'])
    expect(nextBaseline(undefined, [fresh], false).map(e => e.fingerprint)).toEqual(['new'])
  })

  it('could not judge, when facts of a changed file are missing', () => {
    const problems = [{ code: 'proto/syntax', message: 'm', severity: 'error' as const, at: { repo: 'tickets', file: 'a.proto', line: 3 } }]
    expect(judged(base, { ...base, problems }, { changedFiles: ['a.proto'] }).complete).toBe(false)
    expect(judged(base, { ...base, problems }, { changedFiles: ['b.proto'] }).complete).toBe(true)
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ContractFact, Edge, NodeIx } from '../../model/contract.ts'
import { operations } from '../../model/contract.ts'
import type { FileFacts } from '../../model/scan.ts'
import { protobuf } from './protobuf.ts'

const folder = new URL('../../../fixtures/readers/protobuf/', import.meta.url)
const files = readdirSync(folder).filter(f => f.endsWith('.proto'))
const text = (file: string): string => readFileSync(new URL(file, folder), 'utf8')
const read = (content: string): FileFacts & { contract: ContractFact } =>
  protobuf.read({ path: 'a.proto', content }) as FileFacts & { contract: ContractFact }

/** A contract as indented lines: role key → kind name {facets} :line. */
const outline = (contract: ContractFact): string[] => {
  const lines: string[] = []
  const seen = new Set<NodeIx>()
  const visit = (edge: Edge, indent: string): void => {
    if (typeof edge.to !== 'number') {
      lines.push(`${indent}${edge.role} ${edge.key} -> ${edge.to.name} in ${edge.to.scope ?? '.'}`)
      return
    }
    const node = contract.nodes[edge.to]!
    lines.push(
      `${indent}${edge.role} ${edge.key} ${node.kind} ${node.name ?? ''} ${JSON.stringify(node.facets)} :${node.at.line}-${node.at.endLine ?? ''}`,
    )
    if (seen.has(edge.to)) return
    seen.add(edge.to)
    for (const inner of node.edges) visit(inner, `${indent}  `)
  }
  for (const edge of contract.nodes[contract.root]!.edges) visit(edge, '')
  return [JSON.stringify(contract.nodes[contract.root]!.facets), ...contract.units.map(u => `unit ${u.key} refs ${u.refs}`), ...lines]
}

describe('protobuf', () => {
  const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8'))
  it.each(files)('reads %s', file => {
    const { contract, problems } = read(text(file))
    expect({ outline: outline(contract), problems }).toEqual(expected[file])
  })

  it('names operations in full', () => {
    expect(operations(read(text('seating.proto')).contract).map(o => o.id)).toEqual([
      'tickets.seating.v1.Seating/Reserve',
      'tickets.seating.v1.Seating/Watch',
    ])
  })

  const hashes = (content: string): Record<string, string> => Object.fromEntries(read(content).contract.units.map(u => [u.key, u.hash]))

  it('hashes meaning: not comments, layout, order or language options', () => {
    const base = hashes('syntax = "proto3"; message A { string id = 1; int32 n = 2; } message B { A a = 1; }')
    const other =
      'syntax = "proto3";\n// new\noption go_package = "x";\nmessage B { A a = 1; }\nmessage A {\n  int32 n = 2;\n  string id = 1; // id\n}'
    expect(hashes(other)).toEqual(base)
    const changed = hashes('syntax = "proto3"; message A { string id = 1; int64 n = 2; } message B { A a = 1; }')
    expect(changed.A).not.toBe(base.A)
    expect(changed.B).toBe(base.B)
  })

  it('survives any damage, and keeps what stands before it', () => {
    const source = text('seating.proto')
    fc.assert(
      fc.property(fc.nat(source.length), fc.nat(12), fc.string({ maxLength: 6 }), (at, drop, put) => {
        const { contract } = read(source.slice(0, at) + put + source.slice(at + drop))
        for (const node of contract.nodes)
          for (const e of node.edges) if (typeof e.to === 'number') expect(contract.nodes[e.to]).toBeDefined()
      }),
      { numRuns: 300 },
    )
  })

  it('has limits', () => {
    const deep = read(`${'message A {'.repeat(5_000)}${'}'.repeat(5_000)} message Z { string a = 1; }`)
    expect(deep.problems[0]!.message).toContain('nested deeper')
    expect(deep.contract.units.map(u => u.key)).toContain('Z')
    const option = read(`option x = ${'{ a '.repeat(20_000)}; message Z { string a = 1; }`)
    expect(option.problems.length).toBeGreaterThan(0)
  })
})

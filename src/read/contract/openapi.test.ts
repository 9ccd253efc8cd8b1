import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ContractFact, Edge, NodeIx } from '../../model/contract.ts'
import type { FileFacts } from '../../model/scan.ts'
import { openapi } from './openapi.ts'

const folder = new URL('../../../fixtures/readers/openapi/', import.meta.url)
const files = readdirSync(folder).filter(f => f !== 'expected.json')
const text = (file: string): string => readFileSync(new URL(file, folder), 'utf8')
const read = (path: string, content: string): FileFacts => openapi.read({ path, content }) as FileFacts

/** A contract as indented lines: role key → kind name {facets} :line. A node that was shown is not shown again. */
const outline = (contract: ContractFact): string[] => {
  const lines: string[] = []
  const seen = new Set<NodeIx>()
  const visit = (edge: Edge, indent: string): void => {
    const mark = `${indent}${edge.role} ${edge.key}${edge.required ? ' required' : ''}`
    if (typeof edge.to !== 'number') {
      lines.push(`${mark} -> ${edge.to.name}`)
      return
    }
    const node = contract.nodes[edge.to]!
    lines.push(`${mark} ${node.kind} ${node.name ?? ''} ${JSON.stringify(node.facets)} :${node.at.line}`)
    if (seen.has(edge.to)) return
    seen.add(edge.to)
    for (const inner of node.edges) visit(inner, `${indent}  `)
  }
  for (const edge of contract.nodes[contract.root]!.edges) visit(edge, '')
  const units = contract.units.map(u => `unit ${u.key} refs ${u.refs}`)
  return [
    `${contract.name} ${contract.version} ${contract.imports} ${JSON.stringify(contract.nodes[contract.root]!.facets)}`,
    ...units,
    ...lines,
  ]
}

describe('openapi', () => {
  const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8'))
  it.each(files)('reads %s', file => {
    expect(openapi.recognises!(text(file))).toBe(true)
    const { contract, problems } = read(file, text(file))
    expect({ outline: contract && outline(contract), problems }).toEqual(expected[file])
  })

  it('leaves other files alone', () => {
    expect(openapi.recognises!('apiVersion: v1\nkind: Service')).toBe(false)
    expect(openapi.wants('package.json')).toBe(false)
  })

  it('survives any damage', () => {
    const source = text('pricing.yaml')
    fc.assert(
      fc.property(fc.nat(source.length), fc.nat(12), fc.string({ maxLength: 6 }), (at, drop, put) => {
        const { contract } = read('a.yaml', source.slice(0, at) + put + source.slice(at + drop))
        for (const node of contract?.nodes ?? [])
          for (const e of node.edges) if (typeof e.to === 'number') expect(contract!.nodes[e.to]).toBeDefined()
      }),
      { numRuns: 200 },
    )
  })

  it('has limits', () => {
    const deep = `{"openapi":"3.0.0","paths":{},"components":{"schemas":{"A":${'{"items":'.repeat(400)}{}${'}'.repeat(400)}}}}`
    expect(read('a.json', deep).problems[0]!.message).toContain('nested deeper')
  })
})

import { describe, expect, it } from 'vitest'
import { fitOf } from '../src/compare/literals.ts'
import type { Change } from '../src/model/change.ts'
import type { MemberUse } from '../src/model/fragment.ts'
import { type Files, judged } from './support/judged.ts'

const docker = 'FROM base\nCOPY . .\nCMD ["./main"]\n'
const pricing = `package main

import (
	"encoding/json"
	"net/http"
)

type Price struct {
	Total int \`json:"total"\`
}

func main() {
	http.HandleFunc("/price", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(Price{Total: 7})
	})
	http.ListenAndServe(":8080", nil)
}
`
const booking = (refuses: string): string => `package main

import (
	"encoding/json"
	"fmt"
	"net/http"
)

type Price struct {
	Total int \`json:"total"\`
}

func main() {
	response, _ := http.Get("http://pricing:8080/price")
	decoder := json.NewDecoder(response.Body)
${refuses}	var price Price
	decoder.Decode(&price)
	fmt.Println(price.Total)
}
`
const office = (refuses: string): Files => ({
  'compose.yaml': 'services:\n  pricing:\n    build: pricing\n  booking:\n    build: booking\n',
  'pricing/Dockerfile': docker,
  'pricing/go.mod': 'module pricing\n',
  'pricing/main.go': pricing,
  'booking/Dockerfile': docker,
  'booking/go.mod': 'module booking\n',
  'booking/main.go': booking(refuses),
})

const added = async (refuses: string): Promise<string[]> => {
  const base = office(refuses)
  const more = pricing.replace('`json:"total"`', '`json:"total"`\n\tTax int `json:"tax"`')
  const verdict = await judged(base, { ...base, 'pricing/main.go': more })
  return verdict.findings.flatMap(f => f.impact.map(i => `${i.party} ${i.verdict}: ${i.note}`))
}

describe('a type that takes no further members', () => {
  it('breaks with one that an answer has from now on', async () => {
    expect(await added('\tdecoder.DisallowUnknownFields()\n')).toEqual([
      'booking breaks: takes no members but those it names, and gets tax',
    ])
  })

  it('is told from one that passes them over', async () => {
    expect(await added('')).toEqual([])
  })
})

describe('a constant that is sent', () => {
  const change = (rule: string, after?: unknown, before?: unknown): Change =>
    ({ kind: 'modified', subject: { kind: 'element', id: '', name: '' }, at: {}, before, after, contract: { rule } }) as unknown as Change
  const use = (literal?: string, more: Partial<MemberUse> = {}): MemberUse => ({
    ...{ side: 'request', path: ['hall'], access: 'send', tolerance: 'strict', at: { repo: 'r', file: 'f', line: 1 } },
    ...(literal === undefined ? {} : { literal }),
    ...more,
  })
  const measured = (c: Change, ...uses: MemberUse[]): string | undefined => fitOf(c, uses)?.fit

  it('is measured against what is allowed from now on', () => {
    expect(measured(change('max-length-decreased', 3, 9), use('main'))).toBe('breaks')
    expect(measured(change('max-length-decreased', 4, 9), use('main'))).toBe('fits')
    expect(measured(change('minimum-increased', [7, true], [1, false]), use('7'))).toBe('breaks')
    expect(measured(change('minimum-increased', [7, false], [1, false]), use('7'))).toBe('fits')
    expect(measured(change('enum-added', ['main', 'side']), use('main'), use('attic'))).toBe('breaks')
    expect(measured(change('enum-value-removed', undefined, 'attic'), use('main'))).toBe('fits')
  })

  it('says nothing where a value is not known, where it is read, or where something else changes', () => {
    expect(measured(change('max-length-added', 3), use('a'), use())).toBe('unknown')
    expect(measured(change('max-length-added', 3), use('main', { access: 'read', side: 'response' }))).toBeUndefined()
    expect(measured(change('property-removed'), use('main'))).toBeUndefined()
  })
})

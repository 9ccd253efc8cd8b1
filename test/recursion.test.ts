import { describe, expect, it } from 'vitest'
import { analyse } from '../src/analyse/analyse.ts'
import { showValue } from '../src/model/value.ts'
import { scan } from '../src/read/scan.ts'
import { memoryTree } from '../src/read/tree.ts'

const counting = (body: string): Record<string, string> => ({
  'seats/go.mod': 'module seats\n\ngo 1.22\n',
  'seats/Dockerfile': 'FROM scratch\nENTRYPOINT ["/seats"]\n',
  'seats/main.go': `package main

import "net/http"

type counter struct {
	total int
	path  string
	http.ResponseWriter
}

func (c *counter) Write(b []byte) (int, error) {
${body}
	return c.ResponseWriter.Write(b)
}

func serve(w http.ResponseWriter, r *http.Request) {
	c := &counter{ResponseWriter: w}
	c.Write([]byte("x"))
}

func main() {
	http.HandleFunc("/seats", serve)
	http.ListenAndServe(":8080", nil)
}
`,
})

describe('values that are built from themselves', () => {
  it.each([
    ['a sum', '\tc.total += len(b)'],
    ['a text in front', '\tc.path = c.path + "/x"'],
    ['a text behind', '\tc.path = "x" + c.path'],
    ['two fields in turn', '\tc.path = c.path + string(c.total)\n\tc.total = c.total + len(c.path)'],
  ])('%s ends without a budget', async (_, body) => {
    const fragment = analyse(await scan(memoryTree(counting(body))), {})
    const budget = fragment.coverage.budgets.find(b => b.program.startsWith('seats'))
    expect(budget).toMatchObject({ exhausted: false })
    expect(fragment.effects.some(e => e.does === 'serve')).toBe(true)
  })
})

describe('values that are nested too deep', () => {
  it('are unknown, and cost nothing else of the program', async () => {
    const wraps = Array.from({ length: 40 }, (_, n) => `func wrap${n}(inner any) any { return wrap${n + 1}(&box{inner: inner}) }`)
    const main = `package main

import "net/http"

type box struct{ inner any }

${wraps.join('\n')}
func wrap40(inner any) any { return &box{inner: inner} }

func main() {
	http.Get("http://ledger/seats")
	keep(wrap0(http.DefaultClient))
}

func keep(any) {}
`
    const fragment = analyse(await scan(memoryTree({ ...counting(''), 'seats/main.go': main })), {})
    expect(fragment.problems).toEqual([])
    expect(fragment.effects.map(e => showValue(e.target))).toEqual(['http://ledger'])
  })
})

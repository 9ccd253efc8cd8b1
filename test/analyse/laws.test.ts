import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../src/analyse/analyse.ts'
import type { DerivedCache, Scan } from '../../src/model/scan.ts'
import { scan } from '../../src/read/scan.ts'
import { memoryTree } from '../../src/read/tree.ts'
import { analysed, calls, served } from './system.ts'

const files: Record<string, string> = {
  'tickets.proto':
    'syntax = "proto3";\npackage tickets;\nservice Pricing { rpc Quote (Q) returns (R) {} }\nmessage Q { string seat = 1; }\nmessage R { int64 units = 1; Q echo = 2; }\n',
  'a/go.mod': 'module example.com/a\n',
  'a/Dockerfile': 'FROM golang\nCOPY . .\nRUN go build -o /a .\nENTRYPOINT ["/a"]\n',
  'a/main.go': `package main
import (
	"example.com/a/clients"
	"os"
)
func main() {
	one := clients.New(os.Getenv("ONE"), clients.Path("/one"))
	two := clients.New("http://two:80", clients.Path("/two"))
	run(one)
	run(two)
}
func run(c clients.Caller) { c.Call() }
`,
  'a/clients/client.go': `package clients
import "net/http"
type Caller interface { Call() }
type Option func(*client)
type client struct { base, path string }
func New(base string, opts ...Option) Caller {
	c := &client{base: base, path: "/default"}
	for _, o := range opts { o(c) }
	return c
}
func Path(p string) Option { return func(c *client) { c.path = p } }
func (c *client) Call() { get(c.base, c.path) }
`,
  'a/clients/get.go': `package clients
import ("fmt"; "net/http")
func get(base, path string) { do(fmt.Sprintf("%s%s", base, path)) }
func do(url string) { send("GET", url) }
func send(method, url string) { req, _ := http.NewRequest(method, url, nil); http.DefaultClient.Do(req) }
`,
  'a/clients/client_test.go': 'package clients\nimport "net/http"\nfunc TestCall() { http.Get("http://localhost:1/test") }\n',
  'b/Dockerfile': 'FROM python\nCOPY . .\nCMD python app.py\n',
  'b/app.py':
    'import os\nimport helpers\nfrom flask import Flask\napp = Flask(__name__)\n@app.route("/b")\ndef b():\n    return helpers.fetch("/c")\nif __name__ == "__main__":\n    app.run(port=80)\n',
  'b/helpers.py': 'import os\nimport requests\ndef fetch(path):\n    return requests.get(os.environ["C_URL"] + path).json()\n',
  'b/sample_client.py': 'import requests\nrequests.get("http://localhost:5000/b")\n',
  'lib/util/package.json': '{"name": "util"}',
}

const memory = (): DerivedCache & { hits: number } => {
  const kept = new Map<string, string>()
  return {
    hits: 0,
    get(key) {
      const found = kept.get(key)
      if (found !== undefined) this.hits++
      return found === undefined ? undefined : JSON.parse(found)
    },
    put(key, value) {
      kept.set(key, JSON.stringify(value))
    },
  }
}

const scanned = (of: Record<string, string>): Promise<Scan> => scan(memoryTree(of), { workers: 0 })

describe('laws of analyse', () => {
  it('keeps instances, options and call sites apart, through wrappers at any depth', async () => {
    expect(await calls(files)).toEqual(['http ${C_URL} GET /c', 'http ${ONE} GET /one', 'http http://two:80 GET /two'])
    expect(await served(files)).toEqual(['http GET /b'])
  })

  it('does not depend on the order of files', async () => {
    const expected = JSON.stringify(analyse(await scanned(files)))
    const plain = await scanned(files)
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(plain.files, { minLength: plain.files.length }), async shuffled => {
        expect(JSON.stringify(analyse({ ...plain, files: shuffled }))).toBe(expected)
      }),
      { numRuns: 12 },
    )
  })

  it('gives the same from the cache, and loads no code of a program that did not change', async () => {
    const cache = memory()
    const first = analyse(await scanned(files), { cache })
    const loaded: string[] = []
    const again = await scanned(files)
    const watched: Scan = {
      ...again,
      files: again.files.map(f => ({
        ...f,
        facts: () => {
          loaded.push(f.path)
          return f.facts()
        },
      })),
    }
    expect(analyse(watched, { cache })).toEqual(first)
    expect(loaded.filter(path => /\.(go|py)$/.test(path))).toEqual([])
  })

  it('analyses a program anew when a file it reaches changes, and finds what an added file resolves', async () => {
    const cache = memory()
    analyse(await scanned(files), { cache })
    const changed = { ...files, 'b/helpers.py': files['b/helpers.py']!.replace('C_URL', 'D_URL') }
    const fragment = analyse(await scanned(changed), { cache })
    expect(fragment).toEqual(analyse(await scanned(changed)))
    expect(fragment.effects.filter(e => e.does === 'read-config').map(e => e.target)).toContainEqual(
      expect.objectContaining({ name: 'D_URL' }),
    )
  })

  it('counts its steps, and survives recursion and values that grow', async () => {
    const looping = {
      'x/Dockerfile': 'FROM node\nCOPY . .\nCMD ["node", "main.js"]\n',
      'x/main.js':
        "const a = (p, n) => n ? b(p + '/a', n) : fetch(p)\nconst b = (p, n) => a(p + '/b', n)\nlet u = process.env.BASE\nfor (const s of ['x', 'y']) u += s\na(u, 3)\nclass N { constructor (n) { this.next = n; n.prev = this } }\nlet n = new N(null)\nn = new N(n)\nn.next.next.prev.next()\n",
    }
    const { coverage, effects } = await analysed(looping)
    expect(coverage.budgets).toHaveLength(1)
    expect(coverage.budgets[0]!.exhausted).toBe(false)
    expect(effects.filter(e => e.does === 'call').length).toBeGreaterThan(0)
  })

  it('does not take a stub that is never called for a call, nor code that is not built for a program', async () => {
    const idle = {
      'y/Dockerfile': 'FROM python\nCOPY . .\nCMD python main.py\n',
      'y/main.py': 'import grpc\nimport t_pb2_grpc\nstub = t_pb2_grpc.PricingStub(grpc.insecure_channel("pricing:1"))\n',
      'tests/e2e/Dockerfile': 'FROM python\nCOPY . .\nCMD python main.py\n',
      'tests/e2e/main.py': 'import requests\nrequests.get("http://pricing:1/x")\n',
      'database/Dockerfile': 'FROM postgres\nCOPY init.sql /docker-entrypoint-initdb.d/\n',
      'database/init.sql': 'create table x (y int);\n',
    }
    expect(await calls(idle)).toEqual([])
    expect((await analysed(idle)).programs.map(p => p.id)).toEqual(['y'])
  })

  it('takes rows of the user', async () => {
    const own = {
      'z/Dockerfile': 'FROM node\nCOPY . .\nCMD ["node", "main.js"]\n',
      'z/main.js': "const rpc = require('@tickets/rpc')\nrpc.connect('seating').invoke('hold')\n",
    }
    expect(await calls(own)).toEqual([])
    const libraries = [
      {
        language: 'javascript',
        when: 'call',
        path: '@tickets/rpc.connect.invoke',
        gives: { effect: 'call', protocol: 'http', target: 'base:0', method: '"POST"' },
      } as const,
    ]
    expect(await calls(own, { libraries })).toEqual(['http seating POST /'])
  })
})

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources of JavaScript
import { describe, expect, it } from 'vitest'
import type { SystemModel } from '../../src/model/system.ts'
import { composeFile, deployment, mapOf, nodeService, nodes, pairs, service } from '../support/office.ts'

type Files = Record<string, string>

const office = (...names: string[]): Files => ({
  'compose.yaml': composeFile(Object.fromEntries(names.map(name => [name, `build: ./${name}`]))),
})

const pricingProto =
  'syntax = "proto3";\npackage office;\nservice Pricing { rpc Quote (Q) returns (R) {} }\nmessage Q { string seat = 1; }\nmessage R { int64 cents = 1; }\n'

/** A program of Go beside `pricing`, which serves what its stub asks for. */
const goOffice = (body: string, more: Files = {}): Files => ({
  ...office('seating', 'pricing'),
  'protos/pricing.proto': pricingProto,
  'go.mod': 'module office\n\ngo 1.24\n',
  'seating/Dockerfile': 'FROM golang:1.24\nCOPY . .\nRUN go build -o /seating ./seating\nENTRYPOINT ["/seating"]\n',
  'seating/main.go': `package main

import (
	"context"
	"log"
	"net/http"

	pb "office/genproto"
	"google.golang.org/grpc"
)

${body}
`,
  ...nodeService('pricing'),
  ...more,
})

const call = (host: string): string => `require('axios').get('http://${host}:7000/v1/list')`
const seatingCalls = (body: string, more: Files = {}): Promise<SystemModel> =>
  mapOf({ ...office('seating', 'pricing'), ...nodeService('pricing'), ...nodeService('seating', body), ...more })

describe('a client that nobody uses is no caller', () => {
  it('the same client is one where it is used', async () => {
    expect(pairs(await seatingCalls(`app.get('/v1/price', () => ${call('pricing')})`))).toEqual(['seating -> pricing'])
    const used = goOffice(`func main() {
	conn, _ := grpc.NewClient("pricing:7000")
	pricing := pb.NewPricingClient(conn)
	http.HandleFunc("/price", func(w http.ResponseWriter, r *http.Request) { pricing.Quote(context.Background(), &pb.Q{}) })
	log.Fatal(http.ListenAndServe(":7000", nil))
}`)
    expect(pairs(await mapOf(used))).toEqual(['seating -> pricing'])
  })

  it('a stub is made and never called', async () => {
    const model = await mapOf(
      goOffice(`type server struct{ pricing pb.PricingClient }

func main() {
	conn, _ := grpc.NewClient("pricing:7000")
	s := &server{pricing: pb.NewPricingClient(conn)}
	_ = s
	log.Fatal(http.ListenAndServe(":7000", nil))
}`),
    )
    expect(pairs(model)).toEqual([])
    const python = await mapOf({
      ...office('seating', 'pricing'),
      ...nodeService('pricing'),
      'protos/pricing.proto': pricingProto,
      'seating/Dockerfile': 'FROM python:3\nCOPY . .\nCMD ["python", "app.py"]\n',
      'seating/app.py':
        "import grpc\nimport pricing_pb2_grpc\nfrom flask import Flask\napp = Flask(__name__)\nstub = pricing_pb2_grpc.PricingStub(grpc.insecure_channel('pricing:7000'))\n@app.route('/seats')\ndef seats():\n    return 'none'\napp.run()\n",
    })
    expect(pairs(python)).toEqual([])
  })

  it('a connection is pooled and no handler takes it', async () => {
    const model = await mapOf(
      goOffice(`var pool = map[string]*grpc.ClientConn{}

func seats(w http.ResponseWriter, r *http.Request) { w.WriteHeader(200) }

func main() {
	conn, _ := grpc.NewClient("pricing:7000")
	pool["pricing"] = conn
	http.HandleFunc("/seats", seats)
	log.Fatal(http.ListenAndServe(":7000", nil))
}`),
    )
    expect(pairs(model)).toEqual([])
  })

  it('a module holds a client for a route that does not exist, and nothing requires it', async () => {
    const model = await seatingCalls("app.get('/v1/price', (q, r) => r.json({}))", {
      'seating/pictures.js': "exports.send = id => require('axios').post('http://pricing:7000/no/such/route/' + id)\n",
    })
    expect(pairs(model)).toEqual([])
  })

  it('a client of tests, samples and probes', async () => {
    const model = await seatingCalls('', {
      'seating/client.js': `${call('pricing')}\n`,
      'seating/server.test.js': `test('price', () => ${call('pricing')})\n`,
      'seating/test/price.js': `${call('pricing')}\n`,
      'seating/examples/price.js': `${call('pricing')}\n`,
      'seating/tests/load.py': "import requests\nrequests.get('http://pricing:7000/v1/list')\n",
    })
    expect(pairs(model)).toEqual([])
  })
})

describe('what is not built is not run', () => {
  it('a source beside the program that its build leaves out', async () => {
    const idle = await mapOf(
      goOffice('func main() { log.Fatal(http.ListenAndServe(":7000", nil)) }', {
        'seating/legacy/legacy.go': 'package legacy\n\nimport "net/http"\n\nfunc Price() { http.Get("http://pricing:7000/v1/list") }\n',
        'tools/check/main.go': 'package main\n\nimport "net/http"\n\nfunc main() { http.Get("http://pricing:7000/v1/list") }\n',
      }),
    )
    expect(pairs(idle)).toEqual([])
    expect(nodes(idle)).toEqual(['pricing', 'seating'])
  })

  it('a program of C++ that no image and no build list names', async () => {
    const model = await mapOf({
      ...office('seating', 'pricing'),
      ...nodeService('pricing'),
      'seating/Dockerfile': 'FROM gcc:14\nCOPY . .\nRUN cmake . && make\nENTRYPOINT ["./seating"]\n',
      'seating/CMakeLists.txt': 'add_executable(seating main.cpp)\n',
      'seating/main.cpp': '#include <httplib.h>\nint main() { httplib::Server server; server.listen("0.0.0.0", 7000); }\n',
      'prices-refresh/refresh.cpp':
        '#include <httplib.h>\nint main() { httplib::Client client("http://pricing:7000"); client.Get("/v1/list"); }\n',
    })
    expect(pairs(model)).toEqual([])
    expect(nodes(model)).toEqual(['pricing', 'seating'])
  })

  it('wiring in comments', async () => {
    const model = await seatingCalls(
      `// app.get('/v1/price', () => ${call('pricing')})\n/* const url = 'http://pricing:7000'\n ${call('pricing')} */`,
      {
        'k8s/seating.yaml': `${deployment('seating', 'seating')}#            env: [{name: PRICING_ADDR, value: "pricing:7000"}]\n`,
        'seating/.env': '# PRICING_ADDR=pricing:7000\n',
      },
    )
    expect(pairs(model)).toEqual([])
  })

  it('code of others that is checked in', async () => {
    const model = await seatingCalls("require('prices')", {
      'seating/node_modules/prices/index.js': `${call('pricing')}\n`,
      'seating/node_modules/prices/package.json': '{"name": "prices"}',
      'third_party/prices/server.js': `${call('seating')}\n`,
      'vendor/modules.txt': '# office/prices v1\n',
      'vendor/office/prices/main.go': 'package main\n\nimport "net/http"\n\nfunc main() { http.Get("http://seating:7000/v1/list") }\n',
    })
    expect(pairs(model)).toEqual([])
    expect(nodes(model)).toEqual(['pricing', 'seating'])
  })

  it('generated stubs are no program and no caller of themselves; where they are missing, the contract tells what they would say', async () => {
    const stub = `// Code generated by protoc-gen-go-grpc. DO NOT EDIT.
package genproto

import "google.golang.org/grpc"

type PricingClient interface { Quote() }
type pricingClient struct{ cc *grpc.ClientConn }

func NewPricingClient(cc *grpc.ClientConn) PricingClient { return &pricingClient{cc} }
func (c *pricingClient) Quote() { c.cc.Invoke(nil, "/office.Pricing/Quote", nil, nil) }
`
    const idle = 'func main() { log.Fatal(http.ListenAndServe(":7000", nil)) }'
    expect(pairs(await mapOf(goOffice(idle, { 'genproto/pricing_grpc.pb.go': stub })))).toEqual([])
    const calling = `func main() {
	conn, _ := grpc.NewClient("pricing:7000")
	pb.NewPricingClient(conn).Quote(context.Background(), &pb.Q{})
	log.Fatal(http.ListenAndServe(":7000", nil))
}`
    for (const more of [{}, { 'genproto/pricing_grpc.pb.go': stub }] as Files[]) {
      const { interactions } = await mapOf(goOffice(calling, more))
      expect(interactions.map(i => `${i.from} -> ${i.to} ${i.operations.map(o => o.operation)}`)).toEqual([
        'seating -> pricing office.Pricing/Quote',
      ])
    }
  })
})

describe('a host that is named is not always called', () => {
  it('redirects, allowed origins and trusted hosts', async () => {
    const model = await seatingCalls(`
const cors = require('cors')
app.use(cors({ origin: ['http://pricing:7000', 'http://pricing'] }))
app.get('/login', (q, r) => r.redirect('http://pricing:7000/login'))
const allowedRedirects = ['http://pricing:7000/after']
app.set('trusted', allowedRedirects)`)
    expect(pairs(model)).toEqual([])
    const java = await mapOf({
      ...office('seating', 'pricing'),
      ...nodeService('pricing'),
      'seating/Dockerfile': 'FROM eclipse-temurin:21\nCOPY target/seating.jar app.jar\nENTRYPOINT ["java", "-jar", "app.jar"]\n',
      'seating/pom.xml':
        '<project><groupId>office</groupId><artifactId>seating</artifactId><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>',
      'seating/src/main/java/office/Seating.java': `package office;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.*;
@SpringBootApplication
@RestController
@CrossOrigin(origins = "http://pricing:7000")
public class Seating {
  public static void main(String[] args) { }
  @GetMapping("/seats") public String seats() { return "redirect:http://pricing:7000/seats"; }
}
`,
      'seating/src/main/resources/application.yml': 'management.endpoints.web.cors.allowed-origins: http://pricing:7000\n',
    })
    expect(pairs(java)).toEqual([])
  })

  it('faults that a mesh injects, and start order', async () => {
    const model = await mapOf({
      'compose.yaml': composeFile({
        seating: 'build: ./seating\ndepends_on: [pricing]\nlinks: [pricing]',
        pricing: 'build: ./pricing',
      }),
      ...nodeService('pricing'),
      ...nodeService('seating'),
      'k8s/seating.yaml': `${deployment('seating', 'seating')}---\n${service('seating')}`,
      'k8s/pricing.yaml': `${deployment('pricing', 'pricing')}---\n${service('pricing')}`,
      'k8s/fault.yaml':
        'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: pricing}\nspec:\n  hosts: [pricing]\n  http:\n    - fault: {delay: {percentage: {value: 100}, fixedDelay: 7s}}\n      match: [{sourceLabels: {app: seating}}]\n      route: [{destination: {host: pricing}}]\n',
    })
    expect(pairs(model)).toEqual([])
  })

  it('documents and diagrams', async () => {
    const model = await seatingCalls('', {
      'README.md': '# Office\n\nseating calls http://pricing:7000/v1/list through PRICING_ADDR=pricing:7000.\n',
      'docs/architecture.puml': '@startuml\n[seating] --> [pricing] : GET http://pricing:7000/v1/list\n@enduml\n',
      'docs/openapi-notes.txt': 'curl http://pricing:7000/v1/list\n',
    })
    expect(pairs(model)).toEqual([])
  })
})

describe('a variable joins two services only when what is set is read', () => {
  const compose = (environment: string): Files => ({
    'compose.yaml': composeFile({ seating: `build: ./seating\nenvironment:\n  ${environment}`, pricing: 'build: ./pricing' }),
    ...nodeService('pricing'),
  })
  const reads = (name: string, otherwise = ''): Files =>
    nodeService('seating', `require('axios').get('http://' + (process.env.${name}${otherwise}) + '/v1/list')`)

  it('set and read', async () => {
    expect(pairs(await mapOf({ ...compose('PRICING_ADDR: pricing:7000'), ...reads('PRICING_ADDR') }))).toEqual(['seating -> pricing'])
  })

  it('set and never read', async () => {
    expect(pairs(await mapOf({ ...compose('PRICING_ADDR: pricing:7000'), ...nodeService('seating') }))).toEqual([])
  })

  it('another name is read than is set: said, and no edge of certainty', async () => {
    const model = await mapOf({ ...compose('PRICING_ADDRESS: pricing:7000'), ...reads('PRICES_URL') })
    expect(model.interactions.filter(i => i.confidence !== 'low').map(i => `${i.from} -> ${i.to}`)).toEqual([])
    expect(Object.values(model.coverage.unresolved).flat()).not.toEqual([])
  })

  it('read and never set: the default in the code is the wiring', async () => {
    const model = await mapOf({ ...compose('LOG: debug'), ...reads('PRICING_ADDR', " || 'pricing:7000'") })
    expect(pairs(model)).toEqual(['seating -> pricing'])
  })
})

describe('what looks like a mistake and is real', () => {
  it('a database of two services', async () => {
    const store = "const { Pool } = require('pg')\nnew Pool({ host: 'books', database: 'office' }).query('select 1')"
    const model = await mapOf({
      'compose.yaml': composeFile({ seating: 'build: ./seating', pricing: 'build: ./pricing', books: 'image: postgres:16' }),
      ...nodeService('seating', store),
      ...nodeService('pricing', store),
    })
    expect(pairs(model)).toEqual(['pricing -> books', 'seating -> books'])
  })

  it('two services that call each other', async () => {
    const model = await mapOf({
      ...office('seating', 'pricing'),
      ...nodeService('seating', call('pricing')),
      ...nodeService('pricing', call('seating')),
    })
    expect(pairs(model)).toEqual(['pricing -> seating', 'seating -> pricing'])
  })
})

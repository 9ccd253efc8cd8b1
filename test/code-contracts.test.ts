import { describe, expect, it } from 'vitest'
import { type Contract, operations } from '../src/model/contract.ts'
import { type Files, judged, mapOf } from './support/judged.ts'

const docker = 'FROM base\nCOPY . .\nCMD ["node", "main.js"]\n'

const seating = `const express = require('express')
const app = express()
app.get('/seats/:id', (req, res) => {
  res.json({ id: req.params.id, row: 'a', hall: 'main' })
})
app.get('/halls', async (req, res) => { res.json(await db.find()) })
app.listen(8080)
`
const notify = `const axios = require('axios')
async function tell(id) {
  const seat = await axios.get('http://seating:8080/seats/' + id)
  send(seat.data.row)
}
tell('1')
`
const office: Files = {
  'compose.yaml': 'services:\n  seating:\n    build: seating\n  notify:\n    build: notify\n',
  'seating/Dockerfile': docker,
  'seating/package.json': '{"name":"seating"}',
  'seating/main.js': seating,
  'notify/Dockerfile': docker,
  'notify/package.json': '{"name":"notify"}',
  'notify/main.js': notify,
}

const changed = (file: string, from: string, to: string): Files => {
  expect(office[file]).toContain(from)
  return { ...office, [file]: office[file]!.replace(from, to) }
}

const contractOf = async (files: Files): Promise<Contract> => (await mapOf(files)).contracts.find(c => c.id === 'code:seating')!

describe('a contract that only code holds', () => {
  it('has the operations of its service, with places in the code', async () => {
    const contract = await contractOf(office)
    expect(operations(contract).map(o => o.id)).toEqual(['GET /halls', 'GET /seats/{}'])
    expect(contract.providers.map(p => p.value)).toEqual(['seating'])
    expect(contract.files).toEqual(['seating/main.js'])
    expect(contract.nodes[operations(contract)[1]!.node]!.at).toEqual({ file: 0, line: 3, endLine: 5 })
  })

  it('guards a member that a consumer reads', async () => {
    const verdict = await judged(office, changed('seating/main.js', "row: 'a', ", ''))
    expect(verdict.decision).toBe('deny')
    const [finding] = verdict.findings.filter(f => f.severity === 'error')
    expect(finding!.rule).toBe('contract/breaks-consumers')
    expect(finding!.impact.map(i => [i.role, i.party, i.verdict, i.note])).toEqual([['consumer', 'notify', 'breaks', 'reads row']])
    expect(finding!.impact[0]!.at).toMatchObject({ file: 'notify/main.js', line: 4 })
  })

  it('is told by the carrier that an answer is made in', async () => {
    const controller = `package seats;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.*;
@RestController
public class Seats {
  @GetMapping("/seats")
  public ResponseEntity<?> all() {
    if (!ready()) return new ResponseEntity<>("not yet", HttpStatus.CONFLICT);
    return new ResponseEntity<Collection<Seat>>(store.find("seats"), HttpStatus.OK);
  }
}
`
    const { contracts } = await mapOf({
      'compose.yaml': 'services:\n  seating:\n    build: seating\n',
      'seating/Dockerfile': docker,
      'seating/pom.xml': '<project><groupId>s</groupId><artifactId>seating</artifactId><version>1</version></project>\n',
      'seating/src/main/java/seats/Seats.java': controller,
      'seating/src/main/java/seats/Seat.java':
        'package seats;\npublic class Seat {\n  private String row;\n  public String getRow() { return row; }\n}\n',
    })
    const contract = contracts.find(c => c.id === 'code:seating')!
    expect(contract.nodes.flatMap(n => n.edges.filter(e => e.role === 'prop').map(e => e.key))).toEqual(['row'])
  })

  it('lets go of a member that nobody reads', async () => {
    const verdict = await judged(office, changed('seating/main.js', ", hall: 'main'", ''))
    expect(verdict.findings.filter(f => f.severity === 'error')).toEqual([])
  })

  it('guards a route that is called', async () => {
    const verdict = await judged(office, changed('seating/main.js', '/seats/:id', '/places/:id'))
    expect(verdict.findings.filter(f => f.severity === 'error').map(f => [f.rule, f.impact.map(i => i.party)])).toEqual([
      ['contract/breaks-consumers', ['notify']],
    ])
  })

  it('breaks nothing where the code tells less than before, and says so', async () => {
    const head = changed('seating/main.js', "{ id: req.params.id, row: 'a', hall: 'main' }", 'make(req)')
    const verdict = await judged(office, head)
    expect(verdict.findings.filter(f => f.severity !== 'note')).toEqual([])
    expect(verdict.changes.map(c => c.contract?.rule)).toContain('shape-removed')
    const back = await judged(head, office)
    expect(back.findings.filter(f => f.severity !== 'note')).toEqual([])
    expect(back.changes.map(c => c.contract?.rule)).toContain('shape-added')
  })

  it('gives way to a specification', async () => {
    const specified = {
      ...office,
      'seating/openapi.yaml':
        'openapi: 3.0.0\ninfo: {title: Seating, version: "1"}\npaths:\n  /seats/{id}:\n    get:\n      responses:\n        "200": {description: ok}\n',
    }
    expect(operations(await contractOf(specified)).map(o => o.id)).toEqual(['GET /halls'])
  })

  it('takes nothing away when a specification of what is served is added', async () => {
    const specified = {
      ...office,
      'seating/openapi.yaml':
        "openapi: 3.0.3\ninfo: {title: seating, version: '1'}\npaths:\n  /seats/{id}:\n    get:\n      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n      responses: {'200': {description: one}}\n",
    }
    const verdict = await judged(office, specified)
    expect(verdict.findings.filter(f => f.rule === 'contract/breaks-consumers')).toEqual([])
  })

  it('is told apart from a specification in another service’s folder that has the same path', async () => {
    const specified = {
      ...office,
      'archive/Dockerfile': docker,
      'archive/package.json': '{"name":"archive"}',
      'archive/main.js': "const app = require('express')()\napp.get('/halls', (req, res) => res.json({ name: 'old' }))\napp.listen(80)\n",
      'archive/openapi.yaml':
        'openapi: 3.0.0\ninfo: {title: Archive, version: "1"}\npaths:\n  /halls:\n    get:\n      responses:\n        "200": {description: ok}\n',
      'compose.yaml': `${office['compose.yaml']}  archive:\n    build: archive\n`,
    }
    const { contracts } = await mapOf(specified)
    expect(contracts.map(c => [c.id, c.providers.map(p => p.value)])).toEqual([
      ['code:seating', ['seating']],
      ['openapi:archive', ['archive']],
    ])
  })
})

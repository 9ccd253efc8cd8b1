import { describe, expect, it } from 'vitest'
import type { Node, NodeIx } from '../../src/model/contract.ts'
import type { Fragment } from '../../src/model/fragment.ts'
import { analysed } from './system.ts'

/** `{name: string, row?: integer<=9}`; `…` is what is not told. */
const shown = (nodes: readonly Node[], ix: NodeIx, depth = 0): string => {
  const { facets, edges, name } = nodes[ix]!
  if (depth > 6) return name ?? '…'
  const of = (role: string): string[] => edges.filter(e => e.role === role).map(e => shown(nodes, e.to as NodeIx, depth + 1))
  const limits = ['minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'format']
    .filter(k => facets[k] !== undefined)
    .map(k => ` ${k} ${String(facets[k])}`)
    .join('')
  const extra = `${limits}${facets.nullable ? ' or null' : ''}`
  const props = edges
    .filter(e => e.role === 'prop')
    .map(e => `${e.key}${e.required ? '' : '?'}: ${shown(nodes, e.to as NodeIx, depth + 1)}`)
  if (facets.open && props.length === 0) return '…'
  if (props.length > 0) return `{${[...props, ...(facets.open ? ['…'] : [])].join(', ')}}${extra}`
  if (edges.some(e => e.role === 'items')) return `[${of('items').join()}]${extra}`
  if (edges.some(e => e.role === 'additional')) return `{*: ${of('additional').join()}}${extra}`
  if (edges.some(e => e.role === 'allOf')) return `${of('allOf').join()}${extra}`
  return `${Array.isArray(facets.enum) ? facets.enum.join('|') : String(facets.type)}${extra}`
}

const part = (nodes: readonly Node[], ix: NodeIx): string => {
  const { kind, edges, facets } = nodes[ix]!
  if (kind === 'schema') return shown(nodes, ix)
  const inner = edges.map(e => part(nodes, e.to as NodeIx)).join()
  return kind === 'param' ? `${String(facets.in)} ${String(facets.name)} ${inner}`.trim() : inner
}

/** `METHOD /path: parts`, one line an operation. */
const told = ({ effects, programs }: Fragment): string[] =>
  effects
    .filter(e => e.does === 'serve' && e.shape !== undefined && e.operation?.is === 'text')
    .map(e => {
      const { nodes } = programs.find(p => p.id === e.of)!.shapes!
      const parts = nodes[e.shape!]!.edges.map(edge => `${edge.role}${edge.required ? '!' : ''} ${part(nodes, edge.to as NodeIx)}`)
      return `${e.operation!.is === 'text' ? (e.operation as { text: string }).text : ''}: ${parts.join(' ; ')}`
    })
    .sort()

const shapes = async (files: Record<string, string>): Promise<string[]> => told(await analysed(files))

const docker = (command: string): string => `FROM base\nCOPY . .\nCMD ["${command}"]\n`

describe('messages of handlers', () => {
  it('are what an untyped handler reads and answers, errors aside', async () => {
    const found = await shapes({
      'seating/Dockerfile': docker('node", "main.js'),
      'seating/package.json': '{"name":"seating"}',
      'seating/main.js': `const express = require('express')
const app = express()
app.get('/seats/:id', (req, res) => {
  if (strict) return res.status(400).json({ error: 'no row' })
  find(req.query.row)
  res.json({ id: req.params.id, kind: 'stall', tags: ['a'] })
})
app.get('/all', async (req, res) => { res.json(await db.find()) })
app.post('/seats', (req, res) => { save(req.body.name, req.body.row); res.status(201).send({ ok: 'yes' }) })
app.listen(80)
`,
    })
    expect(found).toEqual([
      'GET /all: response …',
      'GET /seats/{}: param query row ; response {id: …, kind: string, tags: [string]}',
      'POST /seats: body {name?: …, row?: …, …} ; response {ok: string}',
    ])
  })

  it('are the types of parameters and results, with names, bounds and absence as on the wire: Java', async () => {
    const found = await shapes({
      'seating/Dockerfile': docker('java'),
      'seating/pom.xml': '<project><groupId>a</groupId><artifactId>seating</artifactId></project>',
      'seating/src/main/java/a/Seat.java':
        'package a;\npublic class Seat extends Base { public static final int MAX = 3; @JsonProperty("row_no") @Max(9) private int row; @NotNull @Size(max=20) private String name; @JsonIgnore private String secret; private List<Seat> next; private Kind kind; private Map<String, Double> prices; }\nclass Base { private UUID id; }\nenum Kind { STALL, @JsonProperty("box") BOX }\n',
      'seating/src/main/java/a/SeatController.java':
        'package a;\nimport org.springframework.web.bind.annotation.*;\n@RestController\n@RequestMapping("/seats")\npublic class SeatController {\n  @PostMapping\n  public ResponseEntity<Seat> add(@RequestBody Seat seat, @RequestParam("dry") boolean dry, @RequestHeader("X-User") String user) { return ResponseEntity.ok(seat); }\n  @GetMapping("/{id}")\n  public Object one(@PathVariable String id) { return find(id); }\n}\n',
    })
    const seat = (side: string): string => `{row_no${side}: integer maximum 9,false, name: string maxLength 20, next${side}: [`
    expect(found[0]).toBe('GET /seats/{}: response …')
    expect(found[1]).toContain(`POST /seats: body ${seat('?')}`)
    expect(found[1]).toContain(`response ${seat('')}`)
    expect(found[1]).toContain('kind: STALL|box, prices: {*: number}, id: string format uuid}')
    expect(found[1]).toContain('param! query dry boolean ; param header X-User string')
    expect(found[1]).not.toContain('secret')
    expect(found[1]).not.toContain('MAX')
  })

  it('are what is decoded and encoded: Go', async () => {
    const types =
      'type Seat struct {\n\tBase\n\tName string `json:"name,omitempty" binding:"required,max=20"`\n\tRow int `json:"row_no"`\n\tSecret string `json:"-"`\n\tnext *Seat\n\tTags []string\n\tKind string `json:"kind" validate:"oneof=stall box"`\n}\ntype Base struct {\n\tID string `json:"id"`\n}\n'
    const found = await shapes({
      'seating/go.mod': 'module example.com/seating\n',
      'seating/main.go': `package main
import (
	"encoding/json"
	"net/http"
)
${types}
func add(w http.ResponseWriter, r *http.Request) {
	var seat Seat
	json.NewDecoder(r.Body).Decode(&seat)
	json.NewEncoder(w).Encode(map[string]string{"id": "x" + seat.Name})
}
func main() {
	http.HandleFunc("POST /seats", add)
	http.ListenAndServe(":80", nil)
}
`,
      'pricing/go.mod': 'module example.com/pricing\n',
      'pricing/main.go': `package main
import (
	"net/http"
	"github.com/gin-gonic/gin"
)
${types}
func add(c *gin.Context) {
	var seat Seat
	if err := c.ShouldBindJSON(&seat); err != nil {
		c.JSON(http.StatusBadRequest, gin.H{"error": "bad"})
		return
	}
	c.JSON(http.StatusOK, seat)
}
func main() {
	r := gin.Default()
	r.POST("/seats", add)
	r.Run()
}
`,
    })
    const seat = (name: string, row: string): string =>
      `{${name}: string maxLength 20, ${row}: integer, Tags${row.slice(6)}: [string], kind${row.slice(6)}: stall|box, id${row.slice(6)}: string}`
    expect(found.sort()).toEqual([
      `POST /seats: body ${seat('name', 'row_no?')} ; response {id: string}`,
      `POST /seats: body ${seat('name', 'row_no?')} ; response ${seat('name?', 'row_no')}`,
    ])
  })

  it('are models: Python', async () => {
    const found = await shapes({
      'seating/Dockerfile': docker('python", "main.py'),
      'seating/main.py': `from typing import Optional, Literal
from fastapi import FastAPI, Depends
from pydantic import BaseModel, Field
app = FastAPI()
class Seat(BaseModel):
    name: str
    row: int = Field(alias="row_no", ge=1)
    kind: Literal["stall", "box"] = "stall"
    note: Optional[str] = None
    next: list["Seat"] = []
class Plain:
    x: int
def session(): pass
@app.post("/seats/{hall}", response_model=Seat)
async def add(hall: str, seat: Seat, dry: bool = False, limit: int = 3, db = Depends(session)):
    return seat
@app.get("/seats")
async def some() -> list[Seat]:
    return []
@app.get("/plain")
async def plain() -> Plain:
    return Plain()
@app.get("/health")
async def health():
    return {"status": "ok"}
`,
      'pricing/Dockerfile': docker('python", "main.py'),
      'pricing/main.py': `from flask import Flask, jsonify
app = Flask(__name__)
@app.route("/price", methods=["GET"])
def price():
    if broken():
        return jsonify({"error": "x"}), 500
    return jsonify({"price": compute(), "currency": "EUR"}), 200
`,
    })
    const seat = (o: string): string =>
      `{name: string, row_no: integer minimum 1,false, kind${o}: stall|box, note${o}: string or null, next${o}: [`
    expect(found[0]).toBe('GET /health: response {status: string}')
    expect(found[1]).toBe('GET /plain: response …')
    expect(found[2]).toBe('GET /price: response {currency: string, price: …}')
    expect(found[3]).toContain(`GET /seats: response [${seat('')}`)
    expect(found[4]).toContain(`POST /seats/{}: body ${seat('?')}`)
    expect(found[4]).toContain('param query dry boolean ; param query limit integer ; response {')
  })

  it('are models: C#, TypeScript, Rust', async () => {
    const found = await shapes({
      'seating/Dockerfile': docker('dotnet'),
      'seating/seating.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
      'seating/SeatsController.cs': `using Microsoft.AspNetCore.Mvc;
namespace Seating;
public class Seat { public static int Max = 3; public string Name { get; set; } = ""; [JsonPropertyName("row_no")] public int? RowNo { get; init; } [Required, StringLength(9)] public string Hall { get; set; } private int hidden; }
[Route("/api/seats")]
public class SeatsController : ControllerBase {
  [HttpPost]
  public async Task<IActionResult> Add([FromBody] Seat seat, [FromQuery] bool dry) { return Ok(seat); }
  [HttpGet]
  public async Task<ActionResult<List<Seat>>> All() { return await repo.All(); }
}
`,
      'pricing/package.json': '{"name": "pricing", "dependencies": {"@nestjs/common": "1"}}',
      'pricing/Dockerfile': docker('node", "dist/main.js'),
      'pricing/src/main.ts':
        "import { NestFactory } from '@nestjs/core'\nimport { Prices } from './prices.controller'\nasync function bootstrap() { const app = await NestFactory.create(Prices); await app.listen(3000) }\nbootstrap()\n",
      'pricing/src/prices.controller.ts':
        "import { Body, Controller, Post, Query } from '@nestjs/common'\nexport class PriceDto { @MaxLength(3) currency!: string; @IsOptional() @Min(1) amount?: number; kind: 'net' | 'gross' }\nexport interface Price { total: number; parts: Price[]; note?: string }\n@Controller('prices')\nexport class Prices { @Post() add(@Body() dto: PriceDto, @Query('dry') dry: string): Promise<Price> { return make(dto) } }\n",
      'ledger/Cargo.toml': '[package]\nname = "ledger"\n[dependencies]\naxum = "0.7"\n',
      'ledger/src/main.rs':
        '#[derive(Deserialize)]\n#[serde(rename_all = "camelCase")]\nstruct Entry { seat_no: i64, #[serde(rename = "n")] note: Option<String>, #[serde(default)] tags: Vec<String> }\n#[derive(Serialize)]\nstruct Done { id: String }\nasync fn add(Json(entry): Json<Entry>) -> Json<Done> { Json(Done { id: make(entry) }) }\n#[tokio::main]\nasync fn main() { let app = axum::Router::new().route("/entries", axum::routing::post(add)); axum::serve(l, app).await; }\n',
    })
    expect(found.map(line => line.replace(/parts: \[.*/, 'parts: ['))).toEqual([
      'GET /api/seats: response [{name: string, row_no: integer or null, hall: string maxLength 9}]',
      'POST /api/seats: body {name?: string, row_no?: integer or null, hall: string maxLength 9} ; param query dry boolean ; response {name: string, row_no: integer or null, hall: string maxLength 9}',
      'POST /entries: body {seatNo: integer, n?: string or null, tags?: [string]} ; response {id: string}',
      'POST /prices: body {currency: string maxLength 3, amount?: number minimum 1,false, kind: net|gross} ; param query dry string ; response {total: number, parts: [',
    ])
  })
})

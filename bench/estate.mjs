// An estate of N services in five languages, with manifests and contracts: each serves one resource, calls the next ones, and every
// fifth sends a message that the one after it takes. Nothing is random: N alone decides every byte.
// Usage: node bench/estate.mjs N FOLDER      makes a git repository of it
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/** `aaab`: a name that no language minds. */
const letters = n => {
  let name = ''
  for (let i = 0; i < 4; i++, n = Math.floor(n / 26)) name = String.fromCharCode(97 + (n % 26)) + name
  return name
}
export const nameOf = n => `office${letters(n)}`

/** Whom service k of n calls. */
export const calleesOf = (k, n) => [...new Set([(k * 7 + 1) % n, (k * 13 + 5) % n, k + 1].filter(c => c < n && c !== k))]

const pascal = name => name.charAt(0).toUpperCase() + name.slice(1)
const variable = name => `${name.toUpperCase()}_ADDR`
const image = run => `FROM base\nCOPY . .\nCMD ${run}\n`

const go = ({ name, calls, topic }) => ({
  Dockerfile: 'FROM golang:1.24\nCOPY . .\nRUN go build -o /app .\nENTRYPOINT ["/app"]\n',
  'go.mod': `module example.org/${name}\n\ngo 1.24\n\nrequire github.com/gin-gonic/gin v1.10.0\n`,
  'main.go': `package main\n\nimport (\n\t"net/http"\n\t"os"\n\n\t"github.com/gin-gonic/gin"\n\t"github.com/segmentio/kafka-go"\n\n\t"example.org/${name}/store"\n)\n\nfunc main() {\n\tr := gin.Default()\n\tr.GET("/v1/${name}/:id", one)\n\tr.Run(":8080")\n}\n\nfunc one(c *gin.Context) {\n${calls.map(to => `\thttp.Get(os.Getenv("${variable(to)}") + "/v1/${to}/" + c.Param("id"))\n`).join('')}${topic.sends ? `\tw := &kafka.Writer{Addr: kafka.TCP(os.Getenv("BROKER")), Topic: "${topic.sends}"}\n\tw.WriteMessages(c, kafka.Message{})\n` : ''}${topic.takes ? `\tkafka.NewReader(kafka.ReaderConfig{Brokers: []string{os.Getenv("BROKER")}, Topic: "${topic.takes}"})\n` : ''}\tc.JSON(200, store.Find(c.Param("id")))\n}\n`,
  'store/store.go': `package store\n\ntype Item struct {\n\tId string \`json:"id"\`\n\tTotal int \`json:"total"\`\n}\n\nfunc Find(id string) Item { return Item{Id: id} }\n`,
  'store/store_test.go': `package store\n\nimport "testing"\n\nfunc TestFind(t *testing.T) {\n\tif Find("a").Id != "a" {\n\t\tt.Fail()\n\t}\n}\n`,
})

const python = ({ name, calls, topic }) => ({
  Dockerfile: image('["uvicorn", "main:app", "--port", "8080"]'),
  'requirements.txt': 'fastapi==0.115.0\nrequests==2.32.0\nkafka-python==2.0.2\n',
  'main.py': `import os\nimport requests\nfrom fastapi import FastAPI\nfrom kafka import KafkaConsumer, KafkaProducer\nfrom model import Item\n\napp = FastAPI()\n\n\n@app.get("/v1/${name}/{id}")\ndef one(id: str) -> Item:\n${calls.map(to => `    requests.get(os.environ["${variable(to)}"] + "/v1/${to}/" + id)\n`).join('')}${topic.sends ? `    KafkaProducer(bootstrap_servers=os.environ["BROKER"]).send("${topic.sends}", b"")\n` : ''}    return Item(id=id, total=1)\n${topic.takes ? `\n\nconsumer = KafkaConsumer("${topic.takes}", bootstrap_servers=os.environ["BROKER"])\n` : ''}`,
  'model.py': 'from pydantic import BaseModel\n\n\nclass Item(BaseModel):\n    id: str\n    total: int\n',
  'tests/test_main.py': 'from main import one\n\n\ndef test_one():\n    assert one("a").id == "a"\n',
  'openapi.yaml': openapi(name),
})

const openapi = name =>
  `openapi: 3.0.3\ninfo: {title: ${name}, version: 1.0.0}\npaths:\n  /v1/${name}/{id}:\n    get:\n      operationId: get${pascal(name)}\n      parameters:\n        - {name: id, in: path, required: true, schema: {type: string}}\n      responses:\n        '200':\n          description: one\n          content:\n            application/json:\n              schema:\n                type: object\n                required: [id, total]\n                properties:\n                  id: {type: string}\n                  total: {type: integer}\n`

const node = ({ name, calls, topic }) => ({
  Dockerfile: image('["node", "src/server.js"]'),
  'package.json': `{"name":"${name}","version":"1.0.0","main":"src/server.js","dependencies":{"express":"5.0.0","axios":"1.7.0","kafkajs":"2.2.4"}}\n`,
  'src/server.js': `const express = require('express')\nconst axios = require('axios')\nconst { Kafka } = require('kafkajs')\nconst { find } = require('./store')\nconst app = express()\nconst kafka = new Kafka({ brokers: [process.env.BROKER] })\n\napp.get('/v1/${name}/:id', async (req, res) => {\n${calls.map(to => `  await axios.get(\`\${process.env.${variable(to)}}/v1/${to}/\${req.params.id}\`)\n`).join('')}${topic.sends ? `  await kafka.producer().send({ topic: '${topic.sends}', messages: [] })\n` : ''}  res.json(find(req.params.id))\n})\n${topic.takes ? `kafka.consumer({ groupId: '${name}' }).subscribe({ topic: '${topic.takes}' })\n` : ''}app.listen(8080)\n`,
  'src/store.js': 'exports.find = id => ({ id, total: 1 })\n',
  'test/store.test.js': "const { find } = require('../src/store')\ntest('finds', () => expect(find('a').id).toBe('a'))\n",
})

const java = ({ name, calls, topic }) => {
  const main = `src/main/java/office/${name}`
  return {
    Dockerfile: image('["java", "-jar", "app.jar"]'),
    'pom.xml': `<project><modelVersion>4.0.0</modelVersion><groupId>office</groupId><artifactId>${name}</artifactId><version>1</version><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>\n`,
    [`${main}/Application.java`]: `package office.${name};\n\nimport org.springframework.boot.SpringApplication;\nimport org.springframework.boot.autoconfigure.SpringBootApplication;\n\n@SpringBootApplication\npublic class Application {\n  public static void main(String[] args) { SpringApplication.run(Application.class, args); }\n}\n`,
    [`${main}/Item.java`]: `package office.${name};\n\npublic record Item(String id, int total) {}\n`,
    [`${main}/Controller.java`]: `package office.${name};\n\nimport org.springframework.kafka.annotation.KafkaListener;\nimport org.springframework.kafka.core.KafkaTemplate;\nimport org.springframework.web.bind.annotation.*;\nimport org.springframework.web.client.RestTemplate;\n\n@RestController\npublic class Controller {\n  private final RestTemplate http = new RestTemplate();\n  private final KafkaTemplate<String, String> kafka;\n\n  public Controller(KafkaTemplate<String, String> kafka) { this.kafka = kafka; }\n\n  @GetMapping("/v1/${name}/{id}")\n  public Item one(@PathVariable String id) {\n${calls.map(to => `    http.getForObject(System.getenv("${variable(to)}") + "/v1/${to}/" + id, String.class);\n`).join('')}${topic.sends ? `    kafka.send("${topic.sends}", id);\n` : ''}    return new Item(id, 1);\n  }\n${topic.takes ? `\n  @KafkaListener(topics = "${topic.takes}")\n  public void on(String message) {}\n` : ''}}\n`,
    [`src/test/java/office/${name}/ControllerTest.java`]: `package office.${name};\n\nclass ControllerTest {\n  void finds() { new Controller(null).one("a"); }\n}\n`,
  }
}

const csharp = ({ name, calls }) => ({
  Dockerfile: image(`["dotnet", "${name}.dll"]`),
  [`${name}.csproj`]: '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>\n',
  'Program.cs': `using System.Net.Http;\n\nvar builder = WebApplication.CreateBuilder(args);\nvar app = builder.Build();\nvar http = new HttpClient();\napp.MapGet("/v1/${name}/{id}", async (string id) =>\n{\n${calls.map(to => `    await http.GetAsync(Environment.GetEnvironmentVariable("${variable(to)}") + "/v1/${to}/" + id);\n`).join('')}    return new Item(id, 1);\n});\napp.Run();\n`,
  'Item.cs': 'public record Item(string Id, int Total);\n',
})

const languages = [go, python, node, java, csharp]

const manifest = ({ name, calls }) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  selector: {matchLabels: {app: ${name}}}\n  template:\n    metadata: {labels: {app: ${name}}}\n    spec:\n      containers:\n        - name: ${name}\n          image: registry.example.org/${name}\n          ports: [{containerPort: 8080}]\n          env:\n            - {name: BROKER, value: "kafka:9092"}\n${calls.map(to => `            - {name: ${variable(to)}, value: "http://${to}"}\n`).join('')}---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: ${name}}, ports: [{port: 80, targetPort: 8080}]}\n`

/** The files of one service, below its folder; its language goes by its number. */
export const filesOf = (k, names) => {
  const service = {
    name: names.own,
    calls: names.calls,
    topic: { ...(k % 5 === 1 ? { sends: `${names.own}.done` } : {}), ...(k % 5 === 2 ? { takes: `${names.before}.done` } : {}) },
  }
  return { ...languages[k % languages.length](service), 'deploy.yaml': manifest(service) }
}

/** All files of an estate, path and content, service by service. */
export function* estate(n) {
  for (let k = 0; k < n; k++) {
    const files = filesOf(k, { own: nameOf(k), before: nameOf(k - 1), calls: calleesOf(k, n).map(nameOf) })
    for (const [path, content] of Object.entries(files)) yield [`services/${nameOf(k)}/${path}`, content]
  }
  yield ['CODEOWNERS', '* @office/platform\n']
}

/** A git repository with one commit of an estate. */
export const makeEstate = (n, folder) => {
  mkdirSync(folder, { recursive: true })
  const git = (args, input) => {
    const done = spawnSync('git', args, { cwd: folder, input, stdio: ['pipe', 'ignore', 'inherit'], maxBuffer: 1 << 30 })
    if (done.status !== 0) throw new Error(`git ${args[0]} ended with ${done.status}`)
  }
  git(['init', '-q', '-b', 'main'], '')
  const parts = ['commit refs/heads/main\ncommitter Dev <dev@example.org> 1767225600 +0000\ndata 6\nestate\n']
  for (const [path, content] of estate(n)) parts.push(`M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`)
  git(['fast-import', '--quiet'], parts.join(''))
}

if (process.argv[1]?.endsWith('estate.mjs')) makeEstate(Number(process.argv[2]), process.argv[3])

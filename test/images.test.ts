// biome-ignore-all lint/suspicious/noTemplateCurlyInString: arguments of builds
import { describe, expect, it } from 'vitest'
import { analyse } from '../src/analyse/analyse.ts'
import { link } from '../src/link/link.ts'
import type { SystemModel } from '../src/model/system.ts'
import { scan } from '../src/read/scan.ts'
import { memoryTree } from '../src/read/tree.ts'

type Files = Record<string, string>

const mapOf = async (files: Files): Promise<SystemModel> =>
  link([analyse(await scan(memoryTree(files, { repo: 'office' }), { workers: 0 }))], { links: {}, external: {}, publicContracts: [] })

const edges = (model: SystemModel): string[] => model.interactions.map(i => `${i.from} -> ${i.to}`)

const module = (name: string, body: string, more = ''): Files => ({
  [`${name}/pom.xml`]: `<project><groupId>office</groupId><artifactId>${name}</artifactId>${more}</project>`,
  [`${name}/src/main/java/office/${name}/Main.java`]: `package office.${name};
import org.springframework.web.client.RestTemplate;
import org.springframework.web.bind.annotation.*;
@RestController
public class Main { RestTemplate rest; public static void main(String[] a) { } ${body} }
`,
})
const asks = (name: string): string => `@GetMapping("/") Object go() { return rest.getForObject("http://${name}:8080/x", String.class); }`
const serves = '@GetMapping("/x") Object x() { return null; }'

const workload = (name: string, image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: main, image: "${image}"}]}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: ${name}}, ports: [{port: 8080}]}\n`

describe('images', () => {
  it('one Dockerfile that an argument points to a module builds each module with an entry point', async () => {
    const model = await mapOf({
      ...module('seating', asks('pricing')),
      ...module('pricing', serves),
      Dockerfile:
        'FROM maven AS build\nCOPY . .\nARG MODULE\nRUN mvn package && cp ./${MODULE}/target/app.jar app.jar\nFROM base\nCOPY --from=build app.jar .\nCMD ["java", "-jar", "app.jar"]\n',
      'k8s.yml': `${workload('seating', 'office/one:1')}---\n${workload('pricing', 'office/two:1')}`,
    })
    expect(edges(model)).toEqual(['seating -> pricing'])
  })

  it('one Dockerfile that copies what an argument names: its folders are programs, the command tells which of one folder runs', async () => {
    const main = (body: string): string => `package main\nimport "net/http"\nfunc main() { ${body} }\n`
    const listen = 'http.HandleFunc("/x", nil); http.ListenAndServe(":8080", nil)'
    const commanded = workload('importer', 'office/office-desk').replace(
      'image: "office/office-desk"',
      'image: "office/office-desk", command: [office-importer]',
    )
    const model = await mapOf({
      'go.mod': 'module office\n',
      Dockerfile: 'FROM base\nARG name\nCOPY $name/target/ /bin/\nENV NAME $name\nENTRYPOINT cd /bin && $NAME\n',
      'office-desk/cmd/server.go': main(`http.Get("http://seating:8080/x"); ${listen}`),
      'office-desk/cmd/importer/main.go': main('http.Get("http://desk:8080/x")'),
      'office-seating/cmd/server.go': main(listen),
      'k8s.yml': `${workload('desk', 'office/office-desk')}---\n${workload('seating', 'office/office-seating')}---\n${commanded}`,
    })
    expect(model.services.map(s => s.id)).toEqual(['desk', 'importer', 'seating'])
    expect(edges(model)).toEqual(['desk -> seating', 'importer -> desk'])
  })

  it('of one name and several tags are told apart by the tags', async () => {
    const built = (tag: string): string =>
      `<build><plugins><plugin><artifactId>docker-maven-plugin</artifactId><configuration><imageName>office/all:${tag}</imageName></configuration></plugin></plugins></build>`
    const model = await mapOf({
      ...module('a', asks('till'), built('desk')),
      ...module('b', serves, built('till')),
      'a/Dockerfile': 'FROM base\nCOPY target/a.jar .\n',
      'b/Dockerfile': 'FROM base\nCOPY target/b.jar .\n',
      'k8s.yml': `${workload('desk', 'office/all:desk')}---\n${workload('till', 'office/all:till')}---\n${workload('mail', 'office/all:mail')}`,
    })
    expect(edges(model)).toEqual(['desk -> till'])
  })

  it('a workload runs the only program that calls itself by its name', async () => {
    const model = await mapOf({
      ...module('a', asks('till')),
      ...module('b', serves),
      'a/src/main/resources/application.yml': 'spring.application.name: desk\n',
      'b/src/main/resources/application.yml': 'spring.application.name: till\n',
      'a/Dockerfile': 'FROM base\nCOPY target/a.jar .\n',
      'b/Dockerfile': 'FROM base\nCOPY target/b.jar .\n',
      'k8s.yml': `${workload('desk', 'somewhere/x:1')}---\n${workload('till', 'somewhere/y:1')}`,
    })
    expect(edges(model)).toEqual(['desk -> till'])
  })
})

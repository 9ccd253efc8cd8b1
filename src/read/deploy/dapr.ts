import type { FileProblem } from '../../model/evidence.ts'
import type { AddressFact, ContainerFact, DeployableFact, EnvFact, ManifestFact } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import { text } from '../../model/value.ts'
import type { Reader } from '../reader.ts'
import { nameOf, namespaceOf, portOf, spotOf } from '../syntax/gateway-object.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Dapr: the apps of a multi-app run file (`dapr.yaml`), and components with what they connect to. */
export const dapr: Reader = {
  name: 'deploy/dapr',
  version: 1,
  wants: path => /\.ya?ml$/i.test(path),
  recognises: content =>
    (/app(ID|DirPath)/.test(content) && /^[ \t]*(?:-[ \t]+)?["']?app(ID|DirPath)["']?[ \t]*:/m.test(content)) ||
    /apiVersion["']?[ \t]*:[ \t]*["']?dapr\.io\//.test(content),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const manifest = documents.flatMap(document => [...appsOf(document, problems), ...componentOf(document)])
    return manifest.length > 0 ? ({ manifest, problems } satisfies FileFacts) : { problems }
  },
}

/** Where build tools leave what is started. */
const BUILT = /\/(target|build|dist|out|bin)\/?$/

const appsOf = (document: DataNode, problems: FileProblem[]): DeployableFact[] =>
  itemsOf(at(document, 'apps')).flatMap(app => {
    const folder = textOf(at(app, 'appDirPath'))?.replace(BUILT, '')
    const id =
      textOf(at(app, 'appID')) ??
      folder
        ?.split('/')
        .filter(part => part !== '' && part !== '.' && part !== '..')
        .at(-1)
    if (id === undefined || folder === undefined) {
      problems.push({ code: 'dapr/app', message: 'an app without appDirPath, left out', severity: 'warning', line: app.line })
      return []
    }
    return [deployable(id, folder, app, at(document, 'common', 'env'))]
  })

const deployable = (name: string, folder: string, app: DataNode, common: DataNode | undefined): DeployableFact => {
  const port = portOf(at(app, 'appPort'))
  const command = itemsOf(at(app, 'command')).flatMap(word => textOf(word) ?? [])
  const container: ContainerFact = {
    name,
    build: { context: folder, args: {} },
    ...(command.length > 0 ? { command } : {}),
    env: [...variables(common), ...variables(at(app, 'env')), ...(port === undefined ? [] : [appPort(app, port)])],
    envFrom: [],
    ports: port === undefined ? [] : [{ target: port, spot: spotOf(app) }],
    mounts: [],
    spot: spotOf(app),
  }
  return {
    says: 'deployable',
    kind: 'dapr-app',
    name,
    aliases: [],
    state: 'deployed',
    labels: {},
    annotations: {},
    containers: [container],
    dependsOn: [],
    spot: spotOf(app),
  }
}

const variables = (node: DataNode | undefined): EnvFact[] =>
  entriesOf(node).map(({ key, value, line }) => ({ name: key, value: text(textOf(value) ?? ''), spot: { line } }))

/** The runner tells the app its port. */
const appPort = (app: DataNode, port: number): EnvFact => ({ name: 'APP_PORT', value: text(String(port)), spot: spotOf(app) })

/** Under which names components keep the address of what they connect to. */
const ADDRESSES = /^(redisHost|host|hosts|server|servers|brokers|url|endpoint|address|connectionString|namespaceName)$/i

const componentOf = (document: DataNode): ManifestFact[] => {
  const name = nameOf(document)
  const type = textOf(at(document, 'spec', 'type'))
  if (textOf(at(document, 'kind')) !== 'Component' || !name || !type) return []
  const entry = itemsOf(at(document, 'spec', 'metadata')).find(m => ADDRESSES.test(textOf(at(m, 'name')) ?? ''))
  const address = textOf(at(entry, 'value'))
  const fact: AddressFact = {
    says: 'address',
    kind: 'dapr-component',
    name,
    ...namespaceOf(document),
    selector: { type },
    ports: [],
    ...(address && !/secret|password|key=/i.test(address) ? { externalName: address } : {}),
    spot: spotOf(document),
  }
  return [fact]
}

import { withoutEnd } from '../../base/text.ts'
import type { DeployableFact, EnvFact, PortFact } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import { text } from '../../model/value.ts'
import type { Reader } from '../reader.ts'
import { portOf, spotOf } from '../syntax/gateway-object.ts'
import { at, type DataNode, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Project Tye: services by project, Dockerfile or image, with their environment and bindings. */
export const tye: Reader = {
  name: 'deploy/tye',
  version: 1,
  wants: path => /(^|\/)tye[^/]*\.ya?ml$/i.test(path),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const manifest = documents.flatMap(document =>
      itemsOf(at(document, 'services')).flatMap(service => {
        const name = textOf(at(service, 'name'))
        if (name) return [deployable(name, service)]
        problems.push({ code: 'tye/no-name', message: 'a service without a name, left out', severity: 'warning', line: service.line })
        return []
      }),
    )
    return manifest.length > 0 ? ({ manifest, problems } satisfies FileFacts) : { problems }
  },
}

const deployable = (name: string, service: DataNode): DeployableFact => {
  const image = at(service, 'image')
  const build = buildOf(service)
  return {
    says: 'deployable',
    kind: 'tye',
    name,
    aliases: [],
    state: 'deployed',
    labels: {},
    annotations: {},
    containers: [
      {
        name,
        ...(textOf(image) ? { image: { is: 'text', text: textOf(image)!, spot: spotOf(image!) } } : {}),
        ...(build ? { build } : {}),
        env: itemsOf(at(service, 'env')).flatMap(variable),
        envFrom: [],
        ports: itemsOf(at(service, 'bindings')).flatMap(binding),
        mounts: [],
        spot: spotOf(service),
      },
    ],
    dependsOn: [],
    spot: spotOf(service),
  }
}

const folderOf = (path: string): string => path.replace(/(^|\/)[^/]*$/, '') || '.'

const buildOf = (service: DataNode): { context: string; dockerfile?: string; args: Record<string, never> } | undefined => {
  const project = textOf(at(service, 'project'))
  if (project) return { context: folderOf(project), args: {} }
  const dockerfile = textOf(at(service, 'dockerFile'))
  if (!dockerfile) return undefined
  const written = textOf(at(service, 'dockerFileContext'))
  const context = written === undefined ? folderOf(dockerfile) : withoutEnd(written, '/')
  return { context, dockerfile, args: {} }
}

/** `- NAME=value`, or a map of name and value. */
const variable = (node: DataNode): EnvFact[] => {
  const pair = /^([^=]+)=([\s\S]*)$/.exec(textOf(node) ?? '')
  if (pair) return [{ name: pair[1]!, value: text(pair[2]!), spot: spotOf(node) }]
  const name = textOf(at(node, 'name'))
  return name ? [{ name, value: text(textOf(at(node, 'value')) ?? ''), spot: spotOf(node) }] : []
}

const binding = (node: DataNode): PortFact[] => {
  const port = portOf(at(node, 'port'))
  const target = portOf(at(node, 'containerPort')) ?? port
  return port === undefined ? [] : [{ port, ...(target === undefined ? {} : { target }), spot: spotOf(node) }]
}

import type { Interaction, Resource, Service, SystemModel } from '../../index.ts'
import { by, byText } from '../../index.ts'
import { drawingOf, printable } from './drawing.ts'
import type { Export } from './export.ts'
import { shown } from './shown.ts'

/** A workspace of Structurizr's DSL: systems with their services and stores as containers, one view for each. */
export const structurizr: Export = whole => {
  const model = shown(whole)
  const systems = systemsOf(model)
  const ids = new Map([...systems.flatMap(s => s.nodes), ...outsidersOf(model)].map((node, n) => [node.id, `n${n}`]))
  const { arrows } = drawingOf(whole)
  const lines = [
    `workspace ${quoted(nameOf(model))} "Found in code, contracts and manifests by Lintel" {`,
    '  model {',
    ...indented(2, domains(systems, ids)),
    ...outsidersOf(model).map(r => `    ${ids.get(r.id)} = softwareSystem ${quoted(r.name)} "" "External"`),
    ...arrows.flatMap(a => {
      const [from, to] = [ids.get(a.from), ids.get(a.to)]
      if (!from || !to || from === to) return []
      return [
        `    ${from} -> ${to} ${quoted(a.dashed ? 'sends messages' : verbOf(a.from, a.to, model))} ${quoted(a.label)}${a.dashed ? ' "Asynchronous"' : ''}`,
      ]
    }),
    '  }',
    '  views {',
    ...(systems.length > 1 ? ['    systemLandscape "landscape" {', '      include *', '      autolayout lr', '    }'] : []),
    ...systems.flatMap((_, n) => [`    container s${n} ${quoted(`system-${n}`)} {`, '      include *', '      autolayout lr', '    }']),
    ...STYLES,
    '  }',
    '}',
  ]
  return `${lines.join('\n')}\n`
}

const STYLES = [
  '    styles {',
  '      element "Database" {\n        shape Cylinder\n      }',
  '      element "Queue" {\n        shape Pipe\n      }',
  '      element "Frontend" {\n        shape WebBrowser\n      }',
  '      element "External" {\n        background #999999\n        color #ffffff\n      }',
  '      relationship "Asynchronous" {\n        dashed true\n      }',
  '    }',
]

interface System {
  name: string
  domain?: string
  nodes: (Service | Resource)[]
}

const isService = (node: Service | Resource): node is Service => 'repo' in node

const nameOf = ({ revisions }: SystemModel): string => revisions.map(r => r.repo).join(', ') || 'system'

/** Services by the system they are part of, those of none by repository; a store belongs to the system of whoever uses it, else to all. */
const systemsOf = (model: SystemModel): System[] => {
  const systems = new Map<string, System>()
  const add = (name: string, node: Service | Resource): void => {
    const system = systems.get(name) ?? { name, nodes: [] }
    system.nodes.push(node)
    if (isService(node) && node.domain && system.domain === undefined) system.domain = node.domain.value
    systems.set(name, system)
  }
  const home = new Map(model.services.map(s => [s.id, s.system?.value ?? s.repo]))
  for (const service of [...model.services].sort(by(s => s.id))) add(home.get(service.id)!, service)
  for (const resource of [...model.resources].filter(r => r.kind !== 'external').sort(by(r => r.id))) {
    const users = new Set(touching(model.interactions, resource.id).flatMap(id => home.get(id) ?? []))
    add(users.size === 1 ? [...users][0]! : 'shared', resource)
  }
  return [...systems.values()].sort(by(s => s.name))
}

const touching = (interactions: readonly Interaction[], id: string): string[] =>
  interactions.flatMap(i => (i.to === id ? [i.from] : i.from === id ? [i.to] : []))

const outsidersOf = ({ resources }: SystemModel): Resource[] => resources.filter(r => r.kind === 'external').sort(by(r => r.id))

const domains = (systems: readonly System[], ids: ReadonlyMap<string, string>): string[] => {
  const names = [...new Set(systems.map(s => s.domain))].sort((a, b) => byText(a ?? '', b ?? ''))
  return names.flatMap(domain => {
    const inside = systems.flatMap((s, n) => (s.domain === domain ? systemLines(s, n, ids) : []))
    return domain === undefined ? inside : [`group ${quoted(domain)} {`, ...indented(1, inside), '}']
  })
}

const systemLines = ({ name, nodes }: System, n: number, ids: ReadonlyMap<string, string>): string[] => {
  const taken = new Set<string>()
  return [
    `s${n} = softwareSystem ${quoted(name)} {`,
    ...indented(
      1,
      nodes.flatMap(node => {
        const label = taken.has(node.name.toLowerCase()) ? node.id : node.name
        taken.add(node.name.toLowerCase())
        return containerLines(node, label, ids.get(node.id)!)
      }),
    ),
    '}',
  ]
}

const TAGS: Partial<Record<string, string>> = {
  ...{ database: 'Database', cache: 'Database', bucket: 'Database', 'secret-store': 'Database' },
  ...{ broker: 'Queue', queue: 'Queue', topic: 'Queue', frontend: 'Frontend' },
}

const containerLines = (node: Service | Resource, label: string, id: string): string[] => {
  const runtime = isService(node) ? (node.runtime[0]?.value ?? '') : ''
  const tag = TAGS[node.kind]
  const head = `${id} = container ${quoted(label)} ${quoted(node.kind)} ${quoted(runtime)}${tag === undefined ? '' : ` "${tag}"`}`
  const owner = isService(node) ? node.owners[0]?.value : undefined
  return owner === undefined ? [head] : [`${head} {`, '  properties {', `    "owner" ${quoted(owner)}`, '  }', '}']
}

const verbOf = (from: string, to: string, { interactions }: SystemModel): string =>
  interactions.some(i => i.from === from && i.to === to && i.purpose === 'data') ? 'stores in' : 'calls'

const indented = (levels: number, lines: readonly string[]): string[] => lines.map(line => `${'  '.repeat(levels)}${line}`)

/** The DSL knows one escape inside quotes, and no line break. A `${` would ask for a constant. */
const quoted = (text: string): string => `"${printable(text).replaceAll('\\', '/').replaceAll('"', "'").replaceAll('${', '$ {')}"`

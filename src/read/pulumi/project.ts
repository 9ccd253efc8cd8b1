import { basename, dirname, join, relative } from '../../base/path.ts'
import { type CloudResource, literal, notKnown, reference } from '../cloud/document.ts'
import { keptElsewhere, MAX_TEXT, plainTextOf } from '../cloud/text.ts'
import { pulumiType } from '../cloud/type-names.ts'
import { loadData, type Source } from '../cloudformation/template.ts'
import {
  asText,
  listItems,
  mapEntries,
  member,
  type Origin,
  type Placed,
  type PlacedEntry,
  type PlacedMap,
  scalar,
} from '../syntax/placed.ts'

const MAX_DEPTH = 60
const STACK = /^Pulumi\.[\w.-]+\.ya?ml$/

/** A project whose program is YAML: what it deploys, and what it puts out under the project's name. */
export class Project {
  private readonly root: Placed
  private readonly file: string
  private readonly source: Source
  private readonly config = new Map<string, Placed>()
  private readonly resources: Map<string, Placed>
  private readonly variables: Map<string, Placed>
  private readonly open = new Set<string>()
  readonly name: string

  constructor(file: string, root: Placed, source: Source, list: (folder: string) => readonly string[]) {
    this.root = root
    this.file = file
    this.source = source
    this.name = asText(member(root, 'name')) ?? basename(dirname(file))
    const section = (key: string): Map<string, Placed> => new Map(mapEntries(member(root, key)).map(e => [e.key, e.value]))
    this.resources = section('resources')
    this.variables = section('variables')
    this.configure(list(dirname(file)).filter(path => dirname(path) === dirname(file) && STACK.test(basename(path))))
  }

  /** Defaults, and what all stacks agree on: which of them is deployed is not known. */
  private configure(stacks: readonly string[]): void {
    for (const section of ['config', 'configuration'])
      for (const { key, value } of mapEntries(member(this.root, section))) {
        const said = value.is === 'map' ? (member(value, 'default') ?? member(value, 'value')) : value
        if (said) this.config.set(this.plainKey(key), said)
      }
    const told = stacks.map(path => mapEntries(member(loadData(path, this.source), 'config')))
    for (const { key, value } of told.flat()) {
      const all = told.map(entries => entries.find(e => e.key === key)?.value)
      const isSame = all.every(one => one?.is === 'scalar' && asText(one) === asText(value))
      const why = member(value, 'secure') ? 'is a secret' : 'differs from stack to stack'
      const isTold = value.is !== 'map' && (isSame || stacks.length === 1)
      this.config.set(this.plainKey(key), isTold ? value : scalar(notKnown(`the setting ${key} ${why}`), value.at))
    }
  }

  private plainKey(key: string): string {
    return key.startsWith(`${this.name}:`) ? key.slice(this.name.length + 1) : key
  }

  cloudResources(): CloudResource[] {
    return mapEntries(member(this.root, 'resources')).flatMap(({ key, value, at }): CloudResource[] => {
      const type = asText(member(value, 'type'))
      if (type === undefined) {
        this.source.problem('pulumi/type', `${key.slice(0, 100)} has no type, left out`, at)
        return []
      }
      if (type === STACK_REFERENCE || member(value, 'get')) return []
      const properties = member(value, 'properties')
      const said = properties ? this.value(properties, 0) : undefined
      const map: PlacedMap = said?.is === 'map' ? said : { is: 'map', entries: [], at }
      return [{ address: key, type: pulumiType(type), at, properties: map }]
    })
  }

  exports(): PlacedEntry[] {
    return mapEntries(member(this.root, 'outputs')).flatMap(({ key, value, at }) => {
      const said = this.value(value, 0)
      return said.is === 'scalar' ? [{ key: `${this.name}.${key}`, value: said, at }] : []
    })
  }

  private value(node: Placed, depth: number): Placed {
    if (!this.source.budget.take() || depth > MAX_DEPTH) return scalar(notKnown('it nests too deep, or takes too many steps'), node.at)
    if (node.is === 'list') return { ...node, items: node.items.map(item => this.value(item, depth + 1)) }
    if (node.is === 'scalar') return typeof node.value === 'string' ? this.text(node.value, node.at, depth + 1) : node
    const [only] = node.entries
    if (node.entries.length === 1 && only!.key.toLowerCase().startsWith('fn::')) return this.called(only!, depth + 1)
    return { ...node, entries: node.entries.map(e => ({ ...e, value: this.value(e.value, depth + 1) })) }
  }

  private text(source: string, at: Origin, depth: number): Placed {
    const whole = /^\$\{([^{}]{1,400})\}$/.exec(source)
    if (whole) return { ...this.named(whole[1]!.trim(), at, depth), at }
    let out = ''
    for (const [i, part] of source.split(/(\$\$\{|\$\{[^{}]{1,400}\})/).entries()) {
      if (i % 2 === 0) out += literal(part)
      else if (part === '$${') out += literal('${')
      else out += asText(this.named(part.slice(2, -1).trim(), at, depth)) ?? notKnown(`${part.slice(2, -1)} is no text`)
      if (out.length > MAX_TEXT) return scalar(notKnown('it is too long'), at)
    }
    return scalar(out, at)
  }

  /** What a name with its members means: a setting, a variable, an attribute of a resource. */
  private named(path: string, at: Origin, depth: number): Placed {
    const [name = '', ...members] = path.replace(/\[["']?([^\]"']*)["']?\]/g, '.$1').split('.')
    if (name === 'pulumi') return scalar(members[0] === 'project' ? literal(this.name) : notKnown(`pulumi ${members[0] ?? ''}`), at)
    const resource = this.resources.get(name)
    if (resource) return scalar(this.attribute(name, resource, members), at)
    const variable = this.variables.get(name)
    const said = variable ? this.variable(name, variable, depth) : this.config.get(name)
    const below =
      said && members.reduce<Placed | undefined>((here, key) => (here?.is === 'list' ? here.items[Number(key)] : member(here, key)), said)
    if (below) return variable ? below : this.setting(below)
    if (!said && !variable) this.source.problem('pulumi/reference', `${name.slice(0, 100)} is neither a resource nor a setting`, at)
    return scalar(notKnown(`${path} is not told`), at)
  }

  /** Settings are texts as they are; those that differ are marked already. */
  private setting(node: Placed): Placed {
    return node.is === 'scalar' && typeof node.value === 'string' && !node.value.startsWith('${?')
      ? { ...node, value: literal(node.value) }
      : node
  }

  private variable(name: string, node: Placed, depth: number): Placed {
    if (this.open.has(name)) return scalar(notKnown(`${name} refers to itself`), node.at)
    this.open.add(name)
    const said = this.value(node, depth + 1)
    this.open.delete(name)
    return said
  }

  private attribute(name: string, resource: Placed, members: readonly string[]): string {
    if (asText(member(resource, 'type')) !== STACK_REFERENCE) return reference(name, ...members)
    const stack = asText(member(resource, 'properties', 'name')) ?? name
    const project = stack.split('/').at(-2)
    const output = members[0] === 'outputs' ? members.slice(1).join('.') : members.join('.')
    return project === undefined || project.includes('$')
      ? notKnown('which stack it refers to')
      : keptElsewhere('export', `${project}.${output}`)
  }

  private called({ key, value, at }: PlacedEntry, depth: number): Placed {
    const argument = this.value(value, depth)
    switch (key.toLowerCase()) {
      case 'fn::join': {
        const [between, list] = listItems(argument)
        const parts = listItems(list).map(asText)
        const isWhole = list?.is === 'list' && parts.every(part => part !== undefined)
        return scalar(isWhole ? parts.join(asText(between) ?? '').slice(0, MAX_TEXT) : notKnown('a part of it is no text'), at)
      }
      case 'fn::select':
        return (
          listItems(listItems(argument)[1])[Number(plainTextOf(listItems(argument)[0]))] ?? scalar(notKnown('it is not in the list'), at)
        )
      case 'fn::tojson':
        return argument
      case 'fn::tobase64':
        return argument
      case 'fn::secret':
        return scalar(notKnown('it is a secret'), at)
      case 'fn::fileasset':
      case 'fn::filearchive':
        return this.path(argument, at)
      case 'fn::assetarchive':
        return mapEntries(argument)[0]?.value ?? scalar(notKnown('an archive of nothing'), at)
      default:
        return scalar(notKnown(`${key} is not evaluated`), at)
    }
  }

  private path(node: Placed, at: Origin): Placed {
    const path = plainTextOf(node)
    const found = path === undefined || path.startsWith('/') ? undefined : join(dirname(this.file), path)
    return scalar(found === undefined ? notKnown('its files are not in the repository') : literal(relative(dirname(this.file), found)), at)
  }
}

const STACK_REFERENCE = 'pulumi:pulumi:StackReference'

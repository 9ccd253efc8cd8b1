import { basename, dirname, join } from '../../base/path.ts'
import { table } from '../../base/table.ts'
import { type CloudResource, notKnown, reference } from '../cloud/document.ts'
import { namePattern, plainTextOf } from '../cloud/text.ts'
import { asText, mapEntries, member, type Origin, type Placed, type PlacedEntry, type PlacedMap, scalar } from '../syntax/placed.ts'
import { attributeOf, evaluate, holds, type Surroundings } from './functions.ts'
import { type Given, parameterValue } from './parameters.ts'
import { expanded, globalsOf } from './serverless.ts'
import { isLocalPath, loadData, loadTemplate, nestedField, type Source, type Template } from './template.ts'

/** What a stack deploys, with the stacks inside it. */
export interface Stack {
  resources: CloudResource[]
  outputs: Map<string, Placed>
  exports: PlacedEntry[]
}

const MAX_NESTED = 12
const STACK_NAMES = new Set(['AWS::StackName', 'AWS::StackId'])
const SAID: Record<string, string> = table({ 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com' })
const IMPLICIT = /^Serverless(?:RestApi|HttpApi)|^RestApi$/

export const renderStack = (
  template: Template,
  given: Given,
  source: Source,
  place: { prefix: string; folder: string; above: readonly string[] } = { prefix: '', folder: dirname(template.file), above: [] },
): Stack => new Renderer(template, given, source, place).render()

type Place = Parameters<typeof renderStack>[3] & {}

const typeOf = (resource: Placed): string => asText(member(resource, 'Type')) ?? ''

class Renderer implements Surroundings {
  readonly budget
  private readonly template: Template
  private readonly given: Given
  private readonly source: Source
  private readonly place: Place
  private readonly declared: PlacedMap['entries']
  private readonly parameters = new Map<string, Placed>()
  private readonly parameterNodes: Map<string, Placed>
  private readonly conditionNodes: Map<string, Placed>
  private readonly conditions = new Map<string, boolean | undefined>()
  private readonly types: Map<string, string>
  private readonly nested = new Map<string, Stack | undefined>()
  private readonly reported = new Set<string>()

  constructor(template: Template, given: Given, source: Source, place: Place) {
    this.template = template
    this.given = given
    this.source = source
    this.place = place
    this.budget = source.budget
    const members = (key: string): Map<string, Placed> => new Map(mapEntries(member(template.root, key)).map(e => [e.key, e.value]))
    this.parameterNodes = members('Parameters')
    this.conditionNodes = members('Conditions')
    // What is repeated may refer to what stands beside it.
    this.types = new Map([...members('Resources')].map(([name, resource]) => [name, typeOf(resource)]))
    this.declared = this.unrolled('Resources')
    for (const { key, value } of this.declared) this.types.set(key, typeOf(value))
  }

  render(): Stack {
    const globals = globalsOf(this.template, node => evaluate(node, this))
    const resources: CloudResource[] = []
    for (const entry of this.declared) {
      if (!this.isDeployed(entry.value)) continue
      const type = this.types.get(entry.key) ?? ''
      if (nestedField(type)) resources.push(...(this.stackOf(entry.key)?.resources ?? []))
      else resources.push(...this.resource(entry, type, globals))
    }
    return { resources: unique(resources), ...this.outputs() }
  }

  /** The entries of a section, with those that are repeated written out. */
  private unrolled(section: string): PlacedEntry[] {
    const node = member(this.template.root, section)
    return mapEntries(node).flatMap(entry => {
      if (!entry.key.startsWith('Fn::')) return [entry]
      const out = evaluate({ is: 'map', entries: [entry], at: entry.at }, this)
      return mapEntries(out).filter(e => !e.key.startsWith('Fn::'))
    })
  }

  private isDeployed(resource: Placed): boolean {
    const condition = asText(member(resource, 'Condition'))
    return condition === undefined || this.condition(condition) !== false
  }

  private resource({ key, value, at }: PlacedEntry, type: string, globals: ReadonlyMap<string, Placed>): CloudResource[] {
    if (type === '') {
      this.problem('type', `${key.slice(0, 100)} has no Type, left out`, at)
      return []
    }
    const properties = this.map(member(value, 'Properties'), at)
    const metadata = this.map(member(value, 'Metadata'), at)
    const file = this.template.file
    const paths = { file, folder: this.place.folder, name: this.given.stackName ?? basename(dirname(file)) }
    const load = (path: string): Placed | undefined => loadData(path, this.source)
    const problem = (code: string, message: string): void => this.problem(code, message, at)
    return expanded(
      { address: this.address(key), type, at, properties, metadata },
      { globals, paths, load, problem, prefix: this.place.prefix },
    )
  }

  private map(node: Placed | undefined, at: Origin): PlacedMap {
    const value = node && evaluate(node, this)
    return value?.is === 'map' ? value : { is: 'map', entries: [], at }
  }

  private address(name: string): string {
    return this.place.prefix + name
  }

  private outputs(): Pick<Stack, 'outputs' | 'exports'> {
    const outputs = new Map<string, Placed>()
    const exports: PlacedEntry[] = []
    for (const { key, value, at } of this.unrolled('Outputs')) {
      const said = member(value, 'Value')
      const evaluated = this.isDeployed(value) && said ? evaluate(said, this) : undefined
      if (!evaluated) continue
      outputs.set(key, evaluated)
      const name = member(value, 'Export', 'Name')
      const text = name && asText(evaluate(name, this))
      if (text !== undefined && evaluated.is === 'scalar') exports.push({ key: namePattern(text), value: evaluated, at })
    }
    for (const stack of this.nested.values()) exports.push(...(stack?.exports ?? []))
    return { outputs, exports }
  }

  // surroundings of functions

  ref(name: string, at: Origin): Placed | 'none' | undefined {
    if (name === 'AWS::NoValue') return 'none'
    if (name.startsWith('AWS::')) return scalar(this.pseudo(name), at)
    const parameter = this.parameterNodes.get(name)
    if (parameter) return this.parameter(name, parameter, at)
    if (this.isThere(name)) return scalar(reference(this.address(name), 'Ref'), at)
    return undefined
  }

  private pseudo(name: string): string {
    if (STACK_NAMES.has(name) && this.given.stackName !== undefined) return this.given.stackName
    return (Object.hasOwn(SAID, name) ? SAID[name] : undefined) ?? notKnown(name.replace('AWS::', 'AWS '))
  }

  private parameter(name: string, node: Placed, at: Origin): Placed {
    const known = this.parameters.get(name) ?? parameterValue(name, node, this.given.parameters.get(name))
    this.parameters.set(name, known)
    return { ...known, at }
  }

  /** A resource of the template, or one that its transform adds to it. */
  private isThere(name: string): boolean {
    if (this.types.has(name)) return true
    if (!this.template.isServerless) return false
    return IMPLICIT.test(name) || [...this.types.keys()].some(known => name.startsWith(known))
  }

  attribute(name: string, attribute: string, at: Origin): Placed | undefined {
    if (!this.isThere(name)) return undefined
    const output = /^Outputs\.(.+)$/.exec(attribute)?.[1]
    if (output === undefined || !nestedField(this.types.get(name) ?? '')) return attributeOf(this.address(name), attribute, at)
    const said = this.stackOf(name)?.outputs.get(output)
    return said ? { ...said, at } : scalar(notKnown(`what the stack ${name} puts out is not in the repository`), at)
  }

  mapping(map: string, first: string, second: string): Placed | undefined {
    return member(member(this.template.root, 'Mappings'), map, first, second)
  }

  mappings(map: string, second: string): Placed[] {
    return mapEntries(member(member(this.template.root, 'Mappings'), map)).flatMap(e => member(e.value, second) ?? [])
  }

  condition(name: string): boolean | undefined {
    if (this.conditions.has(name)) return this.conditions.get(name)
    this.conditions.set(name, undefined)
    const said = holds(this.conditionNodes.get(name), this)
    this.conditions.set(name, said)
    return said
  }

  include(location: string, at: Origin): Placed | undefined {
    const isLocal = location !== '' && !/^[a-z][a-z0-9+.-]*:|^\//i.test(location)
    const path = isLocal ? join(dirname(this.template.file), location) : undefined
    const found = path === undefined ? undefined : loadData(path, this.source)
    if (!found)
      this.problem('include', `${location.slice(0, 200) || 'what it includes'} is not in the repository; what it adds is missing`, at)
    return found
  }

  problem(code: string, message: string, at: Origin): void {
    const key = `${code} ${message}`
    if (this.reported.has(key)) return
    this.reported.add(key)
    this.source.problem(`cloudformation/${code}`, message, at)
  }

  // stacks inside

  private stackOf(name: string): Stack | undefined {
    if (!this.nested.has(name)) {
      this.nested.set(name, undefined)
      const entry = this.declared.find(e => e.key === name)
      this.nested.set(name, entry && this.rendered(entry))
    }
    return this.nested.get(name)
  }

  private rendered({ key, value, at }: PlacedEntry): Stack | undefined {
    const properties = this.map(member(value, 'Properties'), at)
    const path = plainTextOf(member(properties, nestedField(this.types.get(key) ?? '') ?? ''))
    const file = path !== undefined && isLocalPath(path) ? join(dirname(this.template.file), path) : undefined
    if (file === undefined) {
      const location = path?.slice(0, 200) ?? 'its address is not known'
      this.problem('remote', `the template of ${key} (${location}) is not fetched; what it deploys is missing`, at)
      return undefined
    }
    if ([...this.place.above, this.template.file].includes(file) || this.place.above.length > MAX_NESTED) {
      this.problem('cycle', `${key} is made of itself`, at)
      return undefined
    }
    const template = loadTemplate(file, this.source)
    if (!template) {
      this.problem('missing', `${path} is not there, or no template; what it deploys is missing`, at)
      return undefined
    }
    const parameters = new Map(mapEntries(member(properties, 'Parameters')).map(e => [e.key, e.value]))
    const place = { prefix: `${this.place.prefix}${key}.`, folder: this.place.folder, above: [...this.place.above, this.template.file] }
    return renderStack(template, { parameters }, this.source, place)
  }
}

/** Of one address the first counts: what a transform adds may be there already. */
const unique = (resources: readonly CloudResource[]): CloudResource[] =>
  [...new Map([...resources].reverse().map(r => [r.address, r])).values()].reverse()

import { join, relative } from '../../base/path.ts'
import { canonicalAddress } from '../cloud/document.ts'
import { rowOf } from '../cloud/types.ts'
import { evaluate, evaluateBody, type HclScope, templateParts } from '../hcl/evaluate.ts'
import { firstUnknown } from '../hcl/functions.ts'
import {
  asNumber,
  asString,
  type HclEntry,
  type HclValue,
  isNull,
  listOf,
  mapOfEntries,
  placedOf,
  scalarOf,
  textOfParts,
  unknownOf,
} from '../hcl/values.ts'
import { type HclBlock, type HclExpr, parseHclTemplate } from '../syntax/hcl.ts'
import type { Origin } from '../syntax/placed.ts'
import { withDefaults } from './defaults.ts'
import { withStructure } from './structure.ts'
import type { PlacedBlock, TerraformUnit } from './unit.ts'

const MAX_MODULES = 12
const MAX_INSTANCES = 300
const META = new Set(['count', 'for_each', 'provider', 'depends_on', 'lifecycle', 'provisioner', 'connection'])
const OF_MODULES = new Set([...META, 'providers', 'source', 'version'])
/** Who may do what, and what things are called on a bill: large, and nothing to the map. */
const UNTOLD = new Set([...META, 'policy', 'assume_role_policy', 'tags', 'tags_all', 'timeouts'])

/** One copy of a resource or module: its key, and what it is told of it. */
interface Copy {
  key?: string | number
  variables: ReadonlyMap<string, HclValue>
}

type Copies = { is: 'one' | 'count' | 'each'; all: Copy[] }

/** One module of a unit, evaluated on demand: whatever is asked of it is told once. */
export class TerraformModule {
  private readonly unit: TerraformUnit
  private readonly folder: string
  private readonly address: string
  private readonly inputs: ReadonlyMap<string, () => HclValue>
  private readonly above: readonly string[]
  private readonly declared = new Map<string, PlacedBlock>()
  private readonly locals = new Map<string, { value: HclExpr; file: string }>()
  private readonly known = new Map<string, HclValue>()
  private readonly open = new Set<string>()
  private readonly copies = new Map<string, Copies>()
  private readonly children = new Map<string, TerraformModule | undefined>()

  constructor(unit: TerraformUnit, folder: string, address: string, inputs: ReadonlyMap<string, () => HclValue>, above: readonly string[]) {
    this.unit = unit
    this.folder = folder
    this.address = address
    this.inputs = inputs
    this.above = [...above, folder]
    for (const placed of unit.blocks(folder)) this.declare(placed)
  }

  private declare({ block, file }: PlacedBlock): void {
    if (block.type === 'locals') for (const { name, value } of block.body.attributes) this.locals.set(name, { value, file })
    const [first = '', second = ''] = block.labels
    const key = {
      resource: `${first}.${second}`,
      data: `data.${first}.${second}`,
      module: `module.${first}`,
      variable: `var.${first}`,
      output: `output.${first}`,
    }[block.type]
    if (key !== undefined) this.declared.set(key, { block, file })
  }

  // names

  private scope(file: string, variables: ReadonlyMap<string, HclValue>): HclScope {
    return {
      file,
      step: () => this.unit.steps.take(),
      resolve: (path, at) => this.resolve(path, at),
      call: (name, args, at) => this.call(name, args, at),
      variables,
    }
  }

  private resolve(path: readonly (string | number)[], at: Origin): ReturnType<HclScope['resolve']> {
    const [root, name] = path.map(String)
    const rest = path.slice(2)
    if (root === 'var') return { value: this.variable(name ?? '', at), rest }
    if (root === 'local') return { value: this.local(name ?? '', at), rest }
    if (root === 'path') return { value: this.path(name ?? '', at), rest }
    if (root === 'terraform') return { value: name === 'workspace' ? scalarOf('default', at) : unknownOf(`terraform.${name}`, at), rest }
    if (root === 'module') return this.ofModule(path, at)
    if (root === 'each' || root === 'count' || root === 'self') return { value: unknownOf(`${root} is not known here`, at), rest: [] }
    return this.ofResource(path, root === 'data' ? 3 : 2, at)
  }

  /** Terraform runs in the root module's folder; where that lies on a machine is not known, but for the folder's own name. */
  private path(name: string, at: Origin): HclValue {
    if (name !== 'cwd') return scalarOf(name === 'module' ? relative(this.unit.root, this.folder) : '.', at)
    return this.unit.root === '' ? unknownOf('path.cwd is known only where it runs', at) : scalarOf(`/${this.unit.root}`, at)
  }

  /** Tells something once; what needs itself to be told is a circle. */
  private once(key: string, at: Origin, tell: () => HclValue): HclValue {
    const known = this.known.get(key)
    if (known) return known
    if (this.open.has(key)) {
      this.unit.problem('terraform/cycle', `${key} needs itself to be told`, at, 'error')
      return unknownOf(`${key} needs itself to be told`, at)
    }
    this.open.add(key)
    const value = tell()
    this.open.delete(key)
    this.known.set(key, value)
    return value
  }

  private variable(name: string, at: Origin): HclValue {
    const declared = this.declared.get(`var.${name}`)
    return this.once(`var.${name}`, declared ? { file: declared.file, line: declared.block.line } : at, () => {
      const attribute = (key: string): HclExpr | undefined => declared?.block.body.attributes.find(a => a.name === key)?.value
      const given = this.inputs.get(name)?.()
      const fallback = attribute('default')
      const isGiven = given !== undefined && !(isNull(given) && fallback)
      const scope = this.scope(declared?.file ?? at.file, NOTHING)
      const value = isGiven ? given : fallback ? evaluate(fallback, scope) : unknownOf(`var.${name} has no value`, at)
      const type = attribute('type')
      return type ? withDefaults(value, type, expr => evaluate(expr, scope)) : value
    })
  }

  private local(name: string, at: Origin): HclValue {
    const found = this.locals.get(name)
    if (!found) return unknownOf(`local.${name} is not declared`, at)
    return this.once(`local.${name}`, { file: found.file, line: found.value.at }, () =>
      evaluate(found.value, this.scope(found.file, NOTHING)),
    )
  }

  // copies

  private copiesOf(key: string, { block, file }: PlacedBlock): Copies {
    const known = this.copies.get(key)
    if (known) return known
    const [count, each] = ['count', 'for_each'].map(name => block.body.attributes.find(a => a.name === name)?.value)
    const at: Origin = { file, line: block.line }
    // Whoever asks on the way takes it for one.
    this.copies.set(key, { is: 'one', all: [{ variables: NOTHING }] })
    const scope = this.scope(file, NOTHING)
    const found = count ? this.counted(evaluate(count, scope), at) : each ? this.each(evaluate(each, scope), at) : ONE
    this.copies.set(key, found)
    return found
  }

  private counted(count: HclValue, at: Origin): Copies {
    const n = asNumber(count)
    const told = (index: HclValue): ReadonlyMap<string, HclValue> =>
      new Map([['count', mapOfEntries([['index', { value: index, at }]], at)]])
    if (n === undefined) return { is: 'one', all: [{ variables: told(unknownOf(firstUnknown(count)[0] ?? 'the count is not known', at)) }] }
    if (n > MAX_INSTANCES) this.unit.problem('terraform/limit', `${n} copies; ${MAX_INSTANCES} are looked at`, at)
    return {
      is: 'count',
      all: Array.from({ length: Math.max(0, Math.min(Math.trunc(n), MAX_INSTANCES)) }, (_, i) => ({
        key: i,
        variables: told(scalarOf(i, at)),
      })),
    }
  }

  private each(over: HclValue, at: Origin): Copies {
    const told = (key: HclValue, value: HclValue): ReadonlyMap<string, HclValue> =>
      new Map([
        [
          'each',
          mapOfEntries(
            [
              ['key', { value: key, at }],
              ['value', { value, at }],
            ],
            at,
          ),
        ],
      ])
    const pairs =
      over.is === 'map'
        ? [...over.entries].map(([key, entry]) => ({ key, value: entry.value }))
        : over.is === 'list'
          ? over.items.map(item => ({ key: asString(item), value: item }))
          : [{ key: undefined, value: unknownOf(firstUnknown(over)[0] ?? 'what it goes over is not known', at) }]
    if (pairs.length > MAX_INSTANCES) this.unit.problem('terraform/limit', `${pairs.length} copies; ${MAX_INSTANCES} are looked at`, at)
    if (over.is !== 'map' && over.is !== 'list') return { is: 'one', all: [{ variables: told(pairs[0]!.value, pairs[0]!.value) }] }
    return {
      is: 'each',
      all: pairs.slice(0, MAX_INSTANCES).map(({ key, value }, i) => ({
        key: key ?? i,
        variables: told(
          key === undefined ? unknownOf(firstUnknown(value)[0] ?? 'the key is not known', at) : scalarOf(key, value.at),
          value,
        ),
      })),
    }
  }

  private addressOf(key: string, copy: Copy): string {
    const own = copy.key === undefined ? key : `${key}[${JSON.stringify(copy.key)}]`
    return canonicalAddress(this.address === '' ? own : `${this.address}.${own}`)
  }

  /** What a name stands for that may have copies: one value, a list of them, or a map by their keys. */
  private folded(copies: Copies, value: (copy: Copy) => HclValue, at: Origin): HclValue {
    if (copies.is === 'one') return value(copies.all[0]!)
    if (copies.is === 'count') return listOf(copies.all.map(value), at)
    return mapOfEntries(
      copies.all.map((copy): [string, HclEntry] => [String(copy.key), { value: value(copy), at }]),
      at,
    )
  }

  // resources

  private ofResource(path: readonly (string | number)[], length: number, at: Origin): ReturnType<HclScope['resolve']> {
    const key = path.slice(0, length).join('.')
    const placed = this.declared.get(key)
    if (!placed) return undefined
    const type = placed.block.labels[0]!
    const rest = path.slice(length)
    const copies = this.copiesOf(key, placed)
    // Before version 0.12, a name alone meant the first of several.
    const index = copies.is === 'count' && typeof rest[0] === 'string' && !/^\d+$/.test(rest[0]) ? [0, ...rest] : rest
    if (rowOf(type))
      return {
        value: this.folded(copies, copy => ({ is: 'reference', address: this.addressOf(key, copy), path: [], at }), at),
        rest: index,
      }
    const [step, ...further] = copies.is === 'one' ? index : index.slice(1)
    const copy = copies.is === 'one' ? copies.all[0] : copies.all.find(c => String(c.key) === String(index[0]))
    if (step === undefined || !copy) return { value: unknownOf(`${key} is known only once it is deployed`, at), rest: [] }
    return { value: this.attribute(key, placed, String(step), copy, at), rest: further }
  }

  /** An attribute of something that means nothing to the map, where the module itself says it. */
  private attribute(key: string, { block, file }: PlacedBlock, name: string, copy: Copy, at: Origin): HclValue {
    const said = block.body.attributes.find(a => a.name === name)
    if (!said) return unknownOf(`${key}.${name} is known only once it is deployed`, at)
    return this.once(`${this.addressOf(key, copy)}.${name}`, { file, line: said.line }, () =>
      evaluate(said.value, this.scope(file, copy.variables)),
    )
  }

  // modules

  private ofModule(path: readonly (string | number)[], at: Origin): ReturnType<HclScope['resolve']> {
    const key = `module.${path[1]}`
    const placed = this.declared.get(key)
    if (!placed) return undefined
    const copies = this.copiesOf(key, placed)
    const rest = path.slice(2)
    const index = copies.is === 'one' ? undefined : rest[0]
    const after = copies.is === 'one' ? rest : rest.slice(1)
    const copy = copies.is === 'one' ? copies.all[0] : copies.all.find(c => String(c.key) === String(index))
    if (copies.is !== 'one' && (index === undefined || (!copy && !copies.all.some(c => String(c.key) === String(index)))))
      return { value: this.folded(copies, one => this.outputsOf(key, placed, one, at), at), rest }
    const [name, ...further] = after
    if (!copy) return { value: unknownOf(`${key} is not there`, at), rest: [] }
    if (name === undefined) return { value: this.outputsOf(key, placed, copy, at), rest: [] }
    const child = this.child(key, placed, copy)
    if (child) return { value: child.output(String(name), at), rest: further }
    return { value: { is: 'reference', address: this.addressOf(key, copy), path: [], at }, rest: after }
  }

  private outputsOf(key: string, placed: PlacedBlock, copy: Copy, at: Origin): HclValue {
    const child = this.child(key, placed, copy)
    if (!child) return { is: 'reference', address: this.addressOf(key, copy), path: [], at }
    const names = [...child.declared.keys()].flatMap(k => (k.startsWith('output.') ? [k.slice('output.'.length)] : []))
    return mapOfEntries(
      names.map(name => [name, { value: child.output(name, at), at }] as const),
      at,
    )
  }

  output(name: string, at: Origin): HclValue {
    const placed = this.declared.get(`output.${name}`)
    const value = placed?.block.body.attributes.find(a => a.name === 'value')?.value
    if (!placed || !value) return unknownOf(`the module has no output ${name}`, at)
    return this.once(`output.${name}`, { file: placed.file, line: placed.block.line }, () =>
      evaluate(value, this.scope(placed.file, NOTHING)),
    )
  }

  /** The module in the tree that a block calls; undefined for one from elsewhere. */
  private child(key: string, { block, file }: PlacedBlock, copy: Copy): TerraformModule | undefined {
    const address = this.addressOf(key, copy)
    if (this.children.has(address)) return this.children.get(address)
    const source = this.sourceOf(block, file)
    const at: Origin = { file, line: block.line }
    const folder = /^\.\.?(\/|$)/.test(source) ? join(this.folder, source) : undefined
    let child: TerraformModule | undefined
    if (folder !== undefined && this.isReachable(folder, at)) {
      const inputs = new Map(
        block.body.attributes
          .filter(a => !OF_MODULES.has(a.name))
          .map(a => [a.name, () => evaluate(a.value, this.scope(file, copy.variables))] as const),
      )
      child = new TerraformModule(this.unit, folder, address, inputs, this.above)
    }
    this.children.set(address, child)
    return child
  }

  private sourceOf(block: HclBlock, file: string): string {
    const source = block.body.attributes.find(a => a.name === 'source')?.value
    return (source && asString(evaluate(source, this.scope(file, NOTHING)))) ?? ''
  }

  private isReachable(folder: string, at: Origin): boolean {
    if (this.above.includes(folder) || this.above.length > MAX_MODULES) {
      this.unit.problem('terraform/cycle', `the module ${folder || '.'} calls itself`, at, 'error')
      return false
    }
    if (this.unit.blocks(folder).length > 0) return true
    this.unit.problem('terraform/module', `the module ${folder || '.'} is not there; what it deploys is missing`, at)
    return false
  }

  // functions that read files

  private call(name: string, args: readonly HclValue[], at: Origin): HclValue | undefined {
    const path = args[0] && asString(args[0])
    if (
      path === undefined ||
      !/^(file|templatefile|fileexists|filebase64|filebase64sha256|filemd5|filesha1|filesha256|filesha512)$/.test(name)
    )
      return undefined
    const found = this.unit.content(path)
    if (name === 'fileexists') return scalarOf(found !== undefined, at)
    if (!found) return unknownOf(`${path} is not there`, at)
    const origin: Origin = { file: found.path, line: 1 }
    if (name === 'file') return scalarOf(found.content, origin)
    if (name !== 'templatefile') return unknownOf(`${name}() is not told`, at)
    const parsed = parseHclTemplate(found.content)
    if ('problem' in parsed) {
      this.unit.problem(parsed.problem.code, parsed.problem.message, { file: found.path, line: parsed.problem.line ?? 1 })
      return unknownOf(`${path} is no template`, at)
    }
    const variables = args[1]?.is === 'map' ? new Map([...args[1].entries].map(([key, entry]) => [key, entry.value] as const)) : NOTHING
    const scope: HclScope = { ...this.scope(found.path, variables), resolve: () => undefined }
    return textOfParts(templateParts(parsed.parts, scope, origin, 1), origin)
  }

  // what it deploys

  /** Gives all resources of the module and of those it calls to the unit. */
  emit(): void {
    for (const [key, placed] of this.declared) {
      const { type } = placed.block
      if (type !== 'resource' && type !== 'data' && type !== 'module') continue
      for (const copy of this.copiesOf(key, placed).all) {
        if (type === 'module') this.emitModule(key, placed, copy)
        else if (rowOf(placed.block.labels[0] ?? '')) this.emitBlock(key, placed.block.labels[0]!, placed, copy)
      }
    }
  }

  private emitModule(key: string, placed: PlacedBlock, copy: Copy): void {
    const child = this.child(key, placed, copy)
    if (child) {
      child.emit()
      return
    }
    const source = this.sourceOf(placed.block, placed.file)
    if (/^\.\.?(\/|$)/.test(source)) return
    const type = registryName(source)
    if (rowOf(type)) this.emitBlock(key, type, placed, copy)
    else
      this.unit.problem('terraform/remote', `the module ${source.slice(0, 200)} is outside the repository and is not fetched`, {
        file: placed.file,
        line: placed.block.line,
      })
  }

  private emitBlock(key: string, type: string, { block, file }: PlacedBlock, copy: Copy): void {
    const at: Origin = { file, line: block.line }
    const body = evaluateBody(block.body, this.scope(file, copy.variables), block.type === 'module' ? OF_MODULES : UNTOLD)
    const isFree = (): boolean => this.unit.nodes.take()
    this.unit.add({ address: this.addressOf(key, copy), type, at, properties: withStructure({ ...placedOf(body, isFree), at }, isFree) })
  }
}

const NOTHING: ReadonlyMap<string, HclValue> = new Map()
const ONE: Copies = { is: 'one', all: [{ variables: NOTHING }] }

/** What a module of the public registry is called, wherever it is taken from. */
const registryName = (source: string): string => {
  const git = /github\.com[/:](?:terraform-aws-modules)\/terraform-aws-([\w-]+?)(?:\.git)?(\/\/[^?]+)?(?:\?.*)?$/.exec(source)
  if (git) return `terraform-aws-modules/${git[1]}/aws${git[2] ?? ''}`
  return source.replace(/^(registry\.terraform\.io|registry\.opentofu\.org)\//, '').replace(/\?.*$/, '')
}

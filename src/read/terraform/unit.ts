import { byText } from '../../base/names.ts'
import { basename, dirname, isInside, join } from '../../base/path.ts'
import type { CloudResource } from '../cloud/document.ts'
import type { Rendered } from '../reader.ts'
import { type HclBlock, type HclBody, parseHcl } from '../syntax/hcl.ts'
import { Budget, type Origin } from '../syntax/placed.ts'
import { parseTerraformJson, parseVariablesJson } from './json.ts'

const MAX_STEPS = 400_000
const MAX_NODES = 200_000
const MAX_RESOURCES = 4000
const MAX_PROBLEMS = 50

/** What all modules of one unit share: files, limits, what was found. */
export class TerraformUnit {
  readonly root: string
  readonly steps = new Budget(MAX_STEPS)
  readonly nodes = new Budget(MAX_NODES)
  readonly resources: CloudResource[] = []
  readonly problems: Rendered['problems'] = []
  readonly bases = new Set<string>()
  private readonly files: (path: string) => string | undefined
  private readonly list: (folder: string) => readonly string[]
  private readonly folders = new Map<string, PlacedBlock[]>()

  constructor(root: string, files: (path: string) => string | undefined, list: (folder: string) => readonly string[]) {
    this.root = root
    this.files = files
    this.list = list
  }

  problem(code: string, message: string, at: Origin, severity: 'error' | 'warning' = 'warning'): void {
    const isKnown = this.problems.some(p => p.file === at.file && p.line === at.line && p.message === message)
    if (!isKnown && this.problems.length < MAX_PROBLEMS) this.problems.push({ code, message, severity, file: at.file, line: at.line })
  }

  add(resource: CloudResource): void {
    if (this.resources.length < MAX_RESOURCES) this.resources.push(resource)
    else this.problem('terraform/limit', `more than ${MAX_RESOURCES} resources; the rest is left out`, resource.at)
  }

  /** A file by its path as expressions have it: relative to the root module. */
  content(path: string): { path: string; content: string } | undefined {
    const full = path.startsWith('/') ? undefined : join(this.root, path)
    const content = full === undefined || full === '' ? undefined : this.files(full)
    return content === undefined ? undefined : { path: full!, content }
  }

  /** The blocks of a folder's files. */
  blocks(folder: string): PlacedBlock[] {
    const known = this.folders.get(folder)
    if (known) return known
    const paths = this.list(folder).filter(path => dirname(path) === folder && isTerraform(path))
    const found = paths.flatMap(path => this.parsed(path).blocks.map(block => ({ block, file: path })))
    if (paths.length > 0) this.bases.add(folder)
    this.folders.set(folder, found)
    return found
  }

  private parsed(path: string): HclBody {
    const content = this.files(path)
    if (content === undefined) return { attributes: [], blocks: [] }
    const { body, problems } = path.endsWith('.json') ? parseTerraformJson(content) : parseHcl(content)
    for (const p of problems) this.problem(p.code, p.message, { file: path, line: p.line ?? 1 }, p.severity)
    return body
  }

  /** Values that files give the root module's variables: those read by themselves, then those of one stage. */
  values(): { file: string; body: HclBody }[] {
    const here = this.list(this.root).filter(path => /\.tfvars(\.json)?$/.test(path))
    const own = here.filter(path => dirname(path) === this.root)
    const read = own.filter(path => /^terraform\.tfvars(\.json)?$|\.auto\.tfvars(\.json)?$/.test(basename(path))).sort(byAutomatic)
    const stage = this.stageFile(here.filter(path => !read.includes(path)))
    return [...(stage === undefined ? [] : [stage]), ...read].flatMap(file => {
      const content = this.files(file)
      if (content === undefined) return []
      const { body, problems } = file.endsWith('.json') ? parseVariablesJson(content) : parseHcl(content)
      for (const p of problems) this.problem(p.code, p.message, { file, line: p.line ?? 1 }, p.severity)
      return [{ file, body }]
    })
  }

  /** Of files of several stages, the one of production; the only one, where there is one. */
  private stageFile(paths: readonly string[]): string | undefined {
    const inside = paths.filter(path => isInside(path, this.root))
    const production = inside.filter(path => /(^|[^a-z])(prod|production|prd|live)([^a-z]|$)/i.test(path.slice(this.root.length)))
    return production.length === 1 ? production[0] : inside.length === 1 ? inside[0] : undefined
  }
}

/** A block with the file it stands in. */
export interface PlacedBlock {
  block: HclBlock
  file: string
}

const byAutomatic = (a: string, b: string): number =>
  Number(basename(a) !== 'terraform.tfvars') - Number(basename(b) !== 'terraform.tfvars') || byText(a, b)

/** A file of a module: not a test, not what a tool keeps for itself. */
export const isTerraform = (path: string): boolean =>
  /\.(tf|tofu)(\.json)?$/.test(path) && !/(^|\/)\.terra(form|grunt-cache)\//.test(path) && !/_override\.tf$|(^|\/)override\.tf$/.test(path)

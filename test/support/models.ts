import type { JudgeInput } from '../../src/judge/input.ts'
import type { Comparison } from '../../src/model/change.ts'
import type { Contract, Node } from '../../src/model/contract.ts'
import type { Evidence } from '../../src/model/evidence.ts'
import type { MemberUse } from '../../src/model/fragment.ts'
import type {
  Catalog,
  CatalogEntity,
  DeclaredRelation,
  Interaction,
  OperationRef,
  Service,
  SystemModel,
  Wiring,
} from '../../src/model/system.ts'
import type { Policy } from '../../src/model/verdict.ts'

/** Models by hand: a ticket office, as far as a test needs it. */

export const repo = 'tickets'

export const seen = (file: string, line = 1, basis: Evidence['basis'] = 'coded'): Evidence => ({
  reader: 'test',
  basis,
  at: { repo, file, line },
})

export const service = (id: string, more: Partial<Service> = {}): Service => ({
  id,
  name: id,
  kind: 'service',
  aliases: [id],
  repo,
  paths: [`services/${id}`],
  owners: [],
  runtime: [{ value: 'go', evidence: [] }],
  controls: [],
  serves: [],
  state: 'deployed',
  evidence: [seen(`services/${id}/main.go`)],
  ...more,
})

export const use = (path: string, more: Partial<MemberUse> = {}): MemberUse => ({
  side: 'response',
  path: path.split('.'),
  access: 'read',
  tolerance: 'strict',
  at: { repo, file: 'services/x/use.go', line: 7 },
  ...more,
})

export const operation = (id: string, more: Partial<OperationRef> = {}): OperationRef => ({
  operation: id,
  uses: [],
  closed: false,
  escapes: [],
  evidence: [seen('services/x/call.go', 3)],
  ...more,
})

export const call = (from: string, to: string, operations: OperationRef[] = [], more: Partial<Interaction> = {}): Interaction => ({
  id: `${from}->${to}:${more.protocol ?? 'grpc'}`,
  from,
  to,
  purpose: 'call',
  style: 'sync',
  protocol: 'grpc',
  operations,
  confidence: 'high',
  evidence: [seen(`services/${from}/clients.go`, 12)],
  ...more,
})

export const wiring = (of: string, name: string, value: string, more: Partial<Wiring> = {}): Wiring => ({
  of,
  name,
  value,
  host: value.split(':')[0]!,
  port: Number(value.split(':')[1] ?? 80),
  read: true,
  evidence: [seen(`deploy/${of}.yaml`, 20, 'declared')],
  ...more,
})

export const system = (more: Partial<SystemModel> = {}): SystemModel => ({
  schema: 1,
  revisions: [{ repo, revision: 'r1' }],
  services: [],
  resources: [],
  teams: [],
  interactions: [],
  contracts: [],
  unresolved: [],
  wirings: [],
  coverage: { files: { seen: 10, read: 10, skipped: 0, failed: 0 }, skipped: {}, unresolved: {}, budgets: [] },
  problems: [],
  ...more,
})

interface ProtoField {
  number: number
  name: string
  type?: string
}

/** A protobuf contract of one service: each rpc takes `Request` and answers `Reply`, whose fields are given. */
export const proto = (
  name: string,
  rpcs: readonly string[],
  fields: readonly ProtoField[],
  { request = [], ...more }: Partial<Contract> & { request?: readonly ProtoField[] } = {},
): Contract => {
  const at = { file: 0, line: 1 }
  const [reply, asked] = [2, 3]
  const nodes: Node[] = [
    { kind: 'file', facets: {}, edges: [], at },
    { kind: 'service', name: `${name}.${name[0]!.toUpperCase()}${name.slice(1)}`, facets: {}, edges: [], at },
    { kind: 'message', name: `${name}.Reply`, facets: {}, edges: [], at },
    { kind: 'message', name: `${name}.Request`, facets: {}, edges: [], at },
  ]
  const add = (owner: number, role: 'rpc' | 'field', key: string, node: Node): void => {
    nodes[owner]!.edges.push({ role, key, to: nodes.push(node) - 1 })
  }
  for (const [ix, role] of [
    [1, 'service'],
    [reply, 'message'],
    [asked, 'message'],
  ] as const)
    nodes[0]!.edges.push({ role, key: nodes[ix]!.name!, to: ix })
  for (const rpc of rpcs)
    add(1, 'rpc', rpc, {
      kind: 'rpc',
      name: rpc,
      facets: {},
      edges: [
        { role: 'in', key: 'in', to: asked },
        { role: 'out', key: 'out', to: reply },
      ],
      at: { file: 0, line: 10 },
    })
  for (const [owner, list] of [
    [reply, fields],
    [asked, request],
  ] as const)
    for (const { number, name: field, type = 'string' } of list) {
      const jsonName = field.replace(/_(\w)/g, (_, c: string) => c.toUpperCase())
      add(owner, 'field', String(number), {
        kind: 'field',
        facets: { name: field, jsonName, type },
        edges: [],
        at: { file: 0, line: 30 + number },
      })
    }
  return {
    id: `proto:${name}`,
    format: 'protobuf',
    name,
    repo,
    files: [`protos/${name}.proto`],
    nodes,
    root: 0,
    units: [],
    providers: [],
    copies: [],
    ...more,
  }
}

/** An OpenAPI contract: each operation answers an object that must have the given members. */
export const specification = (name: string, answers: Record<string, readonly string[]>, providers: readonly string[] = []): Contract => {
  const nodes: Node[] = [{ kind: 'api', facets: {}, edges: [], at: { file: 0, line: 1 } }]
  const add = (kind: Node['kind'], line: number): number => nodes.push({ kind, facets: {}, edges: [], at: { file: 0, line } }) - 1
  Object.entries(answers).forEach(([id, members], n) => {
    const line = 10 * (n + 1)
    const [of, response, media, schema] = (['operation', 'response', 'media', 'schema'] as const).map(kind => add(kind, line)) as [
      number,
      number,
      number,
      number,
    ]
    nodes[0]!.edges.push({ role: 'op', key: id, to: of })
    nodes[of]!.edges.push({ role: 'response', key: '200', to: response })
    nodes[response]!.edges.push({ role: 'media', key: 'application/json', to: media })
    nodes[media]!.edges.push({ role: 'schema', key: '', to: schema })
    for (const member of members) nodes[schema]!.edges.push({ role: 'prop', key: member, to: add('schema', line + 1), required: true })
  })
  return {
    ...{ id: `openapi:${name}`, format: 'openapi', name, repo, files: [`specs/${name}.yaml`], nodes, root: 0, units: [] },
    ...{ providers: providers.map(value => ({ value, evidence: [] })), copies: [] },
  }
}

export const policy = (more: Partial<Policy> = {}): Policy => ({
  rules: {},
  links: {},
  external: {},
  ignore: [],
  publicContracts: [],
  minimumCoverage: 0,
  libraries: [],
  owners: [],
  systems: [],
  domains: [],
  repositories: [],
  waivers: [],
  ...more,
})

export const nothing: Comparison = { changes: [], impacts: [] }

export const judgeInput = (base: SystemModel, head: SystemModel, more: Partial<JudgeInput> = {}): JudgeInput => ({
  base,
  head,
  comparison: nothing,
  policy: policy(),
  policySource: 'defaults',
  asOf: '2026-11-22',
  changedFiles: [],
  ...more,
})

type Short<T> = string | (Partial<T> & { id: string })

/** Models as the fixtures of rules write them: only what matters. */
export interface ShortSystem {
  services?: Short<Service>[]
  resources?: SystemModel['resources']
  calls?: (Partial<Omit<Interaction, 'operations'>> & {
    from: string
    to: string
    operations?: (string | (Partial<OperationRef> & { operation: string }))[]
  })[]
  protos?: { name: string; rpcs: string[]; fields?: ProtoField[]; request?: ProtoField[]; copies?: Contract['copies'] }[]
  /** Specifications of HTTP: operations with the members that their answers must have. */
  specifications?: { name: string; providers: string[]; operations: Record<string, string[]> }[]
  wirings?: (Partial<Wiring> & { of: string; name: string; value: string })[]
  unresolved?: SystemModel['unresolved']
  owned?: Record<string, string>
  /** `describes` is `KIND ID`, a relation `FROM TYPE TO`, with the nodes of both sides as `FROM TO`. */
  catalog?: {
    entities: (Partial<Omit<CatalogEntity, 'describes'>> & { ref: string; describes?: string })[]
    relations?: { says: string; nodes?: string; missing?: true }[]
  }
}

const catalogOf = ({ entities, relations = [] }: NonNullable<ShortSystem['catalog']>): Catalog => {
  const evidence = [{ ...seen('catalog-info.yaml', 3, 'declared'), reader: 'catalog/backstage' }]
  return {
    entities: entities.map(({ ref, describes, ...more }) => {
      const [, kind, namespace, name] = /^(.+):(.+)\/(.+)$/.exec(ref)!
      const [of, id] = describes?.split(' ') ?? []
      const own = { ref, kind: kind as CatalogEntity['kind'], namespace: namespace!, name: name!, evidence, ...more }
      return { ...own, ...(id === undefined ? {} : { describes: { kind: of as 'service', id } }) }
    }),
    relations: relations.map(({ says, nodes, missing }) => {
      const [from, type, to] = says.split(' ') as [string, DeclaredRelation['type'], string]
      const [start, ...ends] = nodes?.split(' ') ?? []
      return { id: says, from, type, to, evidence, ...(missing ? { missing } : {}), ...(start ? { nodes: { from: start, to: ends } } : {}) }
    }),
  }
}

export const systemOf = (short: ShortSystem): SystemModel =>
  system({
    services: (short.services ?? []).map(s => {
      const { id, ...more } = typeof s === 'string' ? { id: s } : s
      const owner = short.owned?.[id]
      const serves = (more.serves ?? []).map(o => operation(o.operation, o))
      return service(id, { ...more, serves, ...(owner ? { owners: [{ value: owner, evidence: [] }] } : {}) })
    }),
    resources: short.resources ?? [],
    interactions: (short.calls ?? []).map(({ from, to, operations = [], ...more }) =>
      call(
        from,
        to,
        operations.map(o => (typeof o === 'string' ? operation(o) : operation(o.operation, o))),
        more,
      ),
    ),
    contracts: [
      ...(short.protos ?? []).map(p => proto(p.name, p.rpcs, p.fields ?? [], { request: p.request ?? [], copies: p.copies ?? [] })),
      ...(short.specifications ?? []).map(s => specification(s.name, s.operations, s.providers)),
    ],
    wirings: (short.wirings ?? []).map(({ of, name, value, ...more }) => wiring(of, name, value, more)),
    unresolved: short.unresolved ?? [],
    ...(short.catalog ? { catalog: catalogOf(short.catalog) } : {}),
  })

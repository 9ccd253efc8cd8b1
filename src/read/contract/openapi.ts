import { shortHash } from '../../base/hash.ts'
import { basename } from '../../base/path.ts'
import { table } from '../../base/table.ts'
import { withoutEnd } from '../../base/text.ts'
import type { ContractFact, Edge, Facets, Json, Name, Node, NodeIx, NodeKind, Role } from '../../model/contract.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { Reader } from '../reader.ts'
import { parseJson } from '../syntax/json.ts'
import { escapeStep, stepOfReference } from '../syntax/json-pointer.ts'
import { schemaFacets, typesOf } from '../syntax/json-schema.ts'
import { at, type DataNode, entriesOf, itemsOf, membersOf, textOf } from '../syntax/node.ts'
import { isElsewhere, partsOf, type Source, Sources, targetIn } from '../syntax/references.ts'
import { parseYaml } from '../syntax/yaml.ts'
import { unitsOf } from '../units.ts'

/**
 * OpenAPI 3.0 and 3.1, and Swagger 2 as if it had been written in 3; JSON or YAML. Dialects are levelled here: nullability, bounds, default
 * styles, effective security. A `$ref` target is one node; what lies in another file stays a name, `file#Component`.
 */
export const openapi: Reader = {
  name: 'openapi',
  version: 7,
  leads: true,
  wants: path => /\.(json|ya?ml)$/.test(path) && !/(^|\/)(package(-lock)?|tsconfig[^/]*|composer|angular)\.json$/.test(path),
  recognises: content => /(?:^|[{,\s])["']?(?:openapi|swagger)["']?\s*:\s*["']?[23]\.\d/.test(content),
  read: ({ path, content, beside, withoutHashes }) => {
    const { root, problems } = documentOf(path, content)
    const version = versionOf(root)
    if (root === undefined || version === undefined || !/^[23]\./.test(version)) return { problems }
    // Catalogs borrow the form for what describes no interface.
    if (at(root, 'info', 'x-cortex-tag') !== undefined && at(root, 'paths') === undefined) return { problems: [] }
    return { contract: contractOf(new Sources(path, root, beside, isProse), version.startsWith('2'), problems, withoutHashes), problems }
  },
}

const versionOf = (root: DataNode | undefined): string | undefined => textOf(at(root, 'openapi')) ?? textOf(at(root, 'swagger'))

const documentOf = (path: string, content: string): { root?: DataNode; problems: FileProblem[] } => {
  if (path.endsWith('.json')) return parseJson(content, isProse)
  const { documents, problems } = parseYaml(content)
  const root = documents.find(d => at(d, 'openapi') !== undefined || at(d, 'swagger') !== undefined)
  return { ...(root === undefined ? {} : { root }), problems }
}

/** Maps whose keys are names that an author chose. */
const NAMED_MEMBERS = new Set([
  ...[
    'properties',
    'patternProperties',
    'dependentSchemas',
    'definitions',
    '$defs',
    'paths',
    'webhooks',
    'callbacks',
    'responses',
    'headers',
  ],
  ...[
    'schemas',
    'parameters',
    'requestBodies',
    'securitySchemes',
    'securityDefinitions',
    'pathItems',
    'content',
    'mapping',
    'scopes',
    'flows',
  ],
])
const EXAMPLES = new Set(['example', 'examples', 'x-examples', 'externalDocs', 'x-codeSamples', 'x-code-samples'])

/** What is written for people: most of many documents, and no part of the contract. */
const isProse = (key: string, around: string, begins: string): boolean => {
  if (NAMED_MEMBERS.has(around)) return false
  return begins === '"' ? key === 'description' || key === 'summary' || key === 'example' : EXAMPLES.has(key)
}

const MAX_NODES = 500_000
const MAX_DEPTH = 200

/** One file on its way to a contract. */
interface Building {
  root: DataNode
  sources: Sources
  /** The file that is described at the moment. */
  here: Source
  isV2: boolean
  nodes: Node[]
  /** Nodes of `$ref` targets, by kind and pointer; reserved before they are described. */
  targets: Map<string, NodeIx>
  imports: Set<string>
  problems: FileProblem[]
  depth: number
}

const contractOf = (sources: Sources, isV2: boolean, problems: FileProblem[], withoutHashes = false): ContractFact => {
  const { root } = sources.main
  const b: Building = {
    ...{ root, sources, here: sources.main, isV2, nodes: [], targets: new Map(), imports: new Set(), problems, depth: 0 },
  }
  const api = addNode(b, 'api', rootFacets(root), root.line)
  const version = textOf(at(root, 'info', 'version'))
  addOperations(b, api)
  for (const [kind, section] of COMPONENTS)
    for (const { key } of [
      ...entriesOf(at(root, 'components', section)),
      ...entriesOf(isV2 && kind === 'schema' ? at(root, 'definitions') : undefined),
    ]) {
      const pointer = isV2 ? `#/definitions/${escapeStep(key)}` : `#/components/${section}/${escapeStep(key)}`
      const to = targetNode(b, kind, pointer, root.line)
      if (typeof to === 'number') b.nodes[api]!.edges.push({ role: 'type', key: componentKey(pointer), to })
    }
  addSecuritySchemes(b, api)
  addWebhooks(b, api)
  return {
    ...{ format: 'openapi', name: textOf(at(root, 'info', 'title')) ?? '', ...(version === undefined ? {} : { version }) },
    ...(sources.files.length > 0 ? { parts: sources.files } : {}),
    ...{
      imports: [...new Set([...b.imports, ...sources.missing])].sort(),
      nodes: b.nodes,
      root: api,
      units: unitsOf(b.nodes, api, withoutHashes),
    },
  }
}

const COMPONENTS: readonly [NodeKind, string][] = [
  ['schema', 'schemas'],
  ['param', 'parameters'],
  ['body', 'requestBodies'],
  ['response', 'responses'],
  ['header', 'headers'],
]

/** The path below which all operations are served, as far as the document says. */
const rootFacets = (root: DataNode): Facets => {
  const url = textOf(at(root, 'basePath')) ?? textOf(at(root, 'servers', 0, 'url')) ?? ''
  const basePath = withoutEnd(url.replace(/^[a-z][a-z+.-]*:\/\/[^/]*/i, ''), '/')
  return basePath === '' ? {} : { basePath }
}

const addNode = (b: Building, kind: NodeKind, facets: Facets, line: number, endLine = line): NodeIx => {
  if (b.nodes.length === MAX_NODES)
    b.problems.push({ code: 'openapi/too-large', message: `more than ${MAX_NODES} parts, the rest is not read`, severity: 'error', line })
  const file = b.here.index
  return b.nodes.push({ kind, facets, edges: [], at: endLine > line ? { file, line, endLine } : { file, line } }) - 1
}

/** Describes what stands in another file: references there start from it. */
const within = <T>(b: Building, source: Source, describe: () => T): T => {
  const { here } = b
  b.here = source
  const found = describe()
  b.here = here
  return found
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'])

/** A value and the file it stands in. */
type Placed = ReturnType<Sources['followed']>

const addOperations = (b: Building, api: NodeIx): void => {
  const paths = entriesOf(at(b.root, 'paths')).filter(e => e.key.startsWith('/'))
  const found = paths.flatMap(({ key: path, value }) =>
    methodsOf(b, value, b.here).map(o => ({ ...o, path, key: operationKey(o.method, path) })),
  )
  const counts = new Map<string, number>()
  for (const { key } of found) counts.set(key, (counts.get(key) ?? 0) + 1)
  for (const { key, path, method, line, item, operation } of found) {
    const { node } = operation
    within(b, operation.source, () => {
      const to = addNode(b, 'operation', operationFacets(b, node, path), line, node.endLine)
      b.nodes[api]!.edges.push({ role: 'op', key: counts.get(key) === 1 ? key : `${method} ${path}`, to })
      const parameters = [item, operation].flatMap(({ node: at, source }) => parametersOf(at).map((n): Placed => ({ node: n, source })))
      addParameters(b, to, path, parameters, node)
      addCallbacks(b, to, at(node, 'callbacks'))
      addAnswers(b, to, node)
    })
  }
}

const parametersOf = (node: DataNode): readonly DataNode[] => itemsOf(at(node, 'parameters'))

/** The operations of a path item, which may stand in other files, as may each of them. */
const methodsOf = (b: Building, value: DataNode, from: Source): { method: string; line: number; item: Placed; operation: Placed }[] => {
  const item = b.sources.followed(value, from)
  return entriesOf(item.node)
    .filter(e => METHODS.has(e.key))
    .map(e => {
      const operation = b.sources.followed(e.value, item.source)
      const line = operation.source === item.source ? e.line : operation.node.line
      return { method: e.key.toUpperCase(), line, item, operation }
    })
}

const addAnswers = (b: Building, to: NodeIx, node: DataNode): void => {
  const body = at(node, 'requestBody')
  if (body !== undefined)
    addEdge(b, to, { role: 'body', key: '', to: refOr(b, 'body', body, body.line), ...required(dereferenced(b, body)) })
  for (const { key: status, value, line } of entriesOf(at(node, 'responses')))
    if (!status.startsWith('x-'))
      addEdge(b, to, {
        role: 'response',
        key: status.toUpperCase().replace('DEFAULT', 'default'),
        to: refOr(b, 'response', value, line, node),
      })
}

/** What the provider sends: the body of its request is what consumers read. */
const addWebhooks = (b: Building, api: NodeIx): void => {
  const webhooks = at(b.root, 'webhooks')
  for (const { key: name, value } of entriesOf(webhooks ?? at(b.root, 'x-webhooks')))
    for (const { method, line, operation } of methodsOf(b, value, b.here)) {
      const to = within(b, operation.source, () => addEvent(b, operation.node, line))
      if (webhooks === undefined) b.nodes[to]!.facets.extension = true
      addEdge(b, api, { role: 'webhook', key: `webhook ${name} ${method}`, to })
    }
}

const addEvent = (b: Building, node: DataNode, line: number): NodeIx => {
  const to = addNode(b, 'event', lifecycle(node), line, node.endLine)
  const body = at(node, 'requestBody')
  if (body !== undefined)
    addEdge(b, to, { role: 'payload', key: '', to: refOr(b, 'body', body, body.line), ...required(dereferenced(b, body)) })
  return to
}

/** Requests that the provider makes because of one, to where the caller asked for: `onPaid {$request.body#/url} POST`. */
const addCallbacks = (b: Building, operation: NodeIx, callbacks: DataNode | undefined): void => {
  for (const { key: name, value } of entriesOf(callbacks))
    for (const { key: expression, value: item } of entriesOf(dereferenced(b, value)))
      for (const { method, line, operation: called } of methodsOf(b, item, b.here))
        addEdge(b, operation, {
          ...{ role: 'callback', key: `${name} ${expression} ${method}` },
          to: within(b, called.source, () => addEvent(b, called.node, line)),
        })
}

/** How long a part is going to stay. */
const lifecycle = (node: DataNode): Facets => {
  const [sunset, stability] = [textOf(at(node, 'x-sunset')), textOf(at(node, 'x-stability-level'))]
  return {
    ...(textOf(at(node, 'deprecated')) === 'true' ? { deprecated: true } : {}),
    ...(sunset === undefined ? {} : { sunset }),
    ...(stability === undefined ? {} : { stability }),
  }
}

const operationKey = (method: string, path: string): string => `${method} ${path.replace(/\{[^{}]*\}/g, '{}').replace(/(?<=.)\/$/, '')}`

const operationFacets = (b: Building, node: DataNode, path: string): Facets => {
  const facets: Facets = { path, ...lifecycle(node) }
  const tags = itemsOf(at(node, 'tags')).flatMap(t => textOf(t) ?? [])
  if (tags.length > 0) facets.tags = tags.sort()
  const id = textOf(at(node, 'operationId'))
  if (id !== undefined) facets.operationId = id
  const security = at(node, 'security') ?? at(b.root, 'security')
  if (at(node, 'security') === undefined && security !== undefined) facets.securityOfAll = true
  if (itemsOf(security).length > 0) facets.security = itemsOf(security).map(alternative)
  return facets
}

/** `{ scheme: scopes }`, sorted. */
const alternative = (node: DataNode): Json =>
  [...entriesOf(node)]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(e => [
      e.key,
      ...itemsOf(e.value)
        .map(s => textOf(s) ?? '')
        .sort(),
    ])

const required = (node: DataNode | undefined): { required?: true } => (textOf(at(node, 'required')) === 'true' ? { required: true } : {})

const addEdge = (b: Building, from: NodeIx, edge: Edge): void => {
  b.nodes[from]!.edges.push(edge)
}

/** Parameters of the operation come before those of the path. Path parameters are told apart by their place in the path. */
const addParameters = (b: Building, operation: NodeIx, path: string, parameters: readonly Placed[], node: DataNode): void => {
  const places = [...path.matchAll(/\{([^{}]*)\}/g)].map(m => m[1]!)
  const edges = new Map<string, Edge>()
  const form: DataNode[] = []
  for (const { node: parameter, source } of parameters) {
    const resolved = b.sources.followed(parameter, source).node
    const [name, place] = [textOf(at(resolved, 'name')), textOf(at(resolved, 'in'))]
    if (name === undefined || place === undefined) continue
    if (b.isV2 && place === 'formData') form.push(resolved)
    else if (b.isV2 && place === 'body') addBody(b, operation, resolved, at(resolved, 'schema'), consumed(b, node))
    else {
      const index = places.indexOf(name)
      const key = place === 'path' && index >= 0 ? `path:{${index}}` : `${place}:${place === 'header' ? name.toLowerCase() : name}`
      edges.set(key, {
        role: 'param',
        key,
        to: within(b, source, () => refOr(b, 'param', parameter, parameter.line)),
        ...(place === 'path' ? { required: true } : required(resolved)),
      })
    }
  }
  if (form.length > 0) addBody(b, operation, form[0]!, formSchema(form), consumed(b, node, 'application/x-www-form-urlencoded'))
  b.nodes[operation]!.edges.push(...edges.values())
}

const consumed = (b: Building, node: DataNode, fallback = 'application/json'): string[] =>
  mediaTypes(at(node, 'consumes') ?? at(b.root, 'consumes'), fallback)
const mediaTypes = (list: DataNode | undefined, fallback: string): string[] => {
  const found = itemsOf(list).flatMap(n => textOf(n) ?? [])
  return found.length > 0 ? found : [fallback]
}

/** Swagger 2: the body parameter, or all form fields, as a request body. */
const addBody = (b: Building, operation: NodeIx, from: DataNode, schema: DataNode | undefined, types: readonly string[]): void => {
  const body = addNode(b, 'body', {}, from.line, from.endLine)
  addEdge(b, operation, { role: 'body', key: '', to: body, ...required(from) })
  for (const type of types) addMedia(b, body, type, schema, from.line)
}

const formSchema = (fields: readonly DataNode[]): DataNode => {
  const { line, endLine } = fields[0]!
  const entry = (key: string, value: DataNode): { key: string; line: number; value: DataNode } => ({ key, line: value.line, value })
  const properties: DataNode = {
    is: 'map',
    line,
    endLine,
    entries: fields.map(f => entry(textOf(at(f, 'name')) ?? '', { ...f, ...withoutParameter(f) })),
  }
  const names = fields.filter(f => textOf(at(f, 'required')) === 'true').map(f => at(f, 'name')!)
  return {
    is: 'map',
    line,
    endLine,
    entries: [entry('properties', properties), entry('required', { is: 'list', items: names, line, endLine })],
  }
}

/** A Swagger 2 parameter is its own schema. */
const withoutParameter = (node: DataNode): DataNode =>
  node.is === 'map' ? { ...node, entries: node.entries.filter(e => !['name', 'in', 'required', 'description'].includes(e.key)) } : node

/** How it is written in bytes is no other type; any other parameter makes one. */
const mediaKey = (type: string): string =>
  type
    .toLowerCase()
    .split(';')
    .map(part => part.trim())
    .filter(part => !/^(charset|boundary|q)=|^$/.test(part))
    .join(';')

const addMedia = (b: Building, owner: NodeIx, type: string, schema: DataNode | undefined, line: number): void => {
  const key = mediaKey(type)
  if (b.nodes[owner]!.edges.some(e => e.role === 'media' && e.key === key)) return
  const media = addNode(b, 'media', {}, line, schema?.endLine ?? line)
  addEdge(b, owner, { role: 'media', key, to: media })
  if (schema !== undefined) addEdge(b, media, schemaEdge(b, 'schema', '', schema, schema.line))
}

/** The node of a part: its own, or the one that its `$ref` points to. */
const refOr = (b: Building, kind: NodeKind, node: DataNode, line: number, operation?: DataNode): NodeIx | Name => {
  const ref = textOf(at(node, '$ref'))
  return ref === undefined ? describe(b, kind, node, line, operation) : targetNode(b, kind, ref, line, operation)
}

const describe = (b: Building, kind: NodeKind, node: DataNode, line: number, operation?: DataNode): NodeIx => {
  const ix = addNode(b, kind, {}, line, node.endLine)
  fill(b, ix, node, operation)
  return ix
}

const KEYS = new Map<string, string>()
const MAX_KEYS = 50_000

/** `#/components/schemas/Invoice` is `Invoice`, other targets keep the kind: `parameters/Limit`. */
const componentKey = (pointer: string): string => {
  const known = KEYS.get(pointer)
  if (known !== undefined) return known
  const key = keyOf(pointer)
  if (KEYS.size < MAX_KEYS) KEYS.set(pointer, key)
  return key
}

const keyOf = (pointer: string): string =>
  pointer
    .replace(/^#?\/?/, '')
    .replace(/^(components\/schemas|definitions)\//, '')
    .replace(/^components\//, '')
    .split('/')
    .map(stepOfReference)
    .join('/')

/** The one node of a `$ref` target. Documents of their own stay names; what is fetched from elsewhere is not read. */
const targetNode = (b: Building, kind: NodeKind, ref: string, line: number, operation?: DataNode): NodeIx | Name => {
  const [file, pointer] = partsOf(ref)
  const source = b.sources.named(file, b.here)
  if (source === undefined || (source !== b.here && source.index > 0 && versionOf(source.root) !== undefined)) {
    if (isElsewhere(file)) problem(b, 'openapi/remote-ref', `${ref} is not fetched; what it holds is not compared`, line)
    else b.imports.add(file)
    return { name: `${file}#${componentKey(pointer)}` }
  }
  const key = `${kind} ${source.index}#${pointer}`
  const known = b.targets.get(key)
  if (known !== undefined) return known
  const target = targetIn(source, pointer)
  if (target === undefined) {
    problem(b, 'openapi/broken-ref', `${ref} points to nothing`, line)
    return { name: `#${componentKey(pointer)}` }
  }
  return within(b, source, () => described(b, kind, { key, ref, node: target }, operation))
}

const described = (
  b: Building,
  kind: NodeKind,
  target: { key: string; ref: string; node: DataNode },
  operation?: DataNode,
): NodeIx | Name => {
  const { key, ref, node } = target
  const next = textOf(at(node, '$ref'))
  const isAlias = next !== undefined && next !== ref && b.depth < MAX_DEPTH
  if (isAlias && entriesOf(node).length === 1) {
    b.depth++
    const aliased = targetNode(b, kind, next, node.line, operation)
    b.depth--
    if (typeof aliased === 'number') b.targets.set(key, aliased)
    return aliased
  }
  const ix = addNode(b, kind, {}, node.line, node.endLine)
  b.nodes[ix]!.name = nameIn(ref)
  b.targets.set(key, ix)
  fill(b, ix, node, operation)
  return ix
}

/** A whole file is called as it is. */
const nameIn = (ref: string): string => {
  const [file, pointer] = partsOf(ref)
  return pointer === '' && file !== '' ? basename(file).replace(/\.\w+$/, '') : componentKey(pointer)
}

const problem = (b: Building, code: string, message: string, line: number): void => {
  const isPart = b.here.index > 0
  const told = isPart ? `${b.here.path}:${line}: ${message}` : message
  if (b.problems.length < 50 && !b.problems.some(p => p.message === told))
    b.problems.push({ code, message: told, severity: 'warning', line: isPart ? 1 : line })
}

/** What a `$ref` in this file leads to, for the few facts that sit on the place of use. */
const dereferenced = (b: Building, node: DataNode): DataNode => b.sources.followed(node, b.here).node

const fill = (b: Building, ix: NodeIx, node: DataNode, operation?: DataNode): void => {
  if (b.depth >= MAX_DEPTH || b.nodes.length > MAX_NODES) {
    problem(b, 'openapi/depth', `nested deeper than ${MAX_DEPTH}, not read`, node.line)
    return
  }
  b.depth++
  const kind = b.nodes[ix]!.kind
  if (kind === 'schema') fillSchema(b, ix, node)
  else if (kind === 'param' || kind === 'header') fillParameter(b, ix, node)
  else fillContent(b, ix, node, operation)
  b.depth--
}

/** Bodies and responses. */
const fillContent = (b: Building, ix: NodeIx, node: DataNode, operation?: DataNode): void => {
  for (const { key, value, line } of entriesOf(at(node, 'content'))) addMedia(b, ix, key, at(value, 'schema'), line)
  const schema = at(node, 'schema')
  if (b.isV2 && schema !== undefined)
    for (const type of mediaTypes(at(operation, 'produces') ?? at(b.root, 'produces'), 'application/json'))
      addMedia(b, ix, type, schema, schema.line)
  for (const { key, value, line } of entriesOf(at(node, 'headers')))
    addEdge(b, ix, { role: 'header', key: key.toLowerCase(), to: refOr(b, 'header', value, line), ...required(dereferenced(b, value)) })
}

const fillParameter = (b: Building, ix: NodeIx, node: DataNode): void => {
  const { facets } = b.nodes[ix]!
  const place = textOf(at(node, 'in')) ?? 'header'
  const schema = at(node, 'schema') ?? (b.isV2 ? withoutParameter(node) : undefined)
  const name = textOf(at(node, 'name'))
  if (name !== undefined) facets.name = name
  facets.in = place
  const style = textOf(at(node, 'style')) ?? (place === 'query' || place === 'cookie' ? 'form' : 'simple')
  facets.style = b.isV2 ? (textOf(at(node, 'collectionFormat')) ?? style) : style
  const types = schema === undefined ? [] : typesOf(dereferenced(b, schema))
  if (types.includes('array') || types.includes('object')) {
    facets.explode = (textOf(at(node, 'explode')) ?? String(style === 'form' && !b.isV2)) === 'true'
  } else if (textOf(at(node, 'explode')) === String(style !== 'form')) facets.declaredExplode = style !== 'form'
  if (textOf(at(node, 'allowEmptyValue')) === 'true') facets.allowEmptyValue = true
  Object.assign(facets, lifecycle(node))
  if (schema !== undefined) addEdge(b, ix, schemaEdge(b, 'schema', '', schema, schema.line))
  for (const { key, value, line } of entriesOf(at(node, 'content'))) addMedia(b, ix, key, at(value, 'schema'), line)
}

const schemaEdge = (b: Building, role: Role, key: string, node: DataNode, line: number, isRequired = false): Edge => {
  const ref = textOf(at(node, '$ref'))
  const name = ref === undefined || hasMore(node) ? undefined : nameIn(ref)
  const to = name === undefined ? describe(b, 'schema', node, line) : targetNode(b, 'schema', ref!, line)
  return { role, key, to, ...(isRequired ? { required: true } : {}), ...(name === undefined ? {} : { ref: name }) }
}

const ANNOTATIONS = new Set(['$ref', 'description', 'summary', 'title', 'example', 'examples', 'externalDocs', '$comment', 'xml'])

/** OpenAPI 3.1 lets constraints stand beside a `$ref`: both hold. */
const hasMore = (node: DataNode): boolean => entriesOf(node).some(e => !ANNOTATIONS.has(e.key) && !e.key.startsWith('x-'))

const SINGLE: readonly [string, Role][] = [
  ...([
    ['items', 'items'],
    ['not', 'not'],
    ['if', 'if'],
    ['then', 'then'],
    ['else', 'else'],
  ] as [string, Role][]),
  ...([
    ['contains', 'contains'],
    ['propertyNames', 'names'],
    ['contentSchema', 'contentSchema'],
    ['unevaluatedItems', 'unevaluatedItems'],
    ['unevaluatedProperties', 'unevaluatedProperties'],
  ] as [string, Role][]),
]
const LISTS: readonly [string, Role][] = [
  ['allOf', 'allOf'],
  ['oneOf', 'oneOf'],
  ['anyOf', 'anyOf'],
  ['prefixItems', 'prefix'],
]

/** Keys of a schema, beside its properties, that lead to other schemas. Most have none. */
const LEADING: ReadonlySet<string> = new Set([
  ...[...SINGLE, ...LISTS].map(([key]) => key),
  ...['$ref', 'dependentSchemas', 'additionalProperties', 'patternProperties'],
])

const fillSchema = (b: Building, ix: NodeIx, node: DataNode): void => {
  const own = b.nodes[ix]!
  const members = membersOf(node)
  own.facets = schemaFacets(node, members)
  const names = new Set(itemsOf(members.get('required')).map(n => textOf(n) ?? ''))
  for (const { key, value, line } of entriesOf(members.get('properties'))) {
    own.edges.push(schemaEdge(b, 'prop', key, value, line, names.delete(key)))
  }
  if (names.size > 0) own.facets.requires = [...names].sort()
  if (!entriesOf(node).some(e => LEADING.has(e.key))) return
  const ref = members.get('$ref')
  if (ref !== undefined) {
    const line = node.line
    own.edges.push(schemaEdge(b, 'allOf', '$ref', { is: 'map', entries: [{ key: '$ref', line, value: ref }], line, endLine: line }, line))
  }
  for (const [key, role] of SINGLE) {
    const inner = members.get(key)
    if (inner?.is === 'map' || (role.startsWith('unevaluated') && textOf(inner) === 'false'))
      own.edges.push(schemaEdge(b, role, '', inner!, inner!.line))
  }
  for (const { key, value, line } of entriesOf(members.get('dependentSchemas')))
    own.edges.push(schemaEdge(b, 'dependentSchema', key, value, line))
  const additional = members.get('additionalProperties')
  if (additional?.is === 'map') own.edges.push(schemaEdge(b, 'additional', '', additional, additional.line))
  for (const { key, value, line } of entriesOf(members.get('patternProperties'))) own.edges.push(schemaEdge(b, 'pattern', key, value, line))
  for (const [key, role] of LISTS)
    itemsOf(members.get(key)).forEach((inner, i) => {
      if (isNull(inner)) own.facets.nullable = true
      else own.edges.push(schemaEdge(b, role, String(i), inner, inner.line))
    })
}

const isNull = (node: DataNode): boolean => textOf(at(node, 'type')) === 'null' && entriesOf(node).length === 1

const addSecuritySchemes = (b: Building, api: NodeIx): void => {
  const schemes = entriesOf(at(b.root, 'components', 'securitySchemes') ?? at(b.root, 'securityDefinitions'))
  for (const { key, value, line } of schemes) {
    const scheme = dereferenced(b, value)
    const facets = textsOf(scheme, ['type', 'in', 'name', 'scheme', 'bearerFormat', 'openIdConnectUrl'])
    // Swagger 2 has a type of its own for what is a scheme of HTTP.
    if (b.isV2 && facets.type === 'basic') Object.assign(facets, { type: 'http', scheme: 'basic' })
    const to = addNode(b, 'securityScheme', facets, line, scheme.endLine)
    addEdge(b, api, { role: 'security', key, to })
    const own = textOf(at(scheme, 'flow'))
    if (own !== undefined) addFlow(b, to, V2_FLOWS[own] ?? own, scheme, scheme.line)
    for (const flow of entriesOf(at(scheme, 'flows'))) addFlow(b, to, flow.key, flow.value, flow.line)
  }
}

const V2_FLOWS: Readonly<Record<string, string>> = table({ application: 'clientCredentials', accessCode: 'authorizationCode' })

/** How a token is got. What is said about a scope is told by its hash alone. */
const addFlow = (b: Building, scheme: NodeIx, key: string, node: DataNode, line: number): void => {
  const facets = textsOf(node, ['authorizationUrl', 'tokenUrl', 'refreshUrl'])
  const scopes = entriesOf(at(node, 'scopes'))
  if (scopes.length > 0) {
    facets.scopes = scopes.map(s => s.key).sort()
    facets.scopeTexts = scopes.map((s): Json => [s.key, shortHash(textOf(s.value) ?? '')])
  }
  addEdge(b, scheme, { role: 'flow', key, to: addNode(b, 'oauthFlow', facets, line, node.endLine) })
}

const textsOf = (node: DataNode, names: readonly string[]): Facets => {
  const facets: Facets = {}
  for (const name of names) {
    const text = textOf(at(node, name))
    if (text !== undefined) facets[name] = text
  }
  return facets
}

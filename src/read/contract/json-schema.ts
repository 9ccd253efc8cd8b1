import type { ContractFact } from '../../model/contract.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { Reader } from '../reader.ts'
import { parseJson } from '../syntax/json.ts'
import { escapeStep } from '../syntax/json-pointer.ts'
import { at, type DataNode, entriesOf, textOf } from '../syntax/node.ts'
import { SchemaNodes } from '../syntax/schema-nodes.ts'
import { parseYaml } from '../syntax/yaml.ts'
import { unitsOf } from '../units.ts'

/** JSON Schema, drafts 4 to 2020-12, as JSON or YAML: the document's schema and its definitions. */
export const jsonSchema: Reader = {
  name: 'json-schema',
  version: 2,
  wants: path => /\.(json|ya?ml)$/.test(path) && !/(^|\/)(package(-lock)?|tsconfig[^/]*|composer|angular)\.json$/.test(path),
  recognises: content =>
    /["']?\$schema["']?\s*:\s*["']?https?:\/\/json-schema\.org\//.test(content) &&
    !/["']?\b(?:open|async)api["']?\s*:\s*["']?\d/.test(content),
  read: ({ path, content }) => {
    const { root, problems } = documentOf(path, content)
    if (root === undefined || root.is === 'list' || (root.is === 'scalar' && typeof root.value !== 'boolean')) return { problems }
    return { contract: contractOf(root, problems), problems }
  },
}

const documentOf = (path: string, content: string): { root?: DataNode; problems: FileProblem[] } => {
  if (!/\.ya?ml$/.test(path)) return parseJson(content)
  const { documents, problems } = parseYaml(content, 'data')
  return { ...(documents[0] === undefined ? {} : { root: documents[0] }), problems }
}

const contractOf = (root: DataNode, problems: FileProblem[]): ContractFact => {
  const schemas = new SchemaNodes(root, problems, 'json-schema')
  const api = schemas.add('api', {}, { line: root.line })
  schemas.connect(api, { role: 'schema', key: '', to: schemas.target('schema', '#', root.line) })
  for (const section of ['$defs', 'definitions'])
    for (const { key, line } of entriesOf(at(root, section))) {
      const pointer = `/${section}/${escapeStep(key)}`
      schemas.connect(api, { role: 'type', key, to: schemas.target('schema', `#${pointer}`, line) })
    }
  const name = textOf(at(root, '$id')) ?? textOf(at(root, 'id')) ?? textOf(at(root, 'title')) ?? ''
  const { nodes } = schemas
  return { format: 'json-schema', name, imports: [...schemas.imports].sort(), nodes, root: api, units: unitsOf(nodes, api) }
}

import { at, type DataNode, entriesOf, itemsOf, textOf } from './node.ts'
import { parseYaml } from './yaml.ts'

/** A file that lies inside a Kubernetes ConfigMap. */
export interface EmbeddedFile {
  /** `config-map/NAME/KEY` */
  owner: string
  key: string
  namespace?: string
  content: string
  /** Line of the surrounding file for a line of the content. */
  lineOf: (line: number) => number
}

export const isConfigMap = (content: string): boolean => /^[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?ConfigMap\b/m.test(content)

/** Files in the config maps of a YAML file whose content passes the test. */
export const embeddedFiles = (content: string, wanted: (content: string) => boolean): EmbeddedFile[] =>
  parseYaml(content).documents.flatMap(document => {
    const objects = at(document, 'items')?.is === 'list' ? itemsOf(at(document, 'items')) : [document]
    return objects.flatMap(object => (textOf(at(object, 'kind')) === 'ConfigMap' ? filesOf(object, wanted) : []))
  })

const filesOf = (object: DataNode, wanted: (content: string) => boolean): EmbeddedFile[] => {
  const name = textOf(at(object, 'metadata', 'name'))
  const namespace = textOf(at(object, 'metadata', 'namespace'))
  if (name === undefined) return []
  return entriesOf(at(object, 'data')).flatMap(({ key, value, line }) => {
    const text = value.is === 'scalar' && typeof value.value === 'string' ? value.value : undefined
    if (text === undefined || !wanted(text)) return []
    const spans = value.endLine - line >= text.trimEnd().split('\n').length
    const first = spans ? line + 1 : value.line
    const lineOf = (within: number): number => Math.min(value.endLine, first + (value.endLine > value.line || spans ? within - 1 : 0))
    return [{ owner: `config-map/${name}/${key}`, key, ...(namespace ? { namespace } : {}), content: text, lineOf }]
  })
}

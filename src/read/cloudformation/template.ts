import { table } from '../../base/table.ts'
import { at, type DataNode, entriesOf, textOf } from '../syntax/node.ts'
import { asText, type Budget, mapEntries, member, type Origin, type Placed, type PlacedMap, place } from '../syntax/placed.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Files that may be templates, by their names. */
export const mayBeTemplate = (path: string): boolean => /\.(ya?ml|json|template|cfn|sam)$/i.test(path)

const VERSION = /["']?AWSTemplateFormatVersion["']?\s{0,20}:/
const RESOURCES = /^[ \t]{0,40}["']?Resources["']?[ \t]{0,20}:/m
const TYPE = /["']?Type["']?[ \t]{0,20}:[ \t]{0,20}["']?(?:AWS|Custom|Alexa)::\w/

/** Whether a text is a template: it says so, or has resources of such types. */
export const isTemplate = (content: string): boolean =>
  content.includes('AWS::') && TYPE.test(content) && (VERSION.test(content) || RESOURCES.test(content))

export interface Template {
  file: string
  root: PlacedMap
  isServerless: boolean
}

export interface Source {
  files: (path: string) => string | undefined
  budget: Budget
  problem(code: string, message: string, at: Origin, severity?: 'error' | 'warning'): void
}

/** The data of a file, with its places; undefined where it is not there or is broken. */
export const loadData = (file: string, source: Source): Placed | undefined => {
  const content = source.files(file)
  if (content === undefined) return undefined
  const { documents, problems } = parseYaml(content, 'data')
  for (const { code, message, line, severity } of problems) source.problem(code, message, { file, line: line ?? 1 }, severity)
  return documents[0] && place(documents[0], line => ({ file, line }), source.budget)
}

export const loadTemplate = (file: string, source: Source): Template | undefined => {
  const root = loadData(file, source)
  if (root?.is !== 'map') return undefined
  const transforms = member(root, 'Transform')
  const names = transforms?.is === 'list' ? transforms.items.map(asText) : [asText(transforms)]
  const types = mapEntries(member(root, 'Resources')).map(e => asText(member(e.value, 'Type')) ?? '')
  const isServerless = names.some(name => name?.startsWith('AWS::Serverless')) || types.some(type => type.startsWith('AWS::Serverless::'))
  return { file, root, isServerless }
}

const NESTED: Record<string, string> = table({ 'AWS::CloudFormation::Stack': 'TemplateURL', 'AWS::Serverless::Application': 'Location' })

/** Whether a type is a stack inside the stack, and the property that names its template. */
export const nestedField = (type: string): string | undefined => (Object.hasOwn(NESTED, type) ? NESTED[type] : undefined)

/** A path that leads to a file of the repository, as far as it says so. */
export const isLocalPath = (path: string): boolean => path !== '' && !/^[a-z][a-z0-9+.-]*:|^\/|\$\{/i.test(path)

/** The templates of stacks inside a template, relative to it. */
export const nestedTemplates = (root: DataNode): string[] => {
  const found = entriesOf(at(root, 'Resources')).flatMap(({ value }) => {
    const field = nestedField(textOf(at(value, 'Type')) ?? '')
    const path = field && textOf(at(value, 'Properties', field))
    return path !== undefined && isLocalPath(path) ? [path] : []
  })
  return [...new Set(found)]
}

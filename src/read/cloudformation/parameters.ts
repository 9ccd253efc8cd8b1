import { dirname, join } from '../../base/path.ts'
import { literal, notKnown } from '../cloud/document.ts'
import { keptElsewhere } from '../cloud/text.ts'
import { tomlLibrary } from '../syntax/libraries.ts'
import { asText, member, type Placed, scalar } from '../syntax/placed.ts'
import { scriptedParameters } from './scripts.ts'

/** What a stack is told when it is deployed. */
export interface Given {
  parameters: ReadonlyMap<string, Placed>
  stackName?: string
}

const NOTHING_GIVEN: Given = { parameters: new Map() }

/** What a stack is told by what lies beside its template: the default environment of SAM's configuration, else scripts that deploy it. */
export const givenBeside = (file: string, files: (path: string) => string | undefined): Given => {
  const said = samConfigOf(file, files)
  return { ...said, parameters: new Map([...scriptedParameters(file, files), ...said.parameters]) }
}

const samConfigOf = (file: string, files: (path: string) => string | undefined): Given => {
  const path = join(dirname(file), 'samconfig.toml')!
  const content = files(path)
  if (content === undefined || content.length > 200_000) return NOTHING_GIVEN
  const at = { file: path, line: 1 }
  const deploy = tableOf(tomlOf(content), 'default', 'deploy', 'parameters')
  const global = tableOf(tomlOf(content), 'default', 'global', 'parameters')
  const told = { ...global, ...deploy }
  const stackName = typeof told.stack_name === 'string' ? told.stack_name : undefined
  const overrides = [told.parameter_overrides ?? []].flat().filter(item => typeof item === 'string')
  const parameters = overrides.flatMap(text => assignments(text)).map(([key, value]) => [key, scalar(literal(value), at)] as const)
  return { parameters: new Map(parameters), ...(stackName === undefined ? {} : { stackName }) }
}

const tomlOf = (content: string): unknown => {
  try {
    return tomlLibrary().parse(content)
  } catch {
    return undefined
  }
}

const tableOf = (root: unknown, ...path: string[]): Record<string, unknown> => {
  let here = root
  for (const key of path)
    here = typeof here === 'object' && here !== null && Object.hasOwn(here, key) ? (here as Record<string, unknown>)[key] : undefined
  return typeof here === 'object' && here !== null && !Array.isArray(here) ? (here as Record<string, unknown>) : {}
}

/** `Stage=prod Name="a b"`, or `ParameterKey=Stage,ParameterValue=prod`. */
const assignments = (text: string): [string, string][] =>
  [
    ...text
      .slice(0, 20_000)
      .matchAll(/(?:ParameterKey=(\w+),ParameterValue=|(\w+)=)(?:\\?"((?:[^"\\]|\\[^"])*)\\?"|'([^']*)'|([^\s"']*))/g),
  ].map(m => [(m[1] ?? m[2])!, m[3] ?? m[4] ?? m[5] ?? ''])

/** The value of a parameter by its declaration, and by what the stack is given. */
export const parameterValue = (name: string, declared: Placed, given: Placed | undefined): Placed => {
  const type = asText(member(declared, 'Type')) ?? 'String'
  const value = given ?? defaultOf(declared)
  if (!value) return scalar(notKnown(`the parameter ${name} has no default`), declared.at)
  if (asText(member(declared, 'NoEcho')) === 'true') return scalar(notKnown(`the parameter ${name} is a secret`), value.at)
  const text = asText(value)
  if (type.startsWith('AWS::SSM::Parameter::Value') && text !== undefined) return scalar(keptElsewhere('parameter', text), value.at)
  if (/List|^CommaDelimited/.test(type) && value.is === 'scalar' && text !== undefined && !text.startsWith('${?'))
    return { is: 'list', items: text.split(',').map(item => scalar(item.trim(), value.at)), at: value.at }
  return value
}

/** An empty default of what may be left out says no more than none: most often a test for it follows. */
const defaultOf = (declared: Placed): Placed | undefined => {
  const value = member(declared, 'Default')
  return value?.is === 'scalar' && typeof value.value === 'string' ? { ...value, value: literal(value.value) } : value
}

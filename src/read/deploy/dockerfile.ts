import type { Instruction } from 'dockerfile-ast'
import { table } from '../../base/table.ts'
import type { FileProblem, Spot } from '../../model/evidence.ts'
import type { EnvFact, ImageStage, PortFact } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import { unknown, type Value } from '../../model/value.ts'
import type { Reader } from '../reader.ts'
import { interpolate, knownText, withOperator } from '../syntax/interpolate.ts'
import { dockerfileLibrary } from '../syntax/libraries.ts'
import { words } from '../syntax/shell.ts'

const MAX_CHARACTERS = 500_000

/** Dockerfiles: stages with what they start from, copy, run, expose, set and start. */
export const dockerfile: Reader = {
  name: 'deploy/dockerfile',
  version: 1,
  wants: path =>
    /(^|\/)(?:(?:Dockerfile|Containerfile)(?:[.-][^/]*)?|[^/]+\.(?:Dockerfile|Containerfile))$/i.test(path) &&
    !/\.(?:dockerignore|md)$/i.test(path),
  read: ({ content }) => readDockerfile(content),
}

const readDockerfile = (content: string): FileFacts => {
  if (content.length > MAX_CHARACTERS)
    return { problems: [problem('dockerfile/too-large', `larger than ${MAX_CHARACTERS} characters, not read`, 1)] }
  const parsed = dockerfileLibrary().DockerfileParser.parse(content.replace(/\r(?!\n)/g, ' '))
  const lines = content.split(/\r?\n/)
  const file: ReadState = { stages: [], scopes: [], globals: { names: new Map() }, problems: [] }
  for (const instruction of parsed.getInstructions()) {
    const line = lineOf(instruction, lines, parsed.getEscapeCharacter())
    if (line.keyword === 'FROM') startStage(file, line)
    else if (file.stages.length > 0) INSTRUCTIONS[line.keyword]?.(file.stages.at(-1)!, line, file.scopes.at(-1)!)
    else if (line.keyword === 'ARG') declareArgs(line, file.globals)
    else file.problems.push(problem('dockerfile/no-from', `${line.keyword.slice(0, 20)} before the first FROM`, line.spot.line))
  }
  if (file.stages.length === 0)
    return { problems: [...file.problems.slice(0, 5), problem('dockerfile/no-from', 'no FROM: not a Dockerfile', 1)] }
  return {
    manifest: [{ says: 'image', stages: file.stages, spot: { line: 1, endLine: lines.length } }],
    problems: file.problems.slice(0, 5),
  }
}

const problem = (code: string, message: string, line: number): FileProblem => ({ code, message, severity: 'warning', line })

interface ReadState {
  stages: ImageStage[]
  scopes: Scope[]
  globals: Scope
  problems: FileProblem[]
}

/** What names stand for at this place: ARG and ENV so far. A stage's ARG without default takes the one above the first FROM. */
interface Scope {
  names: Map<string, Value>
  globals?: Scope
}

interface InstructionLine {
  keyword: string
  flags: Map<string, string>
  /** Arguments after the flags, continuation lines joined. */
  rest: string
  spot: Spot
}

const lineOf = (instruction: Instruction, lines: readonly string[], escapeCharacter: string): InstructionLine => {
  const range = instruction.getRange()
  const source = lines.slice(range.start.line, range.end.line + 1)
  const keyword = instruction.getKeyword()
  const joined = joinLines(source, escapeCharacter).trimStart().slice(instruction.getInstruction().length).trim()
  const flags = new Map<string, string>()
  const rest = joined.replace(/^(?:--[a-z][\w-]*(?:=\S*)?\s+)+/, found => {
    for (const flag of found.trim().split(/\s+/)) {
      const [name = '', ...value] = flag.slice(2).split('=')
      flags.set(name, value.join('='))
    }
    return ''
  })
  const line = range.start.line + 1
  return { keyword, flags, rest, spot: { line, ...(source.length > 1 ? { endLine: range.end.line + 1 } : {}) } }
}

/** Joins continuation lines; comments and empty lines between them vanish. Here-documents keep their lines. */
const joinLines = (source: readonly string[], escapeCharacter: string): string => {
  const out: string[] = []
  let isContinued = false
  for (const line of source) {
    if (isContinued && /^\s*(#|$)/.test(line)) continue
    const bare = line.trimEnd()
    const continues = bare.endsWith(escapeCharacter)
    const part = continues ? bare.slice(0, -1) : line
    if (isContinued) out[out.length - 1] += part
    else out.push(part)
    isContinued = continues
  }
  return out.join('\n')
}

const startStage = (file: ReadState, line: InstructionLine): void => {
  const [image = '', as, name] = words(line.rest)
  const base = file.stages.findLastIndex(s => s.as !== undefined && s.as.toLowerCase() === image.toLowerCase())
  const stage: ImageStage = {
    from: interpolated(image, file.globals),
    ...(as?.toLowerCase() === 'as' && name ? { as: name } : {}),
    env: [],
    args: [],
    ports: [],
    copies: [],
    runs: [],
    spot: line.spot,
  }
  if (image === '') file.problems.push(problem('dockerfile/no-image', 'FROM without an image', line.spot.line))
  file.stages.push(stage)
  file.scopes.push({ names: new Map(file.scopes[base]?.names), globals: file.globals })
}

const interpolated = (source: string, scope: Scope): Value =>
  interpolate(source, '\\$', found => withOperator(scope.names.get(found.name) ?? { is: 'env', name: found.name }, found))

const INSTRUCTIONS: Record<string, (stage: ImageStage, line: InstructionLine, scope: Scope) => void> = table({
  ARG: (stage, line, scope) => stage.args.push(...declareArgs(line, scope)),
  ENV: (stage, line, scope) => stage.env.push(...declareEnv(line, scope)),
  EXPOSE: (stage, line, scope) => stage.ports.push(...words(line.rest).flatMap(word => exposedPorts(word, scope, line.spot))),
  COPY: (stage, line) => addCopy(stage, line),
  ADD: (stage, line) => addCopy(stage, line),
  RUN: (stage, line) => stage.runs.push({ text: jsonWords(line.rest)?.join(' ') ?? line.rest, spot: line.spot }),
  ENTRYPOINT: (stage, line) => {
    stage.entrypoint = commandOf(line.rest)
  },
  CMD: (stage, line) => {
    stage.command = commandOf(line.rest)
  },
  WORKDIR: (stage, line, scope) => {
    const folder = knownText(interpolated(line.rest.replace(/^(["'])(.*)\1$/, '$2'), scope)) ?? line.rest
    stage.workdir = folder.startsWith('/') || !stage.workdir ? folder : `${stage.workdir.replace(/\/$/, '')}/${folder}`
  },
  USER: (stage, line) => {
    stage.user = line.rest
  },
})

/** A build argument is no variable of the running process: it is `{ is: 'config', owner: 'build-arg' }`, with its default behind it. */
const declareArgs = (line: InstructionLine, scope: Scope): EnvFact[] =>
  words(line.rest).map(word => {
    const [name, source] = nameAndRest(word)
    const given: Value = { is: 'config', key: name, owner: 'build-arg', spot: line.spot }
    const inherited = scope.globals?.names.get(name)
    const value = source === undefined ? inherited : interpolated(source, scope)
    scope.names.set(name, source === undefined ? (inherited ?? given) : { is: 'or', options: [given, value!] })
    return { name, value: value ?? unknown('no default'), spot: line.spot }
  })

const nameAndRest = (word: string): [name: string, rest: string | undefined] => {
  const equals = word.indexOf('=')
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)]
}

const declareEnv = (line: InstructionLine, scope: Scope): EnvFact[] => {
  const given = words(line.rest)
  const isOldForm = given[0] !== undefined && !given[0].includes('=')
  const pairs: [string, string | undefined][] = isOldForm ? [[given[0]!, line.rest.replace(/^\S+\s*/, '')]] : given.map(nameAndRest)
  const before: Scope = { names: new Map(scope.names) }
  return pairs.map(([name, source]) => {
    const value = interpolated(source ?? '', before)
    const fact: EnvFact = { name, value: value.is === 'text' ? { ...value, spot: line.spot } : value, spot: line.spot }
    scope.names.set(name, value)
    return fact
  })
}

const MAX_PORT_RANGE = 100

const exposedPorts = (word: string, scope: Scope, spot: Spot): PortFact[] => {
  const known = knownText(interpolated(word, scope))
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(\w+))?$/.exec(known ?? '')
  if (!match) return []
  const first = Number(match[1])
  const last = Math.min(Number(match[2] ?? first), first + MAX_PORT_RANGE)
  const protocol = match[3] ? { protocol: match[3].toLowerCase() } : {}
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => ({ target: first + i, ...protocol, spot }))
}

const addCopy = (stage: ImageStage, line: InstructionLine): void => {
  const firstLine = line.rest.split('\n')[0]!
  const given = jsonWords(line.rest) ?? words(firstLine)
  const target = given.pop()
  if (target === undefined) return
  const from = line.flags.get('from')
  stage.copies.push({ sources: given, target, ...(from ? { from } : {}), spot: line.spot })
}

/** The exec form as it stands; the shell form as Docker runs it: `/bin/sh -c LINE`. */
const commandOf = (rest: string): string[] => jsonWords(rest) ?? ['/bin/sh', '-c', rest]

const jsonWords = (rest: string): string[] | undefined => {
  if (!rest.startsWith('[')) return undefined
  try {
    const parsed: unknown = JSON.parse(rest)
    return Array.isArray(parsed) && parsed.every(item => typeof item === 'string') ? parsed : undefined
  } catch {
    return undefined
  }
}

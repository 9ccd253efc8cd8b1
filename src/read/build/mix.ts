import type { FileProblem } from '../../model/evidence.ts'
import type { ModuleFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'

/** mix.exs: the application's name and its dependencies. It is Elixir, and only its plain lines are read. */
export const mix: Reader = {
  name: 'build/mix',
  version: 1,
  wants: path => /(^|\/)mix\.exs$/.test(path),
  read: ({ content }) => {
    const problems: FileProblem[] = []
    return { manifest: [moduleOf(content.slice(0, MAX_CHARACTERS), problems)], problems }
  },
}

const MAX_CHARACTERS = 200_000

type Dependency = ModuleFact['dependencies'][number]

const moduleOf = (content: string, problems: FileProblem[]): ModuleFact => {
  const dependencies: Dependency[] = []
  let name: string | undefined
  let isUmbrella = false
  for (const [i, written] of content.split('\n').entries()) {
    const text = written.replace(/(^|\s)#.*$/, '').trim()
    const line = i + 1
    name ??= /^(?:\[\s*)?app: :(\w+)/.exec(text)?.[1]
    isUmbrella ||= /^(?:\[\s*)?apps_path:/.test(text)
    const found = /^\[?\s*\{:(\w+),(.*)$/.exec(text)
    if (found !== null) dependencies.push(dependency(found[1]!, found[2]!, line))
    else if (/^\{:\w*$/.test(text)) problems.push({ code: 'build/mix', message: 'this dependency does not end', severity: 'warning', line })
  }
  return {
    ...{ says: 'module', system: 'mix', names: name === undefined ? [] : [name], dependencies },
    ...{ entryPoints: [], generates: [], modules: isUmbrella ? ['apps'] : [], spot: { line: 1 } },
    ...(/\bmod: \{/.test(content) ? { runnable: true } : {}),
  }
}

const dependency = (name: string, rest: string, line: number): Dependency => {
  const version = /^\s*"([^"]+)"/.exec(rest)?.[1]
  const path = /\bpath: "([^"]+)"/.exec(rest)?.[1]
  const only = /\bonly: (\[[^\]]*\]|:\w+)/.exec(rest)?.[1] ?? ''
  const scope = only === '' || only.includes(':prod') ? 'runtime' : only.includes(':dev') ? 'dev' : 'test'
  return { name, ...(version ? { version } : {}), scope, ...(path ? { path } : {}), spot: { line } }
}

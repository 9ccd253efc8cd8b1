import { basename, dirname, join } from '../../base/path.ts'
import { literal, notKnown } from '../cloud/document.ts'
import { type Placed, scalar } from '../syntax/placed.ts'

/** Scripts that lie beside a template and may deploy it. */
const SCRIPTS = ['Makefile', 'makefile', 'deploy.sh', 'build.sh', 'scripts/deploy.sh', 'buildspec.yml', 'buildspec.yaml']
const MAX_SCRIPT = 200_000
const DEPLOYS = /\b(?:sam\s+deploy|cloudformation\s+(?:deploy|create-stack|update-stack))\b/
const ASSIGNMENT = /(?:ParameterKey=(\w+),ParameterValue=|(?:^|\s)["']?(\w+)=)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']*)/g

/** What commands of scripts beside a template give its parameters; the last that deploys it counts. */
export const scriptedParameters = (file: string, files: (path: string) => string | undefined): Map<string, Placed> => {
  const found = new Map<string, Placed>()
  for (const name of SCRIPTS) {
    const path = join(dirname(file), name)!
    const content = files(path)
    if (content === undefined || content.length > MAX_SCRIPT || !content.includes('--parameter')) continue
    const variables = assigned(content)
    for (const { text, line } of commandsOf(content)) {
      if (!DEPLOYS.test(text) || !deploys(text, file)) continue
      const given = /--parameter(?:-override)?s\s+(.*)$/s.exec(text)?.[1]?.split(/\s--[a-z]/)[0] ?? ''
      for (const [, long, short, value = ''] of given.matchAll(ASSIGNMENT))
        found.set((long ?? short)!, scalar(shellText(value.replace(/^["']|["']$/g, ''), variables), { file: path, line }))
    }
  }
  return found
}

/** Commands with their continued lines joined. */
const commandsOf = (content: string): { text: string; line: number }[] => {
  const commands: { text: string; line: number }[] = []
  let open: { text: string; line: number } | undefined
  for (const [i, raw] of content.split('\n').entries()) {
    const isContinued = /\\\s*$/.test(raw)
    const text = raw.replace(/\\\s*$/, ' ')
    if (open) open.text += text
    else open = { text, line: i + 1 }
    if (isContinued) continue
    commands.push(open)
    open = undefined
  }
  return open ? [...commands, open] : commands
}

/** A command that names another template does not deploy this one; what was packaged from it bears another name. */
const deploys = (text: string, file: string): boolean => {
  const named = /--template(?:-file|-body)?[\s=]+["']?(?:file:\/\/)?([^\s"']+)/.exec(text)?.[1]
  if (named === undefined) return true
  return basename(named) === basename(file) || /packaged|output|build|^\$|\{/.test(basename(named))
}

const SET =
  /^[ \t]*(?:export[ \t]+|readonly[ \t]+|local[ \t]+)?(\w+)[ \t]*[:?]?=[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s"'#;|&]*)[ \t]*(?:#.*)?$/gm

/** Variables that a script sets to one text only. */
const assigned = (content: string): Map<string, string> => {
  const found = new Map<string, string | undefined>()
  for (const [, name, written = ''] of content.matchAll(SET)) {
    const value = written.replace(/^["']|["']$/g, '')
    found.set(name!, found.has(name!) && found.get(name!) !== value ? undefined : value)
  }
  return new Map([...found].flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value] as const])))
}

const MAX_DEPTH = 6
const VARIABLE = /(\$+\{\w+[^}]{0,100}\}|\$+\(\w+\)|\$+\w+)/

/** A value as the shell gives it: variables that the script does not set are known only where it is deployed. */
const shellText = (text: string, variables: ReadonlyMap<string, string>, depth = 0): string =>
  text
    .split(VARIABLE)
    .map((part, i) => {
      if (i % 2 === 0) return literal(part)
      const [, name = '', fallback] = /^\$+[{(]?(\w+)(?::-([^}]*))?[})]?$/.exec(part) ?? []
      const value = variables.get(name) ?? fallback
      return value === undefined || depth > MAX_DEPTH ? notKnown(part.replace(/[^\w]/g, '')) : shellText(value, variables, depth + 1)
    })
    .join('')

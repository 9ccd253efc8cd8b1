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
    for (const { text, line } of commandsOf(content)) {
      if (!DEPLOYS.test(text) || !deploys(text, file)) continue
      const given = /--parameter(?:-override)?s\s+(.*)$/s.exec(text)?.[1]?.split(/\s--[a-z]/)[0] ?? ''
      for (const [, long, short, value = ''] of given.matchAll(ASSIGNMENT))
        found.set((long ?? short)!, scalar(shellText(value.replace(/^["']|["']$/g, '')), { file: path, line }))
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

/** A value as the shell gives it: its variables are known only where it is deployed. */
const shellText = (text: string): string =>
  text
    .split(/(\$+\{\w+[^}]{0,100}\}|\$+\(\w+\)|\$+\w+)/)
    .map((part, i) => (i % 2 === 0 ? literal(part) : notKnown(part.replace(/[^\w]/g, ''))))
    .join('')

import { dirname, join } from '../../base/path.ts'
import { keptElsewhere, MAX_TEXT } from '../cloud/text.ts'
import { asText, type Budget, listItems, type Origin, type Placed, scalar } from '../syntax/placed.ts'

/** What the variables of a service ask for. */
export interface Surroundings {
  root: Placed
  file: string
  stage: string
  /** A data file of the tree, by path. */
  load(path: string): Placed | undefined
  /** The text of a file that is no data. */
  text(path: string): string | undefined
  problem(code: string, message: string, at: Origin): void
  budget: Budget
}

const MAX_DEPTH = 40

/** A value as templates of CloudFormation take it: what is not known, or kept elsewhere, is a part of a `Fn::Sub`. */
type Said = { is: 'text'; text: string; isTemplate: boolean } | { is: 'node'; node: Placed } | undefined

const hole = (inner: string): Said => ({ is: 'text', text: `\${${inner}}`, isTemplate: true })

/** Evaluates the variables of a service (`${self:custom.table}`) wherever they stand; references of CloudFormation stay as they are. */
export class Variables {
  private readonly around: Surroundings
  private readonly open = new Set<string>()

  constructor(around: Surroundings) {
    this.around = around
  }

  filled(node: Placed, depth = 0): Placed {
    if (!this.around.budget.take() || depth > MAX_DEPTH) return scalar(null, node.at)
    if (node.is === 'list') return { ...node, items: node.items.map(item => this.filled(item, depth + 1)) }
    if (node.is === 'map')
      return {
        ...node,
        entries: node.entries.map(e => ({ ...e, key: this.keyText(e.key, e.at, depth), value: this.filled(e.value, depth + 1) })),
      }
    if (typeof node.value !== 'string' || !node.value.includes('${')) return node
    const said = this.text(node.value, node.at, depth + 1)
    if (said?.is === 'node') return { ...said.node, at: node.at }
    if (!said) return scalar(null, node.at)
    const isSub = node.tag === '!Sub'
    if (!said.isTemplate || isSub) return { ...node, value: said.text }
    return { is: 'map', entries: [{ key: 'Fn::Sub', value: scalar(said.text, node.at), at: node.at }], at: node.at }
  }

  private keyText(key: string, at: Origin, depth: number): string {
    if (!key.includes('${')) return key
    const said = this.text(key, at, depth + 1)
    return said?.is === 'text' ? said.text : key
  }

  /** A text with its variables filled in; a variable alone may be a structure. */
  private text(source: string, at: Origin, depth: number): Said {
    let text = ''
    let isTemplate = false
    for (let from = 0; from < source.length; ) {
      const start = source.indexOf('${', from)
      if (start < 0) {
        text += source.slice(from)
        break
      }
      text += source.slice(from, start)
      const end = closing(source, start + 2)
      if (end < 0) {
        text += source.slice(start)
        break
      }
      const said = this.variable(source.slice(start + 2, end), at, depth)
      from = end + 1
      if (said?.is === 'node' && start === 0 && from === source.length) return said
      const part = said?.is === 'node' ? asText(said.node) : said?.text
      isTemplate ||= said?.is === 'text' && said.isTemplate
      text += part ?? ''
      if (text.length > MAX_TEXT) return hole('?it is too long')
    }
    return { is: 'text', text, isTemplate }
  }

  private variable(inner: string, at: Origin, depth: number): Said {
    if (depth > MAX_DEPTH || !this.around.budget.take()) return hole('?it nests too deep')
    const options = alternatives(inner)
    if (!SOURCE.test(options[0] ?? '')) return { is: 'text', text: `\${${inner}}`, isTemplate: false }
    let missing: Said
    for (const option of options) {
      const said = this.option(option.trim(), at, depth)
      if (said?.is === 'text' && said.isTemplate && said.text.startsWith('${?')) missing ??= said
      else if (said !== undefined) return said
    }
    if (!missing) this.around.problem('variable', `${inner.slice(0, 100)} has no value`, at)
    return missing ?? hole(`?${inner.replace(/[${}]/g, '').slice(0, 80)} has no value`)
  }

  private option(source: string, at: Origin, depth: number): Said {
    const filled = source.includes('${') ? this.text(source, at, depth + 1) : undefined
    if (filled?.is === 'node') return filled
    const said = filled?.text ?? source
    if (filled?.isTemplate) return hole(`?${said.replace(/[${}?]/g, '').slice(0, 80)} is not known`)
    const quoted = /^'([^']*)'$|^"([^"]*)"$/.exec(said)
    if (quoted) return { is: 'text', text: quoted[1] ?? quoted[2] ?? '', isTemplate: false }
    if (/^(true|false|null|-?\d+(\.\d+)?)$/.test(said)) return { is: 'text', text: said, isTemplate: false }
    const [, name = '', argument, address = ''] = /^([A-Za-z0-9]+)(?:\(([^()]*)\))?:?([\s\S]*)$/.exec(said) ?? []
    return this.fetched(name, argument?.trim() ?? '', address.trim(), at, depth)
  }

  private fetched(name: string, argument: string, address: string, at: Origin, depth: number): Said {
    switch (name) {
      case 'self':
        return this.below(this.around.root, address, `self:${address}`, depth)
      case 'file':
        return this.file(argument, address, at, depth)
      case 'opt':
        return address === 'stage' ? undefined : hole(`?the option ${address} is not given`)
      case 'sls':
        return address === 'stage' ? { is: 'text', text: this.around.stage, isTemplate: false } : hole(`?${address}`)
      case 'param':
        return this.parameter(address, depth)
      case 'env':
        return hole(`?the variable ${address} of the deploying machine`)
      case 'ssm':
        return { is: 'text', text: `\${=${keptElsewhere('parameter', address).slice(2)}`, isTemplate: true }
      case 'cf':
        return { is: 'text', text: `\${=${keptElsewhere('export', address).slice(2)}`, isTemplate: true }
      case 'strToBool':
        return { is: 'text', text: argument, isTemplate: false }
      default:
        return hole(`?${name} ${address.replace(/[${}]/g, '').slice(0, 80)}`)
    }
  }

  private parameter(name: string, depth: number): Said {
    const stages = ['params', 'stages'].flatMap(key => [`${key}.${this.around.stage}`, `${key}.default`])
    for (const path of stages) {
      const said = this.below(
        this.around.root,
        `${path}${path.startsWith('stages') ? '.params' : ''}.${name}`,
        `param:${name}${path}`,
        depth,
      )
      if (said) return said
    }
    return undefined
  }

  /** The value at a path, variables on the way filled in. */
  private below(root: Placed, path: string, key: string, depth: number): Said {
    if (this.open.has(key)) return hole('?it refers to itself')
    this.open.add(key)
    try {
      let here: Placed | undefined = root
      for (const step of path === '' ? [] : path.split('.')) {
        if (here?.is === 'scalar') here = this.filled(here, depth + 1)
        here = here?.is === 'map' ? here.entries.find(e => e.key === step)?.value : listItems(here)[Number(step)]
      }
      if (!here || (here.is === 'scalar' && here.value === null)) return undefined
      const filled = this.filled(here, depth + 1)
      const text = asText(filled)
      const template = filled.is === 'map' && filled.entries[0]?.key === 'Fn::Sub' ? asText(filled.entries[0].value) : undefined
      if (template !== undefined) return { is: 'text', text: template, isTemplate: true }
      return text === undefined || filled.tag ? { is: 'node', node: filled } : { is: 'text', text, isTemplate: false }
    } finally {
      this.open.delete(key)
    }
  }

  private file(name: string, address: string, at: Origin, depth: number): Said {
    const path = /^[~/]|^[a-z]+:/i.test(name) ? undefined : join(dirname(this.around.file), name)
    if (path === undefined) return hole(`?${name.replace(/[${}]/g, '')} is outside the repository`)
    if (/\.([cm]?[jt]s|py)$/.test(path)) return hole(`?${name.replace(/[${}]/g, '')} is a program and is not run`)
    if (!/\.(ya?ml|json|toml|tfstate)$/i.test(path)) {
      const text = this.around.text(path)
      return text === undefined ? undefined : { is: 'text', text: text.slice(0, MAX_TEXT), isTemplate: false }
    }
    const root = this.around.load(path)
    if (!root) this.around.problem('file', `${name.slice(0, 200)} is not there`, at)
    return root && this.below(root, address, `file:${path}:${address}`, depth)
  }
}

/** What variables are called by; anything else in braces is CloudFormation's. */
const SOURCE =
  /^\s*(?:(?:self|opt|env|param|ssm|cf|s3|sls|aws|git|vault|terraform|output|doppler)(?:\([^()]*\))?:|(?:file|strToBool|tfstate)\()/

/** Where the brace that stands before a position closes. */
const closing = (text: string, from: number): number => {
  let open = 1
  for (let i = from; i < text.length; i++) {
    if (text.startsWith('${', i)) open++
    else if (text[i] === '}' && --open === 0) return i
  }
  return -1
}

/** The parts of a variable between commas, outside quotes, parentheses and variables inside. */
const alternatives = (text: string): string[] => {
  const parts = ['']
  let depth = 0
  let quote = ''
  for (const char of text) {
    if (quote !== '') quote = char === quote ? '' : quote
    else if (char === '"' || char === "'") quote = char
    else if ('{('.includes(char)) depth++
    else if ('})'.includes(char)) depth--
    if (char === ',' && depth === 0 && quote === '') parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts
}

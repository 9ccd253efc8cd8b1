/** What a full name of a library means, whatever language it is written in: `awslambda`, `Function`, `fromFunctionName`. */
export interface LibraryName {
  /** In small letters, without separators; empty for the library's core. */
  module: string
  /** The class, where the name begins with one. */
  class: string
  /** Members of the class, or of what was called before. */
  members: string[]
}

const plain = (text: string): string => text.toLowerCase().replace(/[-_./]/g, '')

/** `A.b().c.d` is `c.d` of what was called before. */
const afterCall = (path: string): string | undefined => {
  const cut = path.lastIndexOf('()')
  return cut === -1 ? undefined : path.slice(cut + 2).replace(/^\./, '')
}

/** A name in modules of small letters with classes in capitals: Python, Java. */
const capitalised = (tokens: readonly string[], module = ''): LibraryName => {
  const at = tokens.findIndex(token => /^[A-Z]/.test(token))
  const cut = at === -1 ? tokens.length : at
  return { module: module + plain(tokens.slice(0, cut).join('')), class: tokens[cut] ?? '', members: tokens.slice(cut + 1) }
}

/** Names of Go: `NewFunction` makes a Function, `Code_FromAsset` is a member of Code. */
const goName = (module: string, name: string): LibraryName => {
  const made = /^New([A-Z]\w*)$/.exec(name)
  if (made) return { module, class: made[1]!, members: [] }
  const [of = '', ...rest] = name.split('_')
  return { module, class: of, members: rest.length > 0 ? [rest.join('_')] : [] }
}

const CDK: readonly [start: RegExp, read: (rest: string) => LibraryName][] = [
  [/^(?:aws-cdk-lib|@aws-cdk)\//, rest => scripted(rest)],
  [/^aws-cdk-lib\./, rest => scripted(/^aws_|^pipelines\b/.test(rest) ? rest.replace('.', '|') : `|${rest}`)],
  [
    /^(?:software\.amazon\.awscdk|Amazon\.CDK)\.\*\./,
    rest => ({ module: '*', class: rest.split('.')[0]!, members: rest.split('.').slice(1) }),
  ],
  [/^constructs\./, rest => ({ module: '', class: rest, members: [] })],
  [/^aws_cdk\./, rest => capitalised(rest.split('.'))],
  [/^software\.amazon\.awscdk\.(?:services\.)?/, rest => services(capitalised(rest.split('.')))],
  [/^software\.constructs\./, rest => capitalised(rest.split('.'))],
  [/^Amazon\.CDK\.AWS\./, rest => namespaced(rest.split('.'))],
  [/^(?:Amazon\.CDK|Constructs)\./, rest => ({ module: '', class: rest.split('.')[0]!, members: rest.split('.').slice(1) })],
  [/^github\.com\/aws\/(?:aws-cdk-go|constructs-go)\//, rest => goPath(rest)],
]

/** `aws-lambda.Code.fromAsset`. */
const scripted = (rest: string): LibraryName => {
  const cut = rest.search(/[|.]/)
  const [module, names] = cut === -1 ? [rest, ''] : [rest.slice(0, cut), rest.slice(cut + 1)]
  const [of = '', ...members] = names.split('.').filter(n => n !== '')
  const name = plain(module).replace(/alpha$/, '')
  return { module: name === 'core' ? '' : name, class: of, members }
}

const services = (name: LibraryName): LibraryName => ({ ...name, module: name.module === '' ? '' : `aws${name.module}` })

/** Namespaces of C# are in capitals, as the classes in them: those that have classes of their own are known. */
const namespaced = ([first = '', ...rest]: string[]): LibraryName => {
  const isNested = rest.length > 1 && INNER.has(plain(rest[0]!))
  const [of = '', ...members] = isNested ? rest.slice(1) : rest
  return { module: `aws${plain(first)}${isNested ? plain(rest[0]!) : ''}`, class: of, members }
}

const INNER = new Set(
  'eventsources destinations subscriptions targets patterns notifications tasks integrations origins python nodejs alpha'.split(' '),
)

/** `awscdk/v2/awslambda.NewFunction`, `awscdk/v2.NewStack`. */
const goPath = (rest: string): LibraryName => {
  const [, path = '', name = ''] = /^(.*?)\.([A-Za-z]\w*)$/.exec(rest) ?? []
  const module =
    path
      .split('/')
      .filter(part => !/^v\d+$/.test(part))
      .at(-1) ?? ''
  return goName(/^(awscdk|constructs)$/.test(module) ? '' : module.replace(/^awscdk(.+?)(alpha)?$/, 'aws$1'), name)
}

/** A name of the AWS Cloud Development Kit. */
export const cdkName = (path: string): LibraryName | undefined => {
  const later = afterCall(path)
  if (later !== undefined) return { module: '', class: '', members: later.split('.').filter(m => m !== '') }
  for (const [start, read] of CDK) if (start.test(path)) return read(path.replace(start, ''))
  return undefined
}

const PULUMI: readonly [start: RegExp, read: (rest: string) => LibraryName & { provider: string }][] = [
  [/^@pulumi\//, rest => providers(rest.split(/[./]/))],
  [/^pulumi_/, rest => providers(rest.split('.').map(part => part.replace(/_$/, '')))],
  [/^pulumi\./, rest => providers(['pulumi', ...rest.split('.')])],
  [/^Pulumi\./, rest => providers(rest.split('.'), true)],
  [/^com\.pulumi\./, rest => providers(rest.split('.'))],
  [/^github\.com\/pulumi\/pulumi-([\w-]+)\/sdk\/(?:v\d+\/)?go\/[\w-]+\//, rest => providers(rest.split(/[./]/))],
]

const providers = ([provider = '', ...tokens]: string[], isNamespaced = false): LibraryName & { provider: string } => {
  const of = isNamespaced
    ? tokens.slice(0, -1)
    : tokens.slice(
        0,
        Math.max(
          0,
          tokens.findIndex(token => /^[A-Z]/.test(token)),
        ),
      )
  const [name = '', ...members] = tokens.slice(of.length)
  const spelled = plain(provider) === 'azurenative' ? 'azure-native' : plain(provider) === 'awsnative' ? 'aws-native' : plain(provider)
  return { provider: spelled, module: of.join('/').toLowerCase(), class: name.replace(/^New(?=[A-Z])/, ''), members }
}

/** A name of Pulumi: its provider, too. */
export const pulumiName = (path: string): (LibraryName & { provider: string }) | undefined => {
  const later = afterCall(path)
  if (later !== undefined) return { provider: '', module: '', class: '', members: later.split('.').filter(m => m !== '') }
  const go = /^github\.com\/pulumi\/pulumi-([\w-]+)\/sdk\/(?:v\d+\/)?go\/[\w-]+\/?(.*)$/.exec(path)
  if (go) return providers([go[1]!, ...go[2]!.split(/[./]/).filter(part => part !== '')])
  if (/^github\.com\/pulumi\/pulumi\/sdk\//.test(path)) return providers(['pulumi', ...path.split('/').at(-1)!.split('.')])
  for (const [start, read] of PULUMI) if (start.test(path)) return read(path.replace(start, ''))
  return undefined
}

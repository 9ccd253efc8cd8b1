import { table } from '../../base/table.ts'
import type { SecretFact } from '../../model/control.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { FileFacts } from '../../model/scan.ts'
import type { Reader } from '../reader.ts'
import { nameOf, namespaceOf, spotOf } from '../syntax/gateway-object.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Where secrets come from: External Secrets, Vault's operator and injector, sealed secrets, the secrets store driver. Never what they hold. */
export const secrets: Reader = {
  name: 'deploy/secrets',
  version: 1,
  wants: path => /\.ya?ml$/i.test(path),
  recognises: content =>
    /\b(external-secrets\.io|secrets\.hashicorp\.com|bitnami\.com|secrets-store\.csi\.x-k8s\.io)\//.test(content) ||
    /\bvault\.hashicorp\.com\/|\bvault\.security\.banzaicloud\.io\//.test(content),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const manifest = documents.flatMap(object => objectFacts(object, problems))
    return manifest.length > 0 ? ({ manifest, problems } satisfies FileFacts) : { problems }
  },
}

const MAX_KEYS = 50

const objectFacts = (object: DataNode, problems: FileProblem[]): SecretFact[] => {
  const kind = textOf(at(object, 'kind')) ?? ''
  const group = (textOf(at(object, 'apiVersion')) ?? '').replace(/\/.*$/, '')
  const name = nameOf(object)
  if (!name) return []
  const facts = KINDS.get(`${group} ${kind}`)
  if (!facts) return injected(object, kind, name)
  if (at(object, 'spec')?.is === 'map') return facts(object, kind, name)
  problems.push({
    code: 'secrets/no-spec',
    message: `${kind} ${name} without a specification, left out`,
    severity: 'warning',
    line: object.line,
  })
  return []
}

type FactsOf = (object: DataNode, kind: string, name: string) => SecretFact[]

const fact = (object: DataNode, kind: string, name: string, more: Partial<SecretFact>): SecretFact => ({
  says: 'secret-source',
  object: `${kind}/${name}`,
  ...namespaceOf(object),
  fills: [],
  ...more,
  keys: [...new Set(more.keys ?? [])].slice(0, MAX_KEYS),
  spot: spotOf(object),
})

const set = <K extends string>(key: K, value: string | undefined): { [P in K]?: string } =>
  value ? ({ [key]: value } as { [P in K]?: string }) : {}

const externalSecret: FactsOf = (object, kind, name) => {
  const spec = kind === 'ClusterExternalSecret' ? at(object, 'spec', 'externalSecretSpec') : at(object, 'spec')
  const store = textOf(at(spec, 'secretStoreRef', 'name'))
  const target = textOf(at(spec, 'target', 'name')) ?? textOf(at(object, 'spec', 'externalSecretName')) ?? name
  const keys = [
    ...itemsOf(at(spec, 'data')).flatMap(d => textOf(at(d, 'remoteRef', 'key')) ?? []),
    ...itemsOf(at(spec, 'dataFrom')).flatMap(d => textOf(at(d, 'extract', 'key')) ?? textOf(at(d, 'key')) ?? []),
  ]
  const from = store === undefined ? undefined : `${textOf(at(spec, 'secretStoreRef', 'kind')) ?? 'SecretStore'}/${store}`
  return [fact(object, kind, name, { fills: [`secret/${target}`], ...set('from', from), keys })]
}

/** Providers of External Secrets: what they are called, and where they say which one. */
const PROVIDERS: Record<string, [provider: string, address: string[]]> = table({
  vault: ['vault', ['server']],
  aws: ['aws-secrets-manager', []],
  gcpsm: ['gcp-secret-manager', []],
  azurekv: ['azure-key-vault', ['vaultUrl']],
  kubernetes: ['kubernetes', []],
  onepassword: ['1password', ['connectHost']],
  doppler: ['doppler', []],
  gitlab: ['gitlab', ['url']],
  akeyless: ['akeyless', ['akeylessGWApiURL']],
  conjur: ['conjur', ['url']],
  infisical: ['infisical', ['hostAPI']],
  oracle: ['oracle-vault', []],
  ibm: ['ibm-secrets-manager', ['serviceUrl']],
  webhook: ['webhook', ['url']],
})

const secretStore: FactsOf = (object, kind, name) => {
  const [entry] = entriesOf(at(object, 'spec', 'provider'))
  if (!entry) return [fact(object, kind, name, {})]
  const [known, path] = Object.hasOwn(PROVIDERS, entry.key) ? PROVIDERS[entry.key]! : [entry.key, []]
  const isParameters = entry.key === 'aws' && textOf(at(entry.value, 'service')) === 'ParameterStore'
  const address = path.length === 0 ? undefined : textOf(at(entry.value, ...path))
  return [fact(object, kind, name, { provider: isParameters ? 'aws-parameter-store' : known, ...set('address', address) })]
}

/** Without a reference, the operator takes the one that is called `default`. */
const referred = (node: DataNode | undefined, kind: string): string => `${kind}/${(textOf(node) ?? 'default').replace(/^.*\//, '')}`

const vaultSecret: FactsOf = (object, kind, name) => {
  const spec = at(object, 'spec')
  const target = textOf(at(spec, 'destination', 'name'))
  const key = [textOf(at(spec, 'mount')), textOf(at(spec, 'path')) ?? textOf(at(spec, 'role'))].filter(part => part !== undefined).join('/')
  const from = referred(at(spec, 'vaultAuthRef'), 'VaultAuth')
  return [fact(object, kind, name, { fills: target ? [`secret/${target}`] : [], from, provider: 'vault', keys: key === '' ? [] : [key] })]
}

const vaultAuth: FactsOf = (object, kind, name) => [
  fact(object, kind, name, { from: referred(at(object, 'spec', 'vaultConnectionRef'), 'VaultConnection'), provider: 'vault' }),
]

const vaultConnection: FactsOf = (object, kind, name) => [
  fact(object, kind, name, { provider: 'vault', ...set('address', textOf(at(object, 'spec', 'address'))) }),
]

const sealedSecret: FactsOf = (object, kind, name) => {
  const target = textOf(at(object, 'spec', 'template', 'metadata', 'name')) ?? name
  const keys = entriesOf(at(object, 'spec', 'encryptedData')).map(e => e.key)
  return [fact(object, kind, name, { fills: [`secret/${target}`], provider: 'sealed-secrets', keys })]
}

const DRIVERS: Record<string, string> = table({
  azure: 'azure-key-vault',
  aws: 'aws-secrets-manager',
  gcp: 'gcp-secret-manager',
  vault: 'vault',
})

const providerClass: FactsOf = (object, kind, name) => {
  const said = textOf(at(object, 'spec', 'provider')) ?? ''
  const parameters = at(object, 'spec', 'parameters')
  const address = textOf(at(parameters, 'vaultAddress')) ?? textOf(at(parameters, 'keyvaultName'))
  const synced = itemsOf(at(object, 'spec', 'secretObjects')).flatMap(o => textOf(at(o, 'secretName')) ?? [])
  const provider = Object.hasOwn(DRIVERS, said) ? DRIVERS[said] : said
  return [
    fact(object, kind, name, {
      fills: [`secret-provider-class/${name}`, ...synced.map(s => `secret/${s}`)],
      ...set('provider', provider),
      ...set('address', address),
    }),
  ]
}

const KINDS = new Map<string, FactsOf>([
  ['external-secrets.io ExternalSecret', externalSecret],
  ['external-secrets.io ClusterExternalSecret', externalSecret],
  ['external-secrets.io SecretStore', secretStore],
  ['external-secrets.io ClusterSecretStore', secretStore],
  ['secrets.hashicorp.com VaultStaticSecret', vaultSecret],
  ['secrets.hashicorp.com VaultDynamicSecret', vaultSecret],
  ['secrets.hashicorp.com VaultPKISecret', vaultSecret],
  ['secrets.hashicorp.com VaultAuth', vaultAuth],
  ['secrets.hashicorp.com VaultConnection', vaultConnection],
  ['bitnami.com SealedSecret', sealedSecret],
  ['secrets-store.csi.x-k8s.io SecretProviderClass', providerClass],
])

const SECRET = /^vault\.hashicorp\.com\/agent-inject-secret-/

/** Workloads whose annotations let an injector bring secrets to their pods. */
const injected = (object: DataNode, kind: string, name: string): SecretFact[] => {
  const pod = at(object, 'spec', 'template', 'metadata', 'annotations')
  const all = new Map([...entriesOf(at(object, 'metadata', 'annotations')), ...entriesOf(pod)].map(e => [e.key, e]))
  const text = (key: string): string | undefined => textOf(all.get(key)?.value)
  const wanted = all.get('vault.hashicorp.com/agent-inject') ?? all.get('vault.security.banzaicloud.io/vault-addr')
  if (!wanted || textOf(wanted.value) === 'false') return []
  const keys = [...all.values()].filter(e => SECRET.test(e.key)).flatMap(e => textOf(e.value) ?? [])
  const address = text('vault.hashicorp.com/service') ?? text('vault.security.banzaicloud.io/vault-addr')
  return [
    {
      ...fact(object, kind, name, { fills: [`deployable/${name}`], provider: 'vault', ...set('address', address), keys }),
      spot: { line: wanted.line },
    },
  ]
}

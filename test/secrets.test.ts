import { describe, expect, it } from 'vitest'
import { analyse } from '../src/analyse/analyse.ts'
import { link } from '../src/link/link.ts'
import type { SystemModel } from '../src/model/system.ts'
import { scan } from '../src/read/scan.ts'
import { memoryTree } from '../src/read/tree.ts'

const mapOf = async (files: Record<string, string>): Promise<SystemModel> =>
  link([analyse(await scan(memoryTree(files), { workers: 0 }), {})], { links: {}, external: {}, publicContracts: [] })

const workload = (container: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ledger}\nspec: {template: {metadata: {labels: {app: ledger}}, spec: {containers: [{name: ledger, image: office/ledger${container}}]}}}\n`

const object = (group: string, kind: string, name: string, spec: string): string =>
  `---\napiVersion: ${group}/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`

const edges = (model: SystemModel): string[] => model.interactions.map(i => `${i.from} ${i.purpose} ${i.to}`)

describe('secrets are taken from whoever holds them', () => {
  it('by way of an ExternalSecret and its store, each step with its place', async () => {
    const model = await mapOf({
      'k8s/all.yaml':
        workload(', env: [{name: LOGIN, valueFrom: {secretKeyRef: {name: login, key: password}}}]') +
        object(
          'external-secrets.io',
          'ExternalSecret',
          'ledger',
          '{secretStoreRef: {name: office}, target: {name: login}, data: [{remoteRef: {key: office/ledger}}]}',
        ) +
        object('external-secrets.io', 'SecretStore', 'office', '{provider: {vault: {server: "https://vault.example.com"}}}'),
    })
    expect(edges(model)).toEqual(['ledger config secret-store:vault vault.example.com'])
    expect(model.resources).toMatchObject([{ kind: 'secret-store', name: 'vault vault.example.com' }])
    expect(model.interactions[0]!.evidence[0]!.via!.map(s => `${s.at.line} ${s.says}`)).toEqual([
      '4 takes secret/login',
      '6 ExternalSecret/ledger takes office/ledger',
      '11 SecretStore/office is vault',
    ])
  })

  it('from a Vault that is deployed here', async () => {
    const pod = (name: string, image: string, annotations = ''): string =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {template: {metadata: {labels: {app: ${name}}${annotations}}, spec: {containers: [{name: ${name}, image: "${image}"}]}}}\n`
    const inject = ', annotations: {vault.hashicorp.com/agent-inject: "true", vault.hashicorp.com/agent-inject-secret-db: db/creds/ledger}'
    const model = await mapOf({
      'k8s/all.yaml': `${pod('ledger', 'office/ledger').replace('{app: ledger}', `{app: ledger}${inject}`)}---\n${pod('vault', 'hashicorp/vault:1.18')}`,
    })
    expect(edges(model)).toEqual(['ledger config vault'])
    expect(model.resources).toMatchObject([{ id: 'vault', kind: 'secret-store' }])
  })

  it('from the driver that a volume names, and from sealed secrets', async () => {
    const model = await mapOf({
      'k8s/all.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ledger}\nspec: {template: {metadata: {labels: {app: ledger}}, spec: {volumes: [{name: keys, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: {secretProviderClass: keys}}}], containers: [{name: ledger, image: office/ledger, envFrom: [{secretRef: {name: mail}}], volumeMounts: [{name: keys, mountPath: /keys}]}]}}}\n' +
        object('secrets-store.csi.x-k8s.io', 'SecretProviderClass', 'keys', '{provider: azure, parameters: {keyvaultName: office-kv}}') +
        object('bitnami.com', 'SealedSecret', 'mail', '{encryptedData: {user: AgBy}}'),
    })
    expect(edges(model)).toEqual(['ledger config secret-store:azure-key-vault office-kv', 'ledger config secret-store:sealed-secrets'])
  })

  it('and a store that nobody takes from, or a secret that nothing fills, is no node', async () => {
    const model = await mapOf({
      'k8s/all.yaml':
        workload(', envFrom: [{secretRef: {name: login}}]') +
        object('external-secrets.io', 'ExternalSecret', 'other', '{secretStoreRef: {name: office}}') +
        object('external-secrets.io', 'SecretStore', 'office', '{provider: {aws: {service: SecretsManager}}}'),
    })
    expect(edges(model)).toEqual([])
    expect(model.resources).toEqual([])
  })
})

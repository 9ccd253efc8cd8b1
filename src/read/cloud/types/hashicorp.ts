import type { CloudRow } from '../row.ts'

/** Consul and Vault as Terraform's providers have them. */
export const hashicorpRows: readonly CloudRow[] = [
  {
    types: 'consul_config_entry consul_config_entry_service_intentions consul_intention consul_service',
    role: 'mesh-entry',
    at: { name: 'name' },
  },
  {
    types: 'vault_mount vault_generic_secret vault_aws_secret_backend vault_database_secrets_mount',
    role: 'store',
    at: { name: 'path' },
    says: { kind: 'secret-store', engine: 'vault' },
  },
  {
    types: 'vault_kv_secret vault_kv_secret_v2',
    role: 'store',
    at: { name: 'path name', part: 'mount' },
    says: { kind: 'secret-store', engine: 'vault' },
  },
]

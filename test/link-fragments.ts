import type { Document, Effect, Fragment, Program, Protocol, Variant } from '../src/model/fragment.ts'
import type { ContainerFact, DeployableFact, EnvFact, ManifestFact, PortFact } from '../src/model/manifest.ts'
import { text, type Value } from '../src/model/value.ts'

/** Short forms for hand-built fragments of a ticket office. */
export const spot = { line: 1 }
export const envHole = (name: string): Value => ({ is: 'env', name })
export const orText = (value: Value, fallback: string): Value => ({ is: 'or', options: [value, text(fallback)] })

export const fragment = (parts: Partial<Fragment> = {}): Fragment => ({
  schema: 1,
  repo: 'office',
  revision: 'r1',
  programs: [],
  effects: [],
  documents: [],
  contracts: [],
  stubs: [],
  coverage: { files: { seen: 1, read: 1, skipped: 0, failed: 0 }, skipped: {}, unresolved: {}, budgets: [] },
  problems: [],
  ...parts,
})

export const program = (root: string, more: Partial<Program> = {}): Program => ({
  id: root,
  root,
  by: 'image',
  dockerfile: `${root}/Dockerfile`,
  names: [],
  language: 'go',
  listens: true,
  ports: [],
  reaches: [root],
  files: 1,
  lines: 10,
  evidence: [{ reader: 'analyse/program', basis: 'coded', at: { repo: 'office', file: `${root}/main.go`, line: 1 } }],
  ...more,
})

export const effect = (
  of: string,
  does: Effect['does'],
  protocol: Protocol,
  target: Value,
  operation?: string,
  more: Partial<Effect> = {},
): Effect => ({
  of,
  does,
  protocol,
  target,
  ...(operation === undefined ? {} : { operation: text(operation) }),
  uses: [],
  closed: true,
  escapes: [],
  confidence: 'high',
  evidence: { reader: 'analyse/effects', basis: 'coded', at: { repo: 'office', file: `${of.replace(/#.*/, '')}/client.go`, line: 7 } },
  ...more,
})

export const variables = (values: Record<string, string | Value>): EnvFact[] =>
  Object.entries(values).map(([name, value], n) => ({
    name,
    value: typeof value === 'string' ? text(value) : value,
    spot: { line: 20 + n },
  }))

const container = (name: string, more: Partial<ContainerFact>): ContainerFact => ({
  name,
  env: [],
  envFrom: [],
  ports: [],
  mounts: [],
  spot: { line: 5 },
  ...more,
})

export interface Deployed extends Partial<ContainerFact> {
  values?: Record<string, string | Value>
  fact?: Partial<DeployableFact>
}

const deployable = (kind: string, name: string, { values, fact, ...more }: Deployed): DeployableFact => ({
  says: 'deployable',
  kind,
  name,
  aliases: [],
  state: 'deployed',
  labels: { app: name },
  annotations: {},
  containers: [container(name, { ...(values ? { env: variables(values) } : {}), ...more })],
  dependsOn: [],
  spot,
  ...fact,
})

export const composeService = (name: string, more: Deployed = {}): DeployableFact =>
  deployable('compose', name, { image: text(name), ...more })
export const workload = (name: string, more: Deployed = {}): DeployableFact =>
  deployable('Deployment', name, { image: text(`registry.test/office/${name}:1`), ...more })

export const service = (name: string, ports: PortFact[] = [], more: object = {}): ManifestFact => ({
  says: 'address',
  kind: 'Service',
  name,
  selector: { app: name },
  ports,
  spot,
  ...more,
})

export const port = (number: number, target: number | string = number): PortFact => ({ port: number, target, spot })

export const setting = (owner: string | undefined, key: string, value: string, more: object = {}): ManifestFact => ({
  says: 'setting',
  ...(owner === undefined ? {} : { owner }),
  key,
  value: text(value),
  layer: owner === undefined ? 'base' : 'map',
  spot: { line: 3 },
  ...more,
})

export const plain = (root: string): Variant => ({ id: `plain:${root}`, kind: 'plain', root, bases: [] })
export const document = (
  file: string,
  facts: ManifestFact[],
  variant: Variant = plain(file.split('/').slice(0, -1).join('/')),
): Document => ({
  file,
  variant,
  facts,
})
export const compose = (facts: ManifestFact[], file = 'compose.yaml'): Document =>
  document(file, facts, { id: `compose:${file}`, kind: 'compose', root: file.split('/').slice(0, -1).join('/'), bases: [] })

import { dirname } from '../../base/path.ts'
import { table } from '../../base/table.ts'
import type { Infrastructure } from '../../model/infrastructure.ts'
import type { CloudResource } from '../cloud/document.ts'
import { pulumiType } from '../cloud/type-names.ts'
import { rowOf } from '../cloud/types.ts'
import { Budget, type Placed, type PlacedEntry } from '../syntax/placed.ts'
import { type Call, Calls } from './calls.ts'
import { expand } from './expand.ts'
import { manifestsOf } from './kubernetes.ts'
import { cdkName, type LibraryName, pulumiName } from './libraries.ts'
import type { Settings } from './settings.ts'
import { cdkRows, pulumiRows } from './tables.ts'
import { ConstructTree } from './tree.ts'

const MAX_NODES = 400_000

/** What a program declares, as resources of the cloud. */
export const constructsOf = (
  program: Infrastructure,
  settings: ReadonlyMap<string, string>,
  exists: (path: string) => boolean,
): { resources: CloudResource[]; exports: PlacedEntry[]; manifests: Placed[]; isSpent: boolean } => {
  const isKit = program.kind === 'cdk'
  const calls = new Calls(program, isKit ? cdkName : pulumiName)
  const budget = new Budget(MAX_NODES)
  const own: Settings = {
    ...{ calls, tree: new ConstructTree(calls, !isKit), settings, budget, exists, folder: dirname(program.file) },
    ...(isKit
      ? { rows: cdkRows, className: kitClass, typeOf: kitType }
      : { rows: pulumiRows, className: pulumiClass, typeOf: pulumiTypeOf }),
  }
  const manifests = isKit ? [] : manifestsOf(own)
  return { ...expand(own), manifests, isSpent: budget.isSpent }
}

const kitClass = ({ name }: Call): string => `${name.module}.${name.class}`

/** Classes that are types of CloudFormation as they are: `aws_sqs.CfnQueue` is `AWS::SQS::Queue`. */
const kitType = ({ name, method }: Call): string | undefined => {
  const plain = /^Cfn(\w+)$/.exec(name.class)?.[1]
  if (method !== '' || plain === undefined) return undefined
  const service = name.module.replace(/^aws/, '')
  return known(`AWS::${SERVICES[service] ?? service}::${plain}`)
}

const SERVICES = table({ sam: 'Serverless' })

const providerOf = (name: LibraryName): string => (name as LibraryName & { provider?: string }).provider ?? ''

const pulumiClass = ({ name }: Call): string => `${providerOf(name)}/${name.module}.${name.class}`

const pulumiTypeOf = ({ name, method }: Call): string | undefined =>
  method !== '' || name.class === '' ? undefined : known(pulumiType(`${providerOf(name)}:${name.module}:${name.class}`))

const known = (type: string): string | undefined => (rowOf(type) ? type : undefined)

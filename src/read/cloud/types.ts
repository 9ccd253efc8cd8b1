import type { CloudRow } from './row.ts'
import { awsRows } from './types/aws.ts'
import { awsEdgeRows } from './types/aws-edge.ts'
import { azureRows } from './types/azure.ts'
import { googleRows } from './types/google.ts'
import { hashicorpRows } from './types/hashicorp.ts'
import { moduleRows } from './types/modules.ts'

const table = new Map<string, CloudRow>(
  [...awsRows, ...awsEdgeRows, ...googleRows, ...azureRows, ...hashicorpRows, ...moduleRows].flatMap(row =>
    row.types.split(/\s+/).map(type => [type.toLowerCase(), row] as const),
  ),
)

/** What a type means for the map; undefined for the many that mean nothing to it. */
export const rowOf = (type: string): CloudRow | undefined => table.get(type.toLowerCase())

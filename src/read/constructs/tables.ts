import { canonicalName } from '../../base/names.ts'
import type { ClassRow, ConstructTable, MethodRow, WrapperRow } from './row.ts'
import { cdkCompute } from './tables/aws-cdk-compute.ts'
import { cdkEdge } from './tables/aws-cdk-edge.ts'
import { cdkStores } from './tables/aws-cdk-stores.ts'
import { pulumiConstructs } from './tables/pulumi.ts'

/** The rows of a family of libraries, by class and by method. */
export class Rows {
  private readonly classes = new Map<string, ClassRow | undefined>()
  private readonly wrappers = new Map<string, WrapperRow | undefined>()
  private readonly methods = new Map<string, MethodRow[]>()

  constructor(tables: readonly ConstructTable[]) {
    for (const { classes, methods, wrappers } of tables) {
      for (const row of classes) for (const name of row.classes.split(' ')) put(this.classes, key(name), row)
      for (const row of wrappers) for (const name of row.classes.split(' ')) put(this.wrappers, key(name), row)
      for (const row of methods)
        for (const name of row.methods.split(' ')) {
          const known = this.methods.get(canonicalName(name)) ?? []
          this.methods.set(canonicalName(name), [...known, row])
        }
    }
  }

  class(name: string): ClassRow | undefined {
    return this.classes.get(key(name))
  }

  wrapper(name: string): WrapperRow | undefined {
    return this.wrappers.get(key(name))
  }

  /** The row of a method of a class; one without classes is for all. */
  method(name: string, of: string): MethodRow | undefined {
    const rows = this.methods.get(canonicalName(name)) ?? []
    return rows.find(row => row.of === undefined || row.of.split(' ').some(one => key(one) === key(of) || anyOf(key(one)) === key(of)))
  }
}

/** A class whose module is not known (`*.queue`) is the only one of its name. */
const put = <T>(rows: Map<string, T | undefined>, name: string, row: T): void => {
  rows.set(name, row)
  const bare = anyOf(name)
  rows.set(bare, rows.has(bare) && JSON.stringify(rows.get(bare)) !== JSON.stringify(row) ? undefined : row)
}

const anyOf = (name: string): string => `*${name.slice(name.lastIndexOf('.'))}`

/** `aws_lambda_nodejs.NodejsFunction` is `awslambdanodejs.nodejsfunction`; versions of a library that are not final count as it. */
const key = (name: string): string => {
  const cut = name.lastIndexOf('.')
  return `${name
    .slice(0, cut)
    .toLowerCase()
    .replace(/[-_]/g, '')
    .replace(/alpha$/, '')}.${name.slice(cut + 1).toLowerCase()}`
}

export const cdkRows = new Rows([cdkCompute, cdkStores, cdkEdge])
export const pulumiRows = new Rows([pulumiConstructs])

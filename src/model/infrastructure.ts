/**
 * A program that declares infrastructure: what it asks of its library, with values as far as the code tells them. What a class of the
 * library stands for in the cloud is left to the tables that know it.
 */
export interface Infrastructure {
  kind: 'cdk' | 'pulumi'
  /** The file that says how the program starts: `cdk.json`, `Pulumi.yaml`. */
  file: string
  /** Every object that it makes and every method that it calls, by the numbers that values refer to. */
  calls: DeclaredCall[]
}

export interface DeclaredCall {
  /** The full name in its library, as imported, calls in it as `()`: `aws-cdk-lib/aws-sqs.Queue`, `aws-cdk-lib/aws-sqs.Queue().grantConsumeMessages`. */
  path: string
  /** Of an object of a class of the program: the class; `path` is the library's class above it. */
  own?: string
  base?: Declared
  /** Positions as numbers, else names. */
  args: { name: string; value: Declared }[]
  at: DeclaredPlace
}

interface DeclaredPlace {
  file: string
  line: number
}

export type Declared =
  | { is: 'text'; text: string }
  | { is: 'map'; entries: { key: string; value: Declared }[] }
  | { is: 'list'; items: Declared[] }
  | { is: 'concat'; parts: Declared[] }
  /** One of several; `of` is the same for values of one loop or parameter. */
  | { is: 'any'; options: Declared[]; of: number }
  /** A path from the root of the tree. */
  | { is: 'path'; path: string }
  /** What stands in a file. */
  | { is: 'content'; of: Declared }
  /** What a call gave, by its number; with a member of it. */
  | { is: 'made'; call: number; member?: string }
  /** Something of the library that no call made: a constant. */
  | { is: 'name'; path: string }
  | { is: 'unknown'; why: string }

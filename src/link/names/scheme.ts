import type { Step } from '../../model/evidence.ts'
import type { Directory, Viewpoint } from '../directory.ts'
import type { Instance, Node } from '../node.ts'

export interface NameQuery {
  /** As written, lower case. */
  host: string
  port?: number
  /** From the first `/` on; `/` when there is none. */
  path: string
  from: Viewpoint
  /** Who asks, when it is a deployable. */
  asking?: Instance
}

/** Whom a name leads to. `serves`: the ports it answers on, when the port of the query is none of them. */
export interface NameHit {
  node: Node
  steps: Step[]
  wrongPort?: number[]
  /** The join is weaker than a declared name. */
  weak?: boolean
}

/** One way of giving names to deployables. Yields nothing when the name is none of its kind; several hits on different nodes are an ambiguity. */
export interface NameScheme {
  name: string
  find(query: NameQuery, directory: Directory): NameHit[]
}

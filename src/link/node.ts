import type { Step } from '../model/evidence.ts'
import type { ContainerFact, DeployableFact, ResourceFact } from '../model/manifest.ts'
import type { Placed, ProgramRef } from './gather.ts'
import type { Stock } from './stock.ts'

/** One deployable in one variant: a main container with what it runs. */
export interface Instance {
  place: Placed<DeployableFact>
  container: ContainerFact
  /** Name of its image without registry and tag; '' when it has none. */
  image: string
  program?: ProgramRef
  stock?: Stock
  /** Why it runs this program. */
  steps: Step[]
}

/** A service or resource while the map is built. `instances` are ranked: the first one's variant is the primary. */
export interface Node {
  id: string
  name: string
  stock?: Stock
  instances: Instance[]
  programs: ProgramRef[]
  /** Every name somebody may call it by. */
  aliases: Set<string>
  repo: string
  /** The places that declare it, of something that runs no code. */
  declared?: Placed<ResourceFact>[]
}

export const isResource = (node: Node): boolean => node.stock?.resource !== undefined

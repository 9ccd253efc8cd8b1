import type { Control } from '../model/control.ts'
import type { Effect } from '../model/fragment.ts'
import type { NodeId } from '../model/system.ts'

/** An effect that may lead to nodes which are known without an address. */
export interface DirectEffect extends Effect {
  to?: NodeId[]
  /** Controls of the route that it takes. */
  controls?: Control[]
}

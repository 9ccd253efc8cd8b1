import type { Rule } from './rule.ts'
import { notDeclared } from './rules/catalog/not-declared.ts'
import { notFound } from './rules/catalog/not-found.ts'
import { staleEntity } from './rules/catalog/stale-entity.ts'
import { breaksConsumers } from './rules/contract/breaks-consumers.ts'
import { breaksUnknownConsumers } from './rules/contract/breaks-unknown-consumers.ts'
import { drift } from './rules/contract/drift.ts'
import { staleCopy } from './rules/contract/stale-copy.ts'
import { transportChanged } from './rules/contract/transport-changed.ts'
import { unresolvedCall } from './rules/coverage/unresolved-call.ts'
import { noOwner } from './rules/ownership/no-owner.ts'
import { passThrough } from './rules/placement/pass-through.ts'
import { deniedByPolicy } from './rules/security/denied-by-policy.ts'
import { syncCycle } from './rules/topology/sync-cycle.ts'
import { danglingTopic } from './rules/wiring/dangling-topic.ts'
import { targetMissing } from './rules/wiring/target-missing.ts'

/** All rules, in the order in which findings of one severity are shown. */
export const rules: readonly Rule[] = [
  breaksConsumers,
  transportChanged,
  targetMissing,
  syncCycle,
  deniedByPolicy,
  passThrough,
  breaksUnknownConsumers,
  staleCopy,
  drift,
  danglingTopic,
  noOwner,
  staleEntity,
  notFound,
  notDeclared,
  unresolvedCall,
]

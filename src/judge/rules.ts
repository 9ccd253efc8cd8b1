import type { Rule } from './rule.ts'
import { breaksConsumers } from './rules/contract/breaks-consumers.ts'
import { breaksUnknownConsumers } from './rules/contract/breaks-unknown-consumers.ts'

/** All rules, in the order in which they run. */
export const rules: readonly Rule[] = [breaksConsumers, breaksUnknownConsumers]

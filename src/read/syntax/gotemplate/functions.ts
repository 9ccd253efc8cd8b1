import type { Functions } from './evaluate.ts'
import { collections } from './functions/collections.ts'
import { core } from './functions/core.ts'
import { encoding } from './functions/encoding.ts'
import { maths } from './functions/maths.ts'
import { outside } from './functions/outside.ts'
import { patterns } from './functions/patterns.ts'
import { semver } from './functions/semver.ts'
import { strings } from './functions/strings.ts'

/** Every function of Go's templates and of Sprig that charts use. `must…` forms are their plain ones: an error is an error. */
export const functions: Functions = withMust({
  ...core,
  ...strings,
  ...collections,
  ...maths,
  ...encoding,
  ...patterns,
  ...semver,
  ...outside,
})

function withMust(plain: Functions): Functions {
  const must = Object.entries(plain).map(([name, call]) => [`must${name[0]!.toUpperCase()}${name.slice(1)}`, call] as const)
  return { ...Object.fromEntries(must), ...plain }
}

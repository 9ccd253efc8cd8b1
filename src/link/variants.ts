import { byText } from '../base/names.ts'
import { depth } from '../base/path.ts'
import { table } from '../base/table.ts'
import type { DeployableFact } from '../model/manifest.ts'
import { groupBy, type Placed } from './gather.ts'
import { isAside } from './programs.ts'

export const variantKey = (place: Pick<Placed<unknown>, 'repo' | 'variant'>): string => `${place.repo}\n${place.variant.id}`

/** How much a variant speaks for the real deployment; compared part by part, the smallest is the primary one. */
type Standing = readonly (number | string)[]

const KINDS: Record<string, number> = table({ kustomize: 0, helm: 1, compose: 3, plain: 4 })

/**
 * The rank of every variant, 0 first: not an example or test · not one file that repeats everything (a release bundle) · deploys most ·
 * rendered before plain · nearest to the root · by name.
 */
export const rankVariants = (
  deployables: readonly Placed<DeployableFact>[],
  asideCounts: (repo: string) => boolean,
): Map<string, number> => {
  const standing = new Map<string, Standing>()
  for (const [key, places] of groupBy(deployables, variantKey)) {
    const { repo, variant } = places[0]!
    const names = new Set(places.filter(p => p.fact.containers.some(c => c.image ?? c.build)).map(p => p.fact.name))
    const files = new Set(places.map(p => p.file))
    const isBundle = variant.kind === 'plain' && files.size === 1 && names.size >= 3
    const aside = asideCounts(repo) && (isAside(variant.root) || places.every(p => isAside(p.file)))
    standing.set(key, [aside ? 1 : 0, isBundle ? 1 : 0, -names.size, KINDS[variant.kind] ?? 2, depth(variant.root), key])
  }
  const ranked = [...standing].sort(([, a], [, b]) => compareParts(a, b))
  return new Map(ranked.map(([key], index) => [key, index]))
}

const compareParts = (a: Standing, b: Standing): number => {
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!
    const y = b[i]!
    const order = typeof x === 'number' && typeof y === 'number' ? x - y : byText(String(x), String(y))
    if (order !== 0) return order
  }
  return 0
}

import { canonicalName } from '../base/names.ts'
import { basename, dirname } from '../base/path.ts'
import { showValue } from '../model/value.ts'
import { type Gathered, groupBy } from './gather.ts'
import { imageName } from './stock.ts'

/**
 * Images of one repository that begin alike are named after what they are built from: `acme-office-seating-v1`, `acme-office-pricing-v2`
 * beside folders `seating` and `pricing` with a Dockerfile each. Gives what follows the common beginning, by repository and image name.
 * One image alone says nothing: at least two different ones have to fit.
 */
export const imageFamilies = (gathered: Gathered): Map<string, string> => {
  const folders = new Map([...groupBy(gathered.images, i => i.repo)].map(([repo, images]) => [repo, foldersOf(images.map(i => i.file))]))
  const families = new Map<string, string>()
  for (const [repo, places] of groupBy(gathered.deployables, p => p.repo)) {
    const known = folders.get(repo)
    if (!known) continue
    const named = places.flatMap(p => p.fact.containers.filter(c => c.image && !c.build).map(c => imageName(showValue(c.image!))))
    for (const [image, rest] of restsOf([...new Set(named)].sort(), known)) families.set(`${repo}\n${image}`, rest)
  }
  return families
}

const foldersOf = (dockerfiles: readonly string[]): Set<string> =>
  new Set(dockerfiles.map(file => canonicalName(basename(dirname(file)))).filter(name => name !== ''))

const VERSION = /[-_](?:v\d+(?:\.\d+)*|latest|dev|prod)$/

/** What stands behind the common beginning of at least two images; the longest such rest of each. */
const restsOf = (images: readonly string[], folders: ReadonlySet<string>): [string, string][] => {
  const splits = images.flatMap(image =>
    [...image.matchAll(/[-_]/g)].map(({ index }) => ({
      image,
      prefix: image.slice(0, index + 1),
      rest: image.slice(index + 1).replace(VERSION, ''),
    })),
  )
  const fitting = splits.filter(s => folders.has(canonicalName(s.rest)))
  const wide = new Set([...groupBy(fitting, s => s.prefix)].filter(([, all]) => new Set(all.map(s => s.rest)).size >= 2).map(([p]) => p))
  const found = new Map<string, string>()
  for (const { image, prefix, rest } of fitting)
    if ([...wide].some(beginning => prefix.startsWith(beginning)) && !found.has(image)) found.set(image, rest)
  return [...found]
}

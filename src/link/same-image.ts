import { canonicalName } from '../base/names.ts'
import { showValue } from '../model/value.ts'
import { groupBy, stepAt } from './gather.ts'
import type { Instance } from './node.ts'
import { type Programs, startedIn } from './programs.ts'

/**
 * Instances whose image is built from a program as another place of the same repository says run that program too, whatever they are called
 * there: a release gives its workloads names of its own. Taken only where all places agree.
 */
export const withProgramsOfImages = (instances: readonly Instance[], programs: Programs): Instance[] => {
  const imageKey = imageKeys(instances)
  const known = groupBy(
    instances.filter(i => i.program !== undefined && i.image !== ''),
    imageKey,
  )
  return instances.map(i => {
    if (i.program ?? i.stock ?? i.image === '') return i
    const same = known.get(imageKey(i)) ?? []
    const [first] = same
    if (!first?.program || same.some(other => other.program!.key !== first.program!.key)) return i
    const program = startedIn(first.program, i.place, i.container, programs)
    const step = stepAt(first.place, first.container.spot, `image ${i.image} is what ${first.place.fact.name} runs`)
    return program ? { ...i, program, steps: [...i.steps, step] } : i
  })
}

/** Images by name; where one set of manifests runs several tags of a name, these are images of their own. */
const imageKeys = (instances: readonly Instance[]): ((i: Instance) => string) => {
  const nameKey = (i: Instance): string => `${i.place.repo}\n${i.image}`
  const tags = new Map<string, string>()
  const several = new Set<string>()
  for (const i of instances) {
    const inSet = `${nameKey(i)}\n${i.place.variant.id}`
    const written = i.container.image === undefined ? '' : showValue(i.container.image)
    if (tags.has(inSet) && tags.get(inSet) !== written) several.add(nameKey(i))
    tags.set(inSet, written)
  }
  return i => (several.has(nameKey(i)) && i.container.image ? `${nameKey(i)}\n${showValue(i.container.image)}` : nameKey(i))
}

/**
 * What a workload of a chart is called without the name of the release: by the folder of its sub-chart, or by its `instance` label. Only a name
 * that the repository gives a workload elsewhere counts.
 */
export const namesWithoutRelease = (instances: readonly Instance[]): ((i: Instance) => string) => {
  const plain = new Set(instances.filter(i => i.place.variant.kind !== 'helm').map(i => nameIn(i.place.repo, i.place.fact.name)))
  return i => {
    const own = i.place.fact.name
    if (i.place.variant.kind !== 'helm' || plain.has(nameIn(i.place.repo, own))) return own
    return candidates(i).find(name => plain.has(nameIn(i.place.repo, name))) ?? own
  }
}

const nameIn = (repo: string, name: string): string => `${repo}\n${canonicalName(name)}`

const candidates = ({ place }: Instance): string[] => {
  const { name, labels } = place.fact
  const file = place.fact.spot.file ?? place.file
  const chart = /(?:^|\/)charts\/([^/]+)\/templates\/[^/]+$/.exec(file)?.[1]
  const release = Object.hasOwn(labels, 'app.kubernetes.io/instance') ? labels['app.kubernetes.io/instance'] : undefined
  const stripped = release
    ? [
        name.startsWith(`${release}-`) ? name.slice(release.length + 1) : '',
        name.endsWith(`-${release}`) ? name.slice(0, -release.length - 1) : '',
      ]
    : []
  return [...(chart !== undefined && name.includes(chart) ? [chart] : []), ...stripped].filter(n => n !== '')
}

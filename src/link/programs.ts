import { canonicalName } from '../base/names.ts'
import { basename, dirname, isInside, join, sharedDepth, sourceFolders } from '../base/path.ts'
import type { Location, Step } from '../model/evidence.ts'
import type { ContainerFact, DeployableFact, ImageFact, ImageStage } from '../model/manifest.ts'
import { showValue } from '../model/value.ts'
import { byPathIn, type Gathered, groupBy, type Placed, type ProgramRef, spotAt, stepAt } from './gather.ts'
import { imageFamilies } from './image-families.ts'
import { kindByLibrary } from './kinds.ts'
import { imageName, type Stock, stockOf } from './stock.ts'

/** Look-ups of programs by where they lie and what they are called. */
export interface Programs {
  byDockerfile: Map<string, ProgramRef[]>
  byRoot: Map<string, ProgramRef[]>
  /** Programs that start with a file in a folder of their own, by that file. */
  byStart: Map<string, { ref: ProgramRef; order: number }[]>
  byName: Map<string, ProgramRef[]>
  /** By the name that its own configuration gives it. */
  byApplication: Map<string, ProgramRef[]>
  artifacts: Map<string, Gathered['artifacts']>
  images: Map<string, Placed<ImageFact>>
  /** Dockerfiles by what they build, as their folder or ending says. */
  imagesByName: Map<string, Placed<ImageFact>[]>
  /** What images that begin alike are named after. */
  families: Map<string, string>
  /** Folders whose build module is a load generator's. */
  loadFolders: Set<string>
}

/** Which program a container runs, and why that is known. */
export interface Found {
  ref: ProgramRef
  steps: Step[]
}

const at = (repo: string, path: string): string => `${repo}\n${path}`

/** Folder names that say where code lies, not what it is. */
const GENERIC = new Set(
  'src app apps cmd server service services main code source backend api lib internal pkg docker build dist'.split(' '),
)

/** A program's own names: its modules' and main package's last segments, its folder, its main. */
export const programNames = ({ program }: ProgramRef): string[] => {
  const main = program.id.includes('#') ? [basename(program.id.slice(program.id.indexOf('#') + 1))] : []
  const folder = specificFolder(program.root)
  const names = program.names.map(name => name.split(/[/:]/).at(-1)!)
  return [...new Set([...main, ...names, ...(folder === '' ? [] : [folder])].filter(name => name !== '' && !GENERIC.has(name)))]
}

/** The nearest folder name that says what the code is: `billing` for `services/billing/src`. */
export const specificFolder = (root: string): string =>
  root
    .split('/')
    .reverse()
    .find(part => part !== '' && !GENERIC.has(part)) ?? ''

const indexed = (refs: readonly ProgramRef[], keys: (ref: ProgramRef) => string[]): Map<string, ProgramRef[]> => {
  const index = new Map<string, ProgramRef[]>()
  for (const ref of refs)
    for (const key of new Set(keys(ref))) {
      const list = index.get(key)
      if (list) list.push(ref)
      else index.set(key, [ref])
    }
  return index
}

export const indexPrograms = (gathered: Gathered): Programs => ({
  byStart: indexStarts(gathered),
  byDockerfile: indexed(gathered.programs, p => (p.program.dockerfile === undefined ? [] : [at(p.repo, p.program.dockerfile)])),
  byRoot: indexed(gathered.programs, p => [at(p.repo, p.program.root)]),
  byName: indexed(gathered.programs, p => [...programNames(p), ...imageFolders(p)].map(canonicalName)),
  byApplication: indexed(gathered.programs, applicationNames(gathered)),
  artifacts: groupBy(gathered.artifacts, a => imageName(a.fact.image)),
  images: new Map(gathered.images.map(image => [at(image.repo, image.file), image])),
  imagesByName: imagesByName(gathered),
  families: imageFamilies(gathered),
  loadFolders: loadFolders(gathered),
})

const indexStarts = ({ programs }: Gathered): Programs['byStart'] => {
  const inOrder = [...groupBy(programs, p => at(p.repo, p.program.root)).values()].flat()
  const starting = inOrder.map((ref, order) => ({ ref, order })).filter(({ ref }) => startOf(ref).includes('/'))
  return groupBy(starting, ({ ref }) => startOf(ref))
}

/** Folders whose build module is a load generator's. */
const loadFolders = ({ modules }: Gathered): Set<string> =>
  new Set(modules.filter(m => kindByLibrary(m.fact.dependencies.map(d => d.name)) === 'loadgen').map(m => at(m.repo, dirname(m.file))))

/** An image of a load generator's module is one, wherever it is started. */
export const bringsLoad = ({ repo, program }: ProgramRef, { loadFolders }: Programs): boolean =>
  program.root !== '' && loadFolders.has(at(repo, program.root))

const NAME_KEYS = /^(?:spring|dubbo|quarkus|micronaut)\.application\.name$/

const applicationNames = (gathered: Gathered): ((ref: ProgramRef) => string[]) => {
  const named = byPathIn(
    gathered.settings.filter(s => NAME_KEYS.test(s.fact.key) && s.fact.profile === undefined && s.fact.value.is === 'text'),
    s => s.file,
  )
  return ({ repo, program }) =>
    (program.root === '' ? [] : named(repo).under(program.root))
      .map(s => canonicalName(showValue(s.fact.value)))
      .filter(name => name !== '')
}

const imageFolders = ({ program }: ProgramRef): string[] => (program.dockerfile === undefined ? [] : builtNames(program.dockerfile))

/** A Dockerfile's own folder and ending name what it builds: `billing/Dockerfile`, `docker/Dockerfile-billing`. */
const builtNames = (dockerfile: string): string[] => {
  const ending = /(?:^|\/)Dockerfile[-._](.+)$|(?:^|\/)([^/]+)\.[Dd]ockerfile$/.exec(dockerfile)
  return [specificFolder(dirname(dockerfile)), ending?.[1] ?? ending?.[2] ?? ''].filter(name => name !== '')
}

const imagesByName = (gathered: Gathered): Map<string, Placed<ImageFact>[]> => {
  const index = new Map<string, Placed<ImageFact>[]>()
  for (const image of gathered.images)
    for (const name of new Set(builtNames(image.file).map(canonicalName))) {
      const list = index.get(name)
      if (list) list.push(image)
      else index.set(name, [image])
    }
  return index
}

const TEST_PATH =
  /(^|\/)(([^/]*[-_])?tests?|testing|e2e|examples?|samples?|extras?|legacy|deprecated|archive|old|playground|mocks?|\.[^/]+)(\/|$)/i

/** Whether a path lies in a corner that is not the system itself: tests, examples, extras. */
export const isAside = (path: string): boolean => TEST_PATH.test(path)

/** The program of a container, by the strongest evidence that yields one. Build context, artifact, image, name; likeness never. */
export const programOf = (
  place: Placed<DeployableFact>,
  container: ContainerFact,
  programs: Programs,
  mayUseName: boolean,
): Found | undefined => {
  const words = commandWords(container)
  const image = container.image === undefined ? '' : showValue(container.image)
  const built = container.build === undefined ? [] : byContext(place, container.build.context, container.build.dockerfile, programs)
  const says = (text: string): Step[] => [stepAt(place, container.spot, text)]
  const byBuild = pick(built, words, place, programs)
  if (byBuild) return { ref: byBuild, steps: says(`builds ${container.build!.context}`) }
  const name = imageName(image)
  for (const artifact of nearestFirst(artifactsOf(image, name, programs), place)) {
    const ref = pick(byContext(artifact, artifact.fact.context, artifact.fact.dockerfile, programs), words, place, programs)
    if (ref)
      return {
        ref,
        steps: [...says(`image ${name}`), stepAt(artifact, artifact.fact.spot, `image ${name} is built from ${artifact.fact.context}`)],
      }
  }
  const isStore = stockOf(image)?.resource !== undefined
  for (const { source, spot } of container.build || isStore ? [] : container.mounts) {
    const folder = join(dirname(place.file), source)
    const mounted = folder === undefined || folder === '' ? undefined : programs.byRoot.get(at(place.repo, folder))
    // A web server hands out files of code that another image runs, unless it runs scripts itself.
    const isHandedOut = WEB_SERVER.test(name) && mounted?.[0]?.program.language !== 'lua'
    if (mounted?.length === 1 && !isHandedOut) return { ref: mounted[0]!, steps: [stepAt(place, spot, `mounts ${source}`)] }
  }
  const family = container.build ? undefined : programs.families.get(at(place.repo, name))
  for (const alias of [name, ...(family ? [family] : []), ...(mayUseName ? [place.fact.name] : [])]) {
    if (alias === '') continue
    const found = pick(programs.byName.get(canonicalName(alias)) ?? [], words, place, programs)
    const ref = found && alias !== place.fact.name ? commanded(found, words, programs) : found
    if (ref)
      return {
        ref,
        steps: says(
          `${alias === place.fact.name ? 'name' : 'image'} ${alias === family ? name : alias} is the name of ${ref.program.id || 'the repository'}`,
        ),
      }
  }
  const [called, ...others] = mayUseName ? (programs.byApplication.get(canonicalName(place.fact.name)) ?? []) : []
  if (called && others.length === 0 && called.repo === place.repo)
    return { ref: called, steps: says(`${place.fact.name} is what ${called.program.id} calls itself`) }
  const started = container.build ? [] : startedBy(words, programs)
  const ref = pick(started, words, place, programs)
  return ref && { ref, steps: says(`starts ${ref.program.id.replace(/^#|#/, '/').replace(/^\//, '')}`) }
}

/** Programs whose start, with its folder, is among the words of a command. */
const startedBy = (words: ReadonlySet<string>, { byStart }: Programs): ProgramRef[] =>
  [...words]
    .flatMap(word => byStart.get(word) ?? [])
    .sort((a, b) => a.order - b.order)
    .map(s => s.ref)

/** One image may hold several programs: that which a container's own command starts, once another container tells what the image is. */
export const startedIn = (
  ref: ProgramRef,
  place: Placed<unknown>,
  container: ContainerFact,
  programs: Programs,
): ProgramRef | undefined => {
  const { dockerfile } = ref.program
  const same = dockerfile === undefined ? [] : (programs.byDockerfile.get(at(ref.repo, dockerfile)) ?? [])
  const words = commandWords(container)
  return same.length < 2 || words.size === 0 ? ref : pick(same, words, place, programs)
}

/** What builds an image. Where builds give one name to several images, their tags tell them apart. */
const artifactsOf = (image: string, name: string, programs: Programs): Gathered['artifacts'] => {
  const all = programs.artifacts.get(name) ?? []
  const perTag = groupBy(all, a => tagOf(a.fact.image))
  return perTag.size < 2 || new Set(all.map(a => `${a.repo}\n${dirname(a.file)}`)).size < 2 ? all : (perTag.get(tagOf(image)) ?? [])
}

const tagOf = (image: string): string => /:([\w.-]+)$/.exec(image)?.[1] ?? ''

/**
 * The Dockerfile of a container that holds no code of its own (a database with its schema): by build context, artifact, or the name of
 * image and workload.
 */
export const bareImageOf = (place: Placed<DeployableFact>, container: ContainerFact, programs: Programs): Placed<ImageFact> | undefined => {
  const inContext = (from: Placed<unknown>, context: string, dockerfile: string | undefined): Placed<ImageFact> | undefined => {
    for (const folder of [join(dirname(from.file), context), join(context)]) {
      const file = folder === undefined ? undefined : join(folder, dockerfile ?? 'Dockerfile')
      const image = file === undefined ? undefined : programs.images.get(at(from.repo, file))
      if (image) return image
    }
    return undefined
  }
  if (container.build) return inContext(place, container.build.context, container.build.dockerfile)
  const name = imageName(container.image === undefined ? '' : showValue(container.image))
  const written = container.image === undefined ? '' : showValue(container.image)
  for (const artifact of nearestFirst(artifactsOf(written, name, programs), place)) {
    const image = inContext(artifact, artifact.fact.context, artifact.fact.dockerfile)
    if (image) return image
  }
  const family = programs.families.get(at(place.repo, name))
  return [name, ...(family ? [family] : []), place.fact.name].flatMap(n =>
    nearestFirst(programs.imagesByName.get(canonicalName(n)) ?? [], place),
  )[0]
}

const nearestFirst = <T extends Placed<unknown>>(items: readonly T[], place: Placed<unknown>): T[] =>
  [...items].sort((a, b) => nearness(b, place) - nearness(a, place))

/** How near two places are: the same repository counts more than any number of shared folders. */
const nearness = (a: Placed<unknown>, b: Placed<unknown>): number => (a.repo === b.repo ? 1000 + sharedDepth(a.file, b.file) : 0)

const byContext = (place: Placed<unknown>, context: string, dockerfile: string | undefined, programs: Programs): ProgramRef[] => {
  const said = [join(dirname(place.file), context), join(context)].flatMap(folder => (folder === undefined ? [] : sourceFolders(folder)))
  for (const folder of new Set(said)) {
    const files =
      dockerfile === undefined ? [join(folder, 'Dockerfile')] : [join(folder, dockerfile), join(dirname(place.file), dockerfile)]
    for (const file of files) {
      const found = file === undefined ? undefined : programs.byDockerfile.get(at(place.repo, file))
      if (found) return found
    }
    const found = programs.byRoot.get(at(place.repo, folder))
    if (found && (folder !== '' || dockerfile === undefined)) return found
  }
  return []
}

const WEB_SERVER = /^(nginx|httpd|apache2?|caddy|traefik|haproxy|lighttpd)([-_.]|$)/

/** The file that starts one of several programs of a folder, as a word of a command line. */
const startOf = ({ program }: ProgramRef): string =>
  program.id.includes('#') ? canonicalName(program.id.slice(program.id.indexOf('#') + 1).replace(SCRIPT, '')) : ''

const SCRIPT = /\.(py|js|mjs|ts|rb|php|jar|dll|sh|exs?)$/

/** Words of a command line that may name a main program: `./frontend`, `/go/bin/search`, `python worker.py`, with and without folders. */
const commandWords = (container: ContainerFact): Set<string> =>
  new Set(
    [...(container.entrypoint ?? []), ...(container.command ?? []), ...Object.values(container.build?.args ?? {}).map(showValue)]
      .flatMap(part => part.split(/\s+/))
      .flatMap(word => [basename(word), word.replace(/^\.\//, ''), word.replace(/:.*$/, '').replaceAll('.', '/')])
      .map(word => canonicalName(word.replace(SCRIPT, '')))
      .filter(word => word !== ''),
  )

/** One of several candidates: what the command names, then images before bare mains, then the nearest. Undefined when a tie remains. */
const pick = (
  candidates: readonly ProgramRef[],
  words: Set<string>,
  place: Placed<unknown>,
  programs: Programs,
): ProgramRef | undefined => {
  let left = [...candidates]
  const narrow = (keep: (ref: ProgramRef) => boolean): void => {
    const kept = left.filter(keep)
    if (kept.length > 0) left = kept
  }
  narrow(ref => ref.repo === place.repo)
  if (left.length > 1) narrow(ref => words.has(startOf(ref)))
  if (left.length > 1) narrow(ref => [...programNames(ref)].some(name => words.has(canonicalName(name))))
  if (left.length > 1) narrow(ref => isBuiltBy(ref, programs))
  if (left.length > 1) narrow(ref => ref.program.by === 'image')
  if (left.length > 1) narrow(ref => !isAside(ref.program.root))
  if (left.length > 1) {
    const best = Math.max(...left.map(ref => sharedDepth(ref.program.root, place.file)))
    narrow(ref => sharedDepth(ref.program.root, place.file) === best)
  }
  const roots = new Set(left.map(ref => ref.program.root))
  return left.length === 1 || (left.length > 1 && roots.size === 1 && left[0]!.program.id === left[0]!.program.root) ? left[0] : undefined
}

/** Of programs that one Dockerfile builds, the one that the command names; else the one that the image is named after. */
const commanded = (ref: ProgramRef, words: ReadonlySet<string>, programs: Programs): ProgramRef => {
  const { dockerfile } = ref.program
  const same = dockerfile === undefined || words.size === 0 ? [] : (programs.byDockerfile.get(at(ref.repo, dockerfile)) ?? [])
  const [named, ...others] = same.filter(other => isInside(other.program.root, ref.program.root) && isNamedLast(other, words))
  return named && others.length === 0 ? named : ref
}

/** A word of the command ends with the program's own folder: `/bin/office-importer` of `cmd/importer`. */
const isNamedLast = ({ program }: ProgramRef, words: ReadonlySet<string>): boolean => {
  const name = canonicalName(specificFolder(program.root))
  return name.length >= 4 && [...words].some(word => word.endsWith(name))
}

/** The image's own build names this main: `go build … ./cmd/billing`. */
const isBuiltBy = (ref: ProgramRef, programs: Programs): boolean => {
  const { main, dockerfile } = ref.program
  const image = dockerfile === undefined ? undefined : programs.images.get(at(ref.repo, dockerfile))
  if (!image || main === undefined) return false
  const folder = dirname(main.file)
  const lines = image.fact.stages.flatMap(stage => [
    ...stage.runs.map(run => run.text),
    ...(stage.entrypoint ?? []),
    ...(stage.command ?? []),
  ])
  return lines.some(line => line.split(/\s+/).some(word => isInside(main.file, join(word) ?? '-') && (join(word) ?? '') === folder))
}

/** The Dockerfile of a program, as far as it was read. */
export const imageOf = (ref: ProgramRef, programs: Programs): Placed<ImageFact> | undefined =>
  ref.program.dockerfile === undefined ? undefined : programs.images.get(at(ref.repo, ref.program.dockerfile))

/** The stages that make up an image: its last one and those it is based on, last first. */
export const stagesOf = (image: ImageFact): ImageStage[] => {
  const chain: ImageStage[] = []
  let stage = image.stages.at(-1)
  while (stage && !chain.includes(stage)) {
    chain.push(stage)
    const from = showValue(stage.from).toLowerCase()
    stage = image.stages.find(other => other.as?.toLowerCase() === from)
  }
  return chain
}

/** What a Dockerfile's last stage is based on, if that is a well-known image: a database with its schema is still a database. */
export const stockBase = (image: Placed<ImageFact>): { stock: Stock; at: Location; from: string } | undefined => {
  const last = stagesOf(image.fact).at(-1)
  if (!last) return undefined
  const from = showValue(last.from)
  const stock = stockOf(from)
  return stock && !stock.base && !stock.helper ? { stock, at: spotAt(image, last.spot), from } : undefined
}

// What bench/scale.mjs measures: linking of N fragments in a process of its own, and a cold scan with and without reading on demand.
import { analyse, analyseOnDemand } from '../src/analyse/analyse.ts'
import { link } from '../src/link/link.ts'
import type { Fragment } from '../src/model/fragment.ts'
import { scan } from '../src/read/scan.ts'
import { memoryTree } from '../src/read/tree.ts'
import { openTree } from '../src/read/tree-open.ts'
import { calleesOf, filesOf, nameOf } from './estate.mjs'

const options = { links: {}, external: {}, publicContracts: [] }
const LANGUAGES = 5
const HOLES = { own: 'holeown', before: 'holebefore', calls: ['holeone', 'holetwo', 'holethree'] }

/** One service of each language, analysed; its names are holes. */
const patterns = async (): Promise<string[]> =>
  Promise.all(
    Array.from({ length: LANGUAGES }, async (_, k) => {
      const files = Object.fromEntries(Object.entries(filesOf(k, HOLES)).map(([path, content]) => [`services/holeown/${path}`, content]))
      return JSON.stringify(analyse(await scan(memoryTree(files), { workers: 0 })))
    }),
  )

const spelled = (pattern: string, k: number, n: number): Fragment => {
  const [one, two, three] = calleesOf(k, n).map(nameOf)
  const names: Record<string, string> = { own: nameOf(k), before: nameOf(k - 1), one: one!, two: two ?? one!, three: three ?? one! }
  const of = (hole: string): string => names[hole.toLowerCase()]!
  return JSON.parse(
    pattern
      .replace(/hole(own|before|one|two|three)/g, (_, hole: string) => of(hole))
      .replace(/HOLE(OWN|BEFORE|ONE|TWO|THREE)/g, (_, hole: string) => of(hole).toUpperCase())
      .replace(/Hole(own|before|one|two|three)/g, (_, hole: string) => of(hole).replace(/^./, c => c.toUpperCase()))
      .replace('"repo":"memory"', `"repo":"${nameOf(k)}"`),
  ) as Fragment
}

const linking = async (n: number): Promise<unknown> => {
  const made = await patterns()
  const fragments = Array.from({ length: n }, (_, k) => spelled(made[k % LANGUAGES]!, k, n))
  const started = process.cpuUsage()
  const model = link(fragments, options)
  const { user, system } = process.cpuUsage(started)
  const facts = fragments.reduce((sum, f) => sum + f.effects.length + f.documents.reduce((all, d) => all + d.facts.length, 0), 0)
  return {
    ms: (user + system) / 1000,
    megabytes: process.memoryUsage().rss / 1048576,
    facts,
    services: model.services.length,
    interactions: model.interactions.length,
  }
}

const mapping = async (path: string, revision: string, onDemand: boolean): Promise<unknown> => {
  const tree = await openTree(path, revision)
  const started = performance.now()
  const scanned = await scan(tree, { onDemand })
  const fragment = await analyseOnDemand(scanned)
  scanned.demand.close()
  tree.close()
  const model = link([fragment], options)
  return {
    ms: performance.now() - started,
    skipped: fragment.coverage.skipped,
    edges: model.interactions.map(i => i.id),
    nodes: [...model.services, ...model.resources].map(n => n.id),
  }
}

/** Reading alone: until everything that programs reach is there. */
const scanning = async (path: string, revision: string, isAlone: boolean): Promise<unknown> => {
  const tree = await openTree(path, revision)
  const scanned = await scan(tree, { onDemand: true, ...(isAlone ? { workers: 0 } : {}) })
  const { reach } = await import('../src/analyse/analyse.ts')
  await reach(scanned)
  scanned.demand.close()
  tree.close()
  return scanned.coverage
}

const [what, ...args] = process.argv.slice(2)
const answer =
  what === 'link'
    ? await linking(Number(args[0]))
    : what === 'scan'
      ? await scanning(args[0]!, args[1]!, args[2] === 'alone')
      : await mapping(args[0]!, args[1]!, what === 'on-demand')
console.log(JSON.stringify(answer))

import { type AnalyseOptions, analyseOnDemand, infrastructureOf } from '../analyse/analyse.ts'
import { dirname, isInside } from '../base/path.ts'
import type { Document, Fragment } from '../model/fragment.ts'
import type { Scan } from '../model/scan.ts'
import { infrastructureDocuments } from '../read/infrastructure.ts'

/** The fragment of a scan: first what programs declare as infrastructure, as documents beside the others. */
export const analysed = async (scanned: Scan, options: AnalyseOptions): Promise<Fragment> => {
  const { declared, problems } = await infrastructureOf(scanned, options)
  if (declared.length + problems.length === 0) return analyseOnDemand(scanned, options)
  const made = await infrastructureDocuments(scanned, declared)
  const kept = withoutCopies(scanned.documents, made.documents)
  scanned.documents.splice(0, scanned.documents.length, ...kept, ...made.documents)
  const fragment = await analyseOnDemand(scanned, options)
  return { ...fragment, problems: [...fragment.problems, ...problems, ...made.problems] }
}

/** Templates that a program was synthesized to, and that lie beside it, say again what it says, under other names. */
const withoutCopies = (documents: readonly Document[], made: readonly Document[]): Document[] => {
  const homes = made.filter(d => d.variant.kind === 'cdk').map(d => dirname(d.variant.root))
  const synthesized = new Set(documents.flatMap(d => (d.facts.some(f => f.says === 'template' && f.isSynthesized) ? [d.file] : [])))
  const isCopy = ({ variant }: Document): boolean =>
    variant.kind === 'cloudformation' && synthesized.has(variant.root) && homes.some(home => isInside(variant.root, home))
  return documents.filter(d => !isCopy(d))
}

import { type AnalyseOptions, analyse } from '../../src/analyse/analyse.ts'
import type { Fragment } from '../../src/model/fragment.ts'
import { showValue } from '../../src/model/value.ts'
import { scan } from '../../src/read/scan.ts'
import { memoryTree } from '../../src/read/tree.ts'

/** The fragment of files given by path. */
export const analysed = async (files: Record<string, string>, options: AnalyseOptions = {}): Promise<Fragment> =>
  analyse(await scan(memoryTree(files), { workers: 0 }), options)

/** `protocol target operation` of every call, sorted, without places. */
export const calls = async (files: Record<string, string>, options: AnalyseOptions = {}): Promise<string[]> => {
  const { effects } = await analysed(files, options)
  return [
    ...new Set(
      effects.filter(e => e.does === 'call').map(e => `${e.protocol} ${showValue(e.target)} ${e.operation ? showValue(e.operation) : ''}`),
    ),
  ].sort()
}

/** `protocol operation` of everything served. */
export const served = async (files: Record<string, string>): Promise<string[]> => {
  const { effects } = await analysed(files)
  return [...new Set(effects.filter(e => e.does === 'serve').map(e => `${e.protocol} ${e.operation ? showValue(e.operation) : ''}`))].sort()
}

/** `side access path` of what an operation's calls and handlers use, sorted, without places; tolerance where there is any. */
export const usesOf = async (files: Record<string, string>, operation: string, does?: string): Promise<string[]> => {
  const { effects } = await analysed(files)
  const found = effects.filter(e => e.operation?.is === 'text' && e.operation.text === operation && (does === undefined || e.does === does))
  const shown = found.flatMap(e =>
    e.uses.map(u => `${u.side} ${u.access} ${u.path.join('.')}${u.tolerance === 'strict' ? '' : ` ${u.tolerance}`}`),
  )
  return [...new Set(shown)].sort()
}

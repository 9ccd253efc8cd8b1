import { entityPath } from '../model/entity.ts'
import type { Document } from '../model/fragment.ts'
import type { EntityFact } from '../model/manifest.ts'
import type { Scan } from '../model/scan.ts'

/** Documents whose entities say which of the files that they name are not in the tree. */
export const withGoneFiles = ({ documents, paths, repo }: Pick<Scan, 'documents' | 'paths' | 'repo'>): Document[] => {
  if (!documents.some(d => d.facts.some(f => f.says === 'entity' && f.files.length > 0))) return documents
  const known = new Set(['', ...paths.flatMap(withFolders)])
  const marked = (fact: EntityFact, file: string): EntityFact => ({
    ...fact,
    files: fact.files.map(named => {
      const path = entityPath(named, file, repo)
      return path === undefined || path.includes('*') || known.has(path) ? named : { ...named, gone: true }
    }),
  })
  return documents.map(d => ({ ...d, facts: d.facts.map(f => (f.says === 'entity' ? marked(f, d.file) : f)) }))
}

const withFolders = (path: string): string[] => {
  const found = [path]
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) found.push(path.slice(0, end))
  return found
}

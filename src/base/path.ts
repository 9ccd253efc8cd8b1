/** Paths of a tree: relative, `/`, no leading `./`; `''` is the root. */

/** Folder of a path; `''` for a file at the root. */
export const dirname = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

export const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Joins and normalises. Undefined when the result leaves the tree. */
export const join = (...parts: string[]): string | undefined => {
  const out: string[] = []
  for (const part of parts.join('/').split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') out.push(part)
    else if (out.pop() === undefined) return undefined
  }
  return out.join('/')
}

/** Whether `path` is `folder` or lies below it. */
export const isInside = (path: string, folder: string): boolean => folder === '' || path === folder || path.startsWith(`${folder}/`)

/** Number of folders above a path. */
export const depth = (path: string): number => (path === '' ? 0 : path.split('/').length)

/** Number of leading folders two paths share: the measure of nearness. */
export const sharedDepth = (a: string, b: string): number => {
  const x = a.split('/')
  const y = b.split('/')
  let n = 0
  while (n < x.length && n < y.length && x[n] === y[n]) n++
  return n
}

/** A path from one folder to another; `.` for the folder itself. */
export const relative = (from: string, to: string): string => {
  const a = from === '' ? [] : from.split('/')
  const b = to === '' ? [] : to.split('/')
  let shared = 0
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++
  return [...a.slice(shared).map(() => '..'), ...b.slice(shared)].join('/') || '.'
}

const BUILT = /^(.*?)\/?(?:^|\/)(?:dist|build|out|bin|target|publish|\.build|\.serverless|\.aws-sam|\.webpack|cdk\.out)(?:\/(.*))?$/

/**
 * Folders that what lies in a folder may be built from, itself first: what build tools leave beside the sources (`billing/dist`) is built from
 * the folder around it, or from what is called alike there.
 */
export const sourceFolders = (folder: string): string[] => {
  const built = BUILT.exec(folder)
  if (!built) return [folder]
  const [, around = '', rest = ''] = built
  const alike = rest === '' ? [] : [join(around, 'src', rest), join(around, rest)]
  return [...new Set([folder, ...alike, ...(around === '' ? [] : [around])])].filter(f => f !== undefined)
}

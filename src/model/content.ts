import type { SystemModel } from './system.ts'

/** What a model says, whichever revision it was made of. */
export type Content = Omit<SystemModel, 'revisions'>

/** Whether two models are known to say the same: they are made of the same parts, whichever revisions they are of. */
export const isSameContent = (a: SystemModel, b: SystemModel): boolean => {
  const names = (Object.keys(a) as (keyof SystemModel)[]).filter(name => name !== 'revisions')
  return names.length === Object.keys(b).length - 1 && names.every(name => a[name] === b[name])
}

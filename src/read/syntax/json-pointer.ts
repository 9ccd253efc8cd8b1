import { at, type DataNode } from './node.ts'

/** A key as a step of a JSON pointer (RFC 6901). */
export const escapeStep = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

export const unescapeStep = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~')

/** A step of a pointer in a reference's fragment: percent-encoded, or taken as it stands where it is not. */
export const stepOfReference = (step: string): string => {
  try {
    return unescapeStep(decodeURIComponent(step))
  } catch {
    return unescapeStep(step)
  }
}

/** What a reference's pointer (`/components/schemas/Seat`) points to. */
export const pointed = (root: DataNode, pointer: string): DataNode | undefined => {
  let here: DataNode | undefined = root
  for (const step of pointer.split('/').slice(1)) here = here?.is === 'list' ? here.items[Number(step)] : at(here, stepOfReference(step))
  return here
}

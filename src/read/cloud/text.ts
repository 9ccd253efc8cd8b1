import type { Placed } from '../syntax/placed.ts'
import { notKnown } from './document.ts'

/** Texts of a cloud document as renderers compose them: plain, with references, with what is not known. */

const PART = /\$\$\{|\$\{([^{}$]{0,400})\}/g

/** What a text says, where it holds neither references nor anything unknown. */
export const plainText = (text: string): string | undefined => {
  let isPlain = true
  const plain = text.replace(PART, whole => {
    if (whole === '$${') return '${'
    isPlain = false
    return whole
  })
  return isPlain ? plain : undefined
}

/** What a node says as plain text. */
export const plainTextOf = (node: Placed | undefined): string | undefined => {
  if (node?.is !== 'scalar' || node.value === null) return undefined
  return typeof node.value === 'string' ? plainText(node.value) : (node.text ?? String(node.value))
}

/** A name under which documents find each other, with `*` for what each of them fills in by itself. */
export const namePattern = (text: string): string =>
  text
    .replace(PART, whole => (whole === '$${' ? '${' : '*'))
    .replace(/[{}$]/g, '')
    .replace(/\*{2,}/g, '*')

/** A value that another document, or the cloud, keeps under a name. */
export const keptElsewhere = (where: 'parameter' | 'secret' | 'export', name: string): string => {
  const pattern = namePattern(name).slice(0, 300)
  return /[^*]/.test(pattern) ? `\${${where}:${pattern}}` : notKnown(`the name of this ${where} is not told`)
}

/** Characters of one text: what is put together from others may double with every step. */
export const MAX_TEXT = 100_000

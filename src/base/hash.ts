import { createHash } from 'node:crypto'

/** SHA-256, hex. */
export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** The first 16 hex digits of SHA-256: for keys and fingerprints that people may see. */
export const shortHash = (content: string | Uint8Array): string => sha256(content).slice(0, 16)

/** A number for a text that is only compared for equality: 53 bits, far quicker than SHA-256, and not safe against whoever wants a collision. */
export const quickHash = (text: string): number => {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (low & 0x1fffff) * 2 ** 32 + (high >>> 0)
}

import type { Protocol } from '../../model/fragment.ts'
import type { ChannelGives, Gives, LibraryRow, Place } from '../rows.ts'

type Written = readonly [path: string, target: Place, topic?: Place | undefined, more?: Partial<ChannelGives>]
type When = LibraryRow['when']

/** Short forms for the tables of one language, where most rows differ in little more than path and places. */
export const channelRows = (language: string) => {
  const rows =
    (effect: ChannelGives['effect']) =>
    (protocol: Protocol, ...all: readonly Written[]): LibraryRow[] =>
      all.map(([path, target, topic, more]) => ({
        language,
        when: path.startsWith('new ') ? 'new' : 'call',
        path: path.replace(/^new /, ''),
        gives: { effect, protocol, target, ...(topic === undefined ? {} : { topic }), ...more },
      }))
  return {
    store: rows('store'),
    publish: rows('publish'),
    consume: rows('consume'),
    row: (when: When, path: string, gives: Gives): LibraryRow => ({ language, when, path, gives }),
  }
}

/** Lower case without separators: `BILLING_SERVICE_ADDR`, `billing-service.addr` and `billingServiceAddr` are one name. */
export const canonicalName = (name: string): string => name.toLowerCase().replace(/[-_.:\s]/g, '')

/** Sorts by code units: the one order that does not depend on a locale. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A comparator over a text key. */
export const by =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    byText(key(a), key(b))

/** A sorted copy by a text key that is made once for each item. */
export const sortedBy = <T>(items: readonly T[], key: (item: T) => string): T[] =>
  items
    .map(item => ({ item, key: key(item) }))
    .sort((a, b) => byText(a.key, b.key))
    .map(entry => entry.item)

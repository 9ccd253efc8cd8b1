// What bench/fuzz.mjs runs: the same cases as test/fuzz.test.ts, bundled on the spot.
export { readers, renderers } from '../src/read/readers.ts'
export { randomOf, readerSubject, rendererSubject } from '../test/support/fuzz.ts'
export { fixtureFiles } from '../test/support/reader-fixtures.ts'

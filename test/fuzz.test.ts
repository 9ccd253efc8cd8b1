import { describe, expect, it } from 'vitest'
import { readers, renderers } from '../src/read/readers.ts'
import { randomOf, readerSubject, rendererSubject, type Subject } from './support/fuzz.ts'
import { fixtureFiles, projectRoot } from './support/reader-fixtures.ts'

/** `bench/fuzz.mjs` runs the same cases by the thousand, against the clock. */
const CASES = 200

const subjects: Subject[] = [
  ...readers.map(reader => readerSubject(reader, fixtureFiles(reader, projectRoot))),
  ...renderers.map(renderer => rendererSubject(renderer, fixtureFiles(renderer, projectRoot))),
]

describe('changed, cut and random files', () => {
  it.each(subjects.map(subject => [subject.name, subject] as const))('%s', async (name, subject) => {
    for (let index = 0; index < CASES; index++) {
      const files = subject.make(randomOf(name, 1, index))
      expect(await subject.run(files), `case ${index}: node bench/fuzz.mjs --only ${name} --at ${index}`).toEqual([])
    }
  })

  it('makes the same case from the same seed', () => {
    for (const subject of subjects) expect(subject.make(randomOf(subject.name, 7, 3))).toEqual(subject.make(randomOf(subject.name, 7, 3)))
  })

  it('sees a place outside the file', async () => {
    const made = (line: number) =>
      readerSubject(
        { name: 'x', version: 1, wants: () => true, read: () => ({ problems: [{ code: 'c', message: 'm', severity: 'error', line }] }) },
        [],
      )
    expect(await made(1).run([{ path: 'x', bytes: Buffer.from('a') }])).toEqual([])
    expect(await made(2).run([{ path: 'x', bytes: Buffer.from('a') }])).toHaveLength(1)
  })
})

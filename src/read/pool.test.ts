import { afterEach, describe, expect, it } from 'vitest'
import { type Answer, Pool } from './pool.ts'

/** A worker that does as the file's path says. */
const entry = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', ({ path, bytes, readers }) => {
      if (path === 'hangs') for (;;);
      if (path === 'throws') throw new Error('boom')
      if (path === 'exits') process.exit(3)
      if (path === 'eats') { const all = []; for (;;) all.push(new Array(1e4).fill({ path })) }
      const json = new TextEncoder().encode(JSON.stringify({ problems: [], path }))
      parentPort.postMessage({ index: { size: bytes.length, readers, ran: true, problems: [] }, json }, [json.buffer])
    })
    parentPort.postMessage('ready')`)}`,
)

let pool: Pool
afterEach(() => pool.close())

const ask = (paths: string[]): Promise<Answer[]> =>
  Promise.all(paths.map(path => pool.read({ path, bytes: new Uint8Array(3), readers: ['x'] })))

const pathsOf = (answers: Answer[]): (string | undefined)[] =>
  answers.map(a => (a.json ? JSON.parse(new TextDecoder().decode(a.json)).path : a.index.problems[0]?.message))

describe('the pool', () => {
  it('gives every file its own answer', async () => {
    pool = new Pool(2, { entry })
    const paths = Array.from({ length: 50 }, (_, i) => `f${i}`)
    expect(pathsOf(await ask(paths))).toEqual(paths)
  })

  it.each([
    ['hangs', /more than 1 s/],
    ['throws', /boom/],
    ['exits', /ended/],
    ['eats', /memory/],
  ])('a worker that %s costs one file', async (path, message) => {
    pool = new Pool(2, { entry, fileTime: path === 'eats' ? 30_000 : 1000, memoryMb: 32 })
    const answers = await ask(['a', path, 'b', 'c', 'd'])
    const shown = pathsOf(answers)
    expect(shown[1]).toMatch(message)
    expect(answers[1]!.index).toMatchObject({ failed: true, size: 3 })
    expect([shown[0], ...shown.slice(2)]).toEqual(['a', 'b', 'c', 'd'])
  })

  it('gives up when every file kills its worker', async () => {
    pool = new Pool(2, { entry, fileTime: 10_000 })
    const answers = await ask(Array.from({ length: 60 }, () => 'exits'))
    expect(answers.every(a => a.index.failed)).toBe(true)
  })
})

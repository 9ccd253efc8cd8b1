import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { FileIndex } from './run.ts'

export interface Question {
  path: string
  bytes: Uint8Array
  /** Names of the readers that want the file. */
  readers: string[]
}

/** What reading gave: the index part, and the facts as JSON. */
export interface Answer {
  index: FileIndex
  json?: Uint8Array
}

/** What a worker says: that it can begin, or an answer, in the order of the questions. */
export type Message = 'ready' | Answer

interface Asked {
  question: Question
  done: (answer: Answer) => void
}

/** One file may take this long, in milliseconds. */
const FILE_TIME = 10_000
/** Files that a worker has before it: the one it reads, and the next. */
const DEPTH = 2
const MEMORY_MB = 1024
/** So many workers may die before the rest of the files is given up. */
const DEATHS = 20

/** Where the built worker lies: beside this file or above it. Sources that are run unbuilt have none. */
const builtWorker = (): URL | undefined =>
  ['./worker.js', '../worker.js'].map(place => new URL(place, import.meta.url)).find(url => existsSync(fileURLToPath(url)))

/** How many workers can help: one a core; none where there is no built worker. */
export const possibleWorkers = (): number => (builtWorker() ? availableParallelism() : 0)

/** Reads files in worker threads. A worker that dies or hangs costs the file it was at, and is replaced. */
export class Pool {
  readonly #entry: URL
  readonly #fileTime: number
  readonly #memory: number
  readonly #members: Member[]
  readonly #waiting: Asked[] = []
  #deaths = 0

  constructor(count: number, options: { entry?: URL; fileTime?: number; memoryMb?: number } = {}) {
    const entry = options.entry ?? builtWorker()
    if (!entry) throw new Error('there is no built worker')
    this.#entry = entry
    this.#fileTime = options.fileTime ?? FILE_TIME
    this.#memory = options.memoryMb ?? MEMORY_MB
    this.#members = Array.from({ length: count }, () => new Member())
  }

  read(question: Question): Promise<Answer> {
    return new Promise(done => {
      this.#waiting.push({ question, done })
      this.#hand()
    })
  }

  /** More is to be read than was known: at least so many workers. */
  grow(count: number): void {
    while (this.#members.length < count) this.#members.push(new Member())
  }

  close(): void {
    for (const member of this.#members) member.end()
  }

  /** Gives waiting files to the members that have least to do. */
  #hand(): void {
    while (this.#waiting.length > 0) {
      const member = this.#members.reduce((least, m) => (m.queue.length < least.queue.length ? m : least))
      if (member.queue.length >= DEPTH) return
      if (this.#deaths > DEATHS) {
        const { question, done } = this.#waiting.shift()!
        done(lost(question, 'too many files before it could not be read'))
        continue
      }
      const asked = this.#waiting.shift()!
      member.queue.push(asked)
      const worker = member.worker ?? this.#start(member)
      worker.postMessage(asked.question)
      if (member.queue.length === 1 && member.isReady) this.#watch(member)
    }
  }

  #start(member: Member): Worker {
    const worker = new Worker(this.#entry, { resourceLimits: { maxOldGenerationSizeMb: this.#memory }, stdout: false, stderr: false })
    let reason = 'the reading thread ended'
    worker.on('message', (message: Message) => {
      if (member.worker !== worker) return
      if (message !== 'ready') member.queue.shift()?.done(message)
      member.isReady = true
      this.#watch(member)
      this.#hand()
    })
    worker.on('error', error => {
      reason =
        'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? `it needs more than ${this.#memory} MB of memory` : error.message
    })
    worker.on('exit', () => this.#died(member, worker, reason))
    member.worker = worker
    member.isReady = false
    return worker
  }

  #watch(member: Member): void {
    clearTimeout(member.timer)
    const { worker } = member
    if (member.queue.length === 0 || !worker) return
    member.timer = setTimeout(() => {
      this.#died(member, worker, `it takes more than ${this.#fileTime / 1000} s`)
      void worker.terminate()
    }, this.#fileTime)
  }

  #died(member: Member, worker: Worker, reason: string): void {
    if (member.worker !== worker) return
    this.#deaths++
    clearTimeout(member.timer)
    member.worker = undefined
    const [first, ...others] = member.queue.splice(0)
    this.#waiting.unshift(...others)
    first?.done(lost(first.question, reason))
    this.#hand()
  }
}

class Member {
  worker: Worker | undefined
  /** The time of a file does not hold the worker's own start. */
  isReady = false
  timer: NodeJS.Timeout | undefined
  readonly queue: Asked[] = []

  end(): void {
    clearTimeout(this.timer)
    const { worker } = this
    this.worker = undefined
    void worker?.terminate()
  }
}

const lost = ({ bytes }: Question, reason: string): Answer => ({
  index: {
    size: bytes.length,
    readers: [],
    ran: true,
    failed: true,
    problems: [
      {
        code: 'read/failed',
        message: `The file could not be read: ${reason.split('\n')[0]}. What it says is missing from the map.`,
        severity: 'error',
        line: 1,
      },
    ],
  },
})

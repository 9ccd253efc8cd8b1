import { spawn } from 'node:child_process'

/** One object, or why it is not there. `bytes` is absent where it is larger than the limit. */
export type ObjectAnswer = { id: string; size: number; bytes?: Buffer } | { missing: string }

interface Waiting {
  name: string
  limit: number
  done: (answer: ObjectAnswer) => void
}

/** How often git is started again after an object it died of. */
const DEATHS = 50

/** What keeps a process from ending while an answer is due. */
interface Held {
  ref(): void
  unref(): void
}

/**
 * One long-lived `git cat-file --batch`: answers come in the order of the questions. It is started by the first question, lets the process
 * end while none is open, and ends itself when the last of its users has left.
 */
export class ObjectReader {
  readonly #folder: string
  readonly #env: NodeJS.ProcessEnv
  #child: ReturnType<typeof spawn> | undefined
  #users = 0
  #unasked = ''
  #waiting: Waiting[] = []
  #chunks: Buffer[] = []
  #have = 0
  #open: { id: string; size: number; skip: boolean; read: number } | undefined
  #deaths = 0

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder
    this.#env = env
  }

  enter(): void {
    this.#users++
  }

  leave(): void {
    if (--this.#users > 0) return
    this.#flush()
    this.#child?.stdin?.end()
    this.#child = undefined
  }

  /** An object by its id, or by any name git knows. A missing object, or git ending early, is an answer, never a throw. */
  read(name: string, limit: number): Promise<ObjectAnswer> {
    return new Promise(done => {
      const child = this.#start()
      if (this.#waiting.length === 0) hold(child, 'ref')
      this.#waiting.push({ name, limit, done })
      this.#ask(name)
    })
  }

  /** Questions of one moment go to git together: a write costs more than an answer. */
  #ask(name: string): void {
    if (this.#unasked === '') process.nextTick(() => this.#flush())
    this.#unasked += `${name}\n`
  }

  #flush(): void {
    const questions = this.#unasked
    this.#unasked = ''
    this.#child?.stdin?.write(questions)
  }

  #answer(answer: ObjectAnswer): void {
    this.#waiting.shift()!.done(answer)
    if (this.#waiting.length === 0 && this.#child) hold(this.#child, 'unref')
  }

  #start() {
    if (this.#child) return this.#child
    const child = spawn('git', ['cat-file', '--batch'], {
      cwd: this.#folder,
      env: this.#env,
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    })
    child.stdout!.on('data', (chunk: Buffer) => this.#take(chunk))
    child.stdin!.on('error', () => {})
    child.on('error', () => this.#ended(child))
    child.on('close', () => this.#ended(child))
    this.#child = child
    return child
  }

  /** Git ended while questions were open: the first of them is the one it could not answer; the others are asked again. */
  #ended(child: object): void {
    if (this.#child !== child) return
    this.#child = undefined
    this.#chunks = []
    this.#have = 0
    this.#open = undefined
    this.#deaths++
    const lost = this.#waiting.splice(0, this.#deaths > DEATHS ? this.#waiting.length : 1)
    for (const { done } of lost) done({ missing: 'git could not read it' })
    this.#unasked = ''
    if (this.#waiting.length > 0) this.#start()
    for (const { name } of this.#waiting) this.#ask(name)
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#have += chunk.length
    while (this.#waiting.length > 0 && (this.#open ? this.#body() : this.#header()));
  }

  #header(): boolean {
    const all = this.#joined()
    const end = all.indexOf(10)
    if (end < 0) return false
    const line = all.toString('latin1', 0, end)
    this.#keep(all.subarray(end + 1))
    const size = / (?:blob|tree|commit|tag) (\d+)$/.exec(line)?.[1]
    if (size === undefined) this.#answer({ missing: line.split(' ').at(-1)! })
    else this.#open = { id: line.slice(0, line.indexOf(' ')), size: Number(size), skip: Number(size) > this.#waiting[0]!.limit, read: 0 }
    return true
  }

  /** A body ends with one line feed. Bodies beyond the limit are thrown away as they come. */
  #body(): boolean {
    const open = this.#open!
    if (open.skip && this.#have > 0) {
      const all = this.#joined()
      const part = Math.min(all.length, open.size + 1 - open.read)
      open.read += part
      this.#keep(all.subarray(part))
      if (open.read <= open.size) return false
    } else if (this.#have < open.size + 1) return false
    this.#open = undefined
    if (open.skip) this.#answer({ id: open.id, size: open.size })
    else {
      const all = this.#joined()
      this.#keep(all.subarray(open.size + 1))
      this.#answer({ id: open.id, size: open.size, bytes: all.subarray(0, open.size) })
    }
    return true
  }

  #joined(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length > 0 ? [rest] : []
    this.#have = rest.length
  }
}

const hold = (child: ReturnType<typeof spawn>, how: 'ref' | 'unref'): void => {
  for (const held of [child, child.stdin, child.stdout] as unknown as Held[]) held[how]()
}

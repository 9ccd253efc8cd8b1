import { dirname } from '../base/path.ts'
import type { ProgramRef } from './gather.ts'

/** Programs of one repository by their folders. */
export class Roots {
  readonly #keys = new Set<string>()
  readonly #byRoot = new Map<string, ProgramRef[]>()
  readonly #byFolder = new Map<string, ProgramRef[]>()
  /** Folders around the folder of any program. */
  readonly #around = new Set<string>()

  constructor(programs: Iterable<ProgramRef>) {
    for (const ref of programs) this.add(ref)
  }

  get size(): number {
    return this.#keys.size
  }

  add(ref: ProgramRef): void {
    const { root } = ref.program
    this.#keys.add(ref.key)
    push(this.#byRoot, root, ref)
    push(this.#byFolder, dirname(root), ref)
    for (const folder of foldersAround(root)) this.#around.add(folder)
  }

  /** Whether a program is one of them, a part of one (the repository as a whole has none), or has one as its part. */
  overlap({ key, program: { root } }: ProgramRef): boolean {
    if (this.#keys.has(key) || this.#around.has(root)) return true
    if ((this.#byRoot.get(root) ?? []).some(other => !other.program.id.includes('#'))) return true
    return foldersAround(root).some(folder => folder !== '' && this.#byRoot.has(folder))
  }

  /** Programs whose folder lies in the same folder. */
  beside({ program: { root } }: ProgramRef): ProgramRef[] {
    return (this.#byFolder.get(dirname(root)) ?? []).filter(other => other.program.root !== root)
  }
}

const push = (index: Map<string, ProgramRef[]>, key: string, ref: ProgramRef): void => {
  const list = index.get(key)
  if (list) list.push(ref)
  else index.set(key, [ref])
}

const foldersAround = (path: string): string[] => {
  const found: string[] = []
  for (let at = path; at !== ''; at = dirname(at)) found.push(dirname(at))
  return found
}

import { basename, isInside } from '../base/path.ts'
import type { PageFact } from '../model/manifest.ts'

export interface PageFile {
  file: string
  fact: PageFact
}

/** The pages that lie with a program, by the names under which code asks for them. */
export class Pages {
  readonly all: readonly PageFile[]

  constructor(all: readonly PageFile[], root: string) {
    this.all = all.filter(p => isInside(p.file, root))
  }

  /** `cart/view`, `view.html`, or what a file defines. */
  named(name: string): readonly PageFile[] {
    const bare = name.replace(/^\/+/, '')
    const defined = this.all.filter(p => p.fact.name === name)
    if (defined.length > 0) return defined
    return this.all.filter(
      p => p.fact.name === undefined && (isTail(p.file, bare) || isTail(p.file.slice(0, -extension(p.file).length), bare)),
    )
  }
}

const isTail = (path: string, name: string): boolean => path === name || path.endsWith(`/${name}`)
const extension = (path: string): string => /\.[^./]+$/.exec(basename(path))?.[0] ?? ''

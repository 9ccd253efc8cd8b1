import { sha256 } from '../base/hash.ts'
import { canonicalJson } from '../base/json.ts'
import { by } from '../base/names.ts'
import { sharing } from '../base/sharing.ts'
import type { Content } from '../model/content.ts'
import type { Fragment } from '../model/fragment.ts'
import type { DerivedCache } from '../model/scan.ts'
import type { Revision, SystemModel } from '../model/system.ts'
import type { Tree } from '../read/tree.ts'
import type { Configuration } from './configuration.ts'
import { fragmentOfTree, linkOptions, linkWithOthers, type Workspace } from './workspace.ts'

/** A model with the digest of its content: two models of one digest say the same. */
export interface LinkedModel {
  model: SystemModel
  digest: string
}

/**
 * Links trees into models. What a tree's fragment says decides its model, so that a change of what nothing reaches, or of what says
 * nothing, is not linked again: it is the model that is known, and shares its parts. Contents are kept by their digest; a commit and a
 * fragment lead to one. Digests are whole: nobody finds a change that is taken for another.
 */
export class Models {
  readonly #workspace: Workspace
  readonly #configuration: Configuration
  readonly #cache: DerivedCache | undefined
  readonly #inMemory = new Map<string, Content>()
  readonly #digests = new Map<string, string>()
  #others: string[] | undefined

  constructor(workspace: Workspace, configuration: Configuration) {
    this.#workspace = workspace
    this.#configuration = configuration
    this.#cache = workspace.cache?.derived('model')
  }

  /** The model of a tree, which is closed. A commit's is kept: it is the base of every later change. */
  async of(tree: Tree): Promise<LinkedModel> {
    const isCommit = tree.revision !== 'worktree'
    const byCommit = isCommit ? `commit\0${tree.repo}\0${tree.revision}\0${await this.#settings()}` : undefined
    const known = byCommit === undefined ? undefined : this.#known(byCommit)
    if (known !== undefined) {
      tree.close()
      return this.#revised(known, tree)
    }
    const fragment = await fragmentOfTree(this.#workspace, tree, this.#configuration)
    const byFragment = `fragment\0${await this.#digest(fragment)}\0${await this.#settings()}`
    const digest = this.#known(byFragment) ?? (await this.#link(fragment, byFragment, isCommit))
    if (byCommit !== undefined) this.#cache?.put(byCommit, digest)
    return this.#revised(digest, tree)
  }

  async #link(fragment: Fragment, key: string, isKept: boolean): Promise<string> {
    const { revisions: _, ...linked } = await linkWithOthers(this.#workspace, fragment, this.#configuration)
    const known = [...this.#inMemory.values()].at(-1)
    const content = known ? sharing<Content>(linked, known) : linked
    const json = JSON.stringify(content)
    const digest = sha256(json)
    if (!this.#inMemory.has(digest)) this.#inMemory.set(digest, content)
    this.#digests.set(key, digest)
    if (isKept) {
      this.#cache?.put(digest, content, json)
      this.#cache?.put(key, digest)
    }
    return digest
  }

  /** The digest that a key leads to, if its content is there. */
  #known(key: string): string | undefined {
    const digest = this.#digests.get(key) ?? this.#cache?.get(key)
    if (typeof digest !== 'string') return undefined
    if (!this.#inMemory.has(digest)) {
      const content = this.#cache?.get(digest) as Content | undefined
      if (!content) return undefined
      this.#inMemory.set(digest, content)
    }
    this.#digests.set(key, digest)
    return digest
  }

  async #revised(digest: string, { repo, revision }: Tree): Promise<LinkedModel> {
    const revisions: Revision[] = [{ repo, revision }, ...(await this.#workspace.others)].map(r => ({ repo: r.repo, revision: r.revision }))
    return { digest, model: { ...this.#inMemory.get(digest)!, revisions: revisions.sort(by(r => `${r.repo}\n${r.revision}`)) } }
  }

  /** What a model depends on beside its tree. */
  async #settings(): Promise<string> {
    const { policy, libraries } = this.#configuration
    const others = await this.#workspace.others
    this.#others ??= others.map(other => sha256(JSON.stringify(other)))
    return sha256(canonicalJson([linkOptions(policy), policy.ignore, libraries, this.#others]))
  }

  /** The revision says nothing, but of several fragments of one repository, whose order it decides. */
  async #digest(fragment: Fragment): Promise<string> {
    const isAlone = (await this.#workspace.others).every(other => other.repo !== fragment.repo)
    return sha256(JSON.stringify(isAlone ? { ...fragment, revision: '' } : fragment))
  }
}

// What bench/rendering.mjs compares: the documents of every chart, kustomization and root module of a folder, as JSON on the output.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalAddress } from '../src/read/cloud/document.ts'
import { rowOf } from '../src/read/cloud/types.ts'
import { helm } from '../src/read/render/helm.ts'
import { kustomize } from '../src/read/render/kustomize.ts'
import { terraform } from '../src/read/render/terraform.ts'

export { canonicalAddress, rowOf }

const renderers = { helm, kustomize, terraform }

/** `{root, documents, problems}` of every unit of a kind, rendered from the files below `folder` alone. */
export const rendered = (folder: string, kind: keyof typeof renderers) => {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(f => f.isFile())
    .map(f => join(f.parentPath, f.name).slice(folder.length + 1))
    .sort()
  const files = (path: string): string | undefined => {
    try {
      return readFileSync(join(folder, path), 'utf8')
    } catch {
      return undefined
    }
  }
  const list = (inside: string): string[] => paths.filter(p => inside === '' || p.startsWith(`${inside}/`))
  return renderers[kind].units(paths, []).map(unit => {
    const { documents, problems } = renderers[kind].render(unit, files, list)
    return { root: unit.root, documents: documents.map(d => d.content), problems }
  })
}

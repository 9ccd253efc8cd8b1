import { byText } from '../../src/base/names.ts'
import type { FileFacts } from '../../src/model/scan.ts'
import { template } from '../../src/read/deploy/template.ts'
import type { FoundTemplate, Renderer, RenderUnit } from '../../src/read/reader.ts'

const templatesIn = (path: string, content: string): FoundTemplate[] => {
  if (!template.wants(path) || !(template.recognises?.(content) ?? true)) return []
  const { manifest = [] } = template.read({ path, content }) as FileFacts
  return manifest.flatMap(fact => (fact.says === 'template' ? [{ path, fact }] : []))
}

/** The units of a tree, as a scan finds them. */
export const unitsOf = (renderer: Renderer, tree: ReadonlyMap<string, string>): RenderUnit[] => {
  const paths = [...tree.keys()].sort(byText)
  return renderer.units(
    paths,
    paths.flatMap(path => templatesIn(path, tree.get(path)!)),
  )
}

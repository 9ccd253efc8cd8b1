import type { ArtifactFact, ManifestFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'
import { at, type DataNode, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Skaffold: which image is built from which folder. */
export const skaffold: Reader = {
  name: 'deploy/skaffold',
  version: 2,
  wants: path => /\.ya?ml$/i.test(path),
  recognises: content => /^["']?apiVersion["']?[ \t]*:[ \t]*["']?skaffold\//m.test(content),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const manifest = documents.filter(isSkaffold).flatMap(document => {
      const builds = [at(document, 'build'), ...itemsOf(at(document, 'profiles')).map(profile => at(profile, 'build'))]
      return builds.flatMap(build => itemsOf(at(build, 'artifacts')).flatMap(artifact))
    })
    return manifest.length > 0 ? { manifest: distinct(manifest), problems } : { problems }
  },
}

const isSkaffold = (document: DataNode): boolean => textOf(at(document, 'apiVersion'))?.startsWith('skaffold/') ?? false

const artifact = (node: DataNode): ArtifactFact[] => {
  const image = textOf(at(node, 'image')) ?? textOf(at(node, 'imageName'))
  if (!image) return []
  const context = textOf(at(node, 'context')) ?? textOf(at(node, 'workspace')) ?? '.'
  const dockerfile = textOf(at(node, 'docker', 'dockerfile')) ?? textOf(at(node, 'kaniko', 'dockerfile'))
  return [{ says: 'artifact', image, context, ...(dockerfile ? { dockerfile } : {}), spot: { line: node.line, endLine: node.endLine } }]
}

/** Profiles often repeat the artifacts of the build with other options. */
const distinct = (facts: ArtifactFact[]): ManifestFact[] => {
  const seen = new Set<string>()
  return facts.filter(fact => {
    const key = JSON.stringify([fact.image, fact.context, fact.dockerfile])
    return !seen.has(key) && seen.add(key)
  })
}

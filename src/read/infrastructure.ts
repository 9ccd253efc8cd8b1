import { by } from '../base/names.ts'
import { dirname } from '../base/path.ts'
import type { Problem } from '../model/evidence.ts'
import type { Document } from '../model/fragment.ts'
import type { Infrastructure } from '../model/infrastructure.ts'
import type { InfrastructureFact } from '../model/manifest.ts'
import type { Scan } from '../model/scan.ts'
import { CLOUD_ENDING, writeCloud } from './cloud/document.ts'
import { constructsOf } from './constructs/constructs.ts'
import type { Rendered } from './reader.ts'
import { readers } from './readers.ts'
import { readRendered } from './rendering.ts'
import { writeYaml } from './syntax/placed.ts'

/** Documents of what programs of infrastructure declare, by the readers that read what any language of infrastructure declares. */
export const infrastructureDocuments = async (
  scan: Scan,
  declared: readonly Infrastructure[],
): Promise<{ documents: Document[]; problems: Problem[] }> => {
  const documents: Document[] = []
  const problems: Problem[] = []
  const paths = new Set(scan.paths)
  for (const program of [...declared].sort(by(d => d.file))) {
    const unit = { root: program.file, kind: program.kind }
    const rendered = render(program, scan, paths)
    documents.push(...(await readRendered(scan.repo, unit, rendered, readers, problems)))
  }
  return { documents, problems }
}

const render = (program: Infrastructure, scan: Scan, paths: ReadonlySet<string>): Rendered => {
  const { resources, exports, manifests, isSpent } = constructsOf(program, settingsOf(scan, dirname(program.file)), path => paths.has(path))
  const problems: Rendered['problems'] = []
  if (isSpent)
    problems.push({
      ...{ code: 'infrastructure/limit', message: 'declares too much to tell; a part of it is left out' },
      ...{ severity: 'warning', file: program.file, line: 1 },
    })
  const isEmpty = resources.length + exports.length === 0
  const path = `${program.file}${CLOUD_ENDING}`
  const documents = [
    ...(isEmpty ? [] : [{ path, ...writeCloud(resources, exports) }]),
    ...(manifests.length > 0 ? [{ path: `${program.file}.manifests.yaml`, ...writeYaml(manifests) }] : []),
  ]
  return { documents, bases: [dirname(program.file)], problems }
}

/** Settings of a project, and those of its stacks: what differs from stack to stack is not known. */
const settingsOf = (scan: Scan, folder: string): Map<string, string> => {
  const facts = scan.documents.flatMap(d =>
    dirname(d.file) === folder ? d.facts.filter((f): f is InfrastructureFact => f.says === 'infrastructure') : [],
  )
  const project = facts.find(f => f.name !== undefined)?.name
  const plain = (key: string): string => (project !== undefined && key.startsWith(`${project}:`) ? key.slice(project.length + 1) : key)
  const found = new Map<string, string>()
  const isStart = (fact: InfrastructureFact): boolean => fact.start !== undefined || fact.name !== undefined
  for (const { key, value } of facts.filter(isStart).flatMap(f => f.settings)) found.set(plain(key), value)
  const told = new Map<string, string>()
  const several = new Set<string>()
  for (const { key, value } of facts.filter(f => !isStart(f)).flatMap(f => f.settings)) {
    if ((told.get(plain(key)) ?? value) !== value) several.add(plain(key))
    told.set(plain(key), value)
  }
  for (const [key, value] of told) found.set(key, value)
  for (const key of several) found.delete(key)
  return found
}

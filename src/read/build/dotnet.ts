import { basename } from '../../base/path.ts'
import type { ModuleFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'
import { childText, descendants, parseXml, type XmlElement } from '../syntax/xml.ts'

/** C#, F# and VB projects: names, packages, referenced projects, protobuf and OpenAPI files they generate from. */
export const dotnet: Reader = {
  name: 'build/dotnet',
  version: 2,
  wants: path => /\.(?:cs|fs|vb)proj$/i.test(path),
  pathClass: path => projectName(path),
  read: ({ path, content }) => {
    const { root, problems } = parseXml(content)
    if (root?.name !== 'Project') return { problems }
    return { manifest: [moduleOf(root, projectName(path))], problems }
  },
}

const projectName = (path: string): string => basename(path).replace(/\.\w+$/, '')

const moduleOf = (project: XmlElement, fileName: string): ModuleFact => {
  const items = descendants(project)
  const property = (name: string): string | undefined =>
    items.find(e => e.name === 'PropertyGroup' && childText(e, name) !== undefined)?.children.find(e => e.name === name && e.text)?.text
  const names = [property('AssemblyName'), property('PackageId'), fileName].filter(name => name !== undefined && !name.includes('$('))
  const packages = items.flatMap(packageOf)
  const sdks = [project.attributes.get('Sdk') ?? '', ...items.filter(e => e.name === 'Sdk').map(e => e.attributes.get('Name') ?? '')].join(
    ';',
  )
  const isTest = property('IsTestProject')?.toLowerCase() === 'true' || packages.some(p => p.name === 'Microsoft.NET.Test.Sdk')
  const isRunnable =
    /Sdk\.(?:Web|Worker|BlazorWebAssembly)\b|Aspire\.AppHost\.Sdk/.test(sdks) || /^(?:Win)?Exe$/i.test(property('OutputType') ?? '')
  const version = property('Version') ?? property('VersionPrefix')
  return {
    says: 'module',
    system: 'dotnet',
    names: [...new Set(names as string[])],
    ...(version ? { version } : {}),
    dependencies: [...packages, ...items.flatMap(projectOf)],
    entryPoints: property('StartupObject') ? [property('StartupObject')!] : [],
    generates: items.flatMap(generatedFrom),
    modules: [],
    ...(isTest ? { isTest } : {}),
    ...(isRunnable && !isTest ? { runnable: true } : {}),
    spot: { line: project.line },
  }
}

type Dependency = ModuleFact['dependencies'][number]

const packageOf = (item: XmlElement): Dependency[] => {
  const name = item.name === 'PackageReference' ? (item.attributes.get('Include') ?? item.attributes.get('Update')) : undefined
  if (!name) return []
  const version = item.attributes.get('Version') ?? childText(item, 'Version')
  const isPrivate = (item.attributes.get('PrivateAssets') ?? childText(item, 'PrivateAssets'))?.toLowerCase() === 'all'
  return [{ name, ...(version ? { version } : {}), scope: isPrivate ? 'dev' : 'runtime', spot: { line: item.line } }]
}

/** Projects are written with backslashes, whatever system builds them. */
const slashed = (path: string): string => path.trim().replaceAll('\\', '/')

const projectOf = (item: XmlElement): Dependency[] => {
  const path = item.name === 'ProjectReference' ? item.attributes.get('Include') : undefined
  return path ? [{ name: projectName(slashed(path)), scope: 'runtime', path: slashed(path), spot: { line: item.line } }] : []
}

const ROLES = { client: 'client', server: 'server', both: 'both', none: 'none' } as const

const generatedFrom = (item: XmlElement): ModuleFact['generates'] => {
  const includes = (item.attributes.get('Include') ?? '').split(';').map(slashed).filter(Boolean)
  const spot = { line: item.line }
  if (item.name === 'OpenApiReference' || item.name === 'OpenApiProjectReference')
    return includes.map(from => ({ from, role: 'client', spot }))
  if (item.name !== 'Protobuf') return []
  const services = (item.attributes.get('GrpcServices') ?? childText(item, 'GrpcServices') ?? 'both').toLowerCase()
  const role = services in ROLES ? ROLES[services as keyof typeof ROLES] : 'both'
  return includes.map(from => ({ from, role, spot }))
}

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { codeReaders } from '../../src/read/code/code.ts'
import type { Reader, Renderer } from '../../src/read/reader.ts'
import type { Sample } from './fuzz.ts'

/** Where the fixtures of a reader or renderer lie, below `fixtures/readers/`. */
export const fixtureFolder = (member: Reader | Renderer): string => {
  if (codeReaders.some(reader => reader === member)) return `code/${member.name}`
  return member.name === 'render/compose' ? 'compose-projects' : member.name.replace(/^\w+\//, '')
}

/** The files of a fixture folder without what is expected of them, by their path below it, sorted. */
export const fixtureFiles = (member: Reader | Renderer, root: string): Sample[] => {
  const folder = `${root}/fixtures/readers/${fixtureFolder(member)}`
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name !== 'expected.json')
    .map(entry => `${entry.parentPath}/${entry.name}`)
    .sort()
    .map(file => ({ path: file.slice(folder.length + 1).replaceAll('\\', '/'), bytes: readFileSync(file) }))
}

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

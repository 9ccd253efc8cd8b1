export interface FixtureChange {
  title: string
  write?: Record<string, string>
  replace?: { file: string; from: string; to: string }[]
  delete?: string[]
  expect: { decision: string; findings: { rule: string; severity: string; parties?: string[]; names?: string[]; files?: string[] }[] }
}
export const readChange: (system: string, name: string) => FixtureChange
export const applyChange: (folder: string, change: FixtureChange) => void
export const makeRepository: (system: string, part?: { paths?: readonly string[]; name?: string }) => string
export const commitChange: (folder: string, change: FixtureChange) => FixtureChange['expect']

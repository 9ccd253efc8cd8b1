import type { Evidence, Location } from '../model/evidence.ts'

/** A program before its code is looked at. */
export interface ProgramSeed {
  id: string
  root: string
  by: 'image' | 'main'
  dockerfile?: string
  /** Words of the image's entry point and command. */
  command: string[]
  /** The line that starts it, and where it stands. */
  started?: { line: string; at: Location }
  /** Packages that its build lines name, as folders. */
  buildTargets: string[]
  names: string[]
  /** Folders of other programs inside its own. */
  cut: string[]
  /** It declares infrastructure: what says so. */
  declares?: { kind: 'cdk' | 'pulumi'; file: string }
  evidence: Evidence[]
}

import type { UnitKind } from '../model/fragment.ts'
import type { TemplateFact } from '../model/manifest.ts'
import type { LanguageTraits } from '../model/program.ts'
import type { FileFacts } from '../model/scan.ts'

/** One kind of file, in; facts, out. Pure: no file but what it is given, no clock, no network. A throw is caught by scan and becomes a Problem. */
export interface Reader {
  name: string
  /** Raised whenever the facts of an unchanged file would change; part of the cache key. */
  version: number
  /** Whether this reader looks at a file of this path. Several readers may look at one file. */
  wants(path: string): boolean
  /** A cheap test of the content, for endings that many kinds share (YAML): false skips the reader. */
  recognises?(content: string): boolean
  /** It reads the files that its own refers to, where it is given them. */
  leads?: true
  /** What of the path enters the facts, as a cache key part; default: nothing does. */
  pathClass?(path: string): string
  read(input: ReaderInput): FileFacts | Promise<FileFacts>
  /** What is known of a file at a glance. Undefined where it must be read at once: it may be where a program starts. */
  outline?(content: string): Outline | undefined
}

/** The index part of code that is read when somebody asks for it. */
export interface Outline {
  language: string
  moduleIs: LanguageTraits['moduleIs']
  generated?: { by?: string; from?: string }
}

export interface ReaderInput {
  path: string
  content: string
  /** Other files of the tree that this one refers to, by path. Facts that they enter are not kept. */
  beside?: (path: string) => string | undefined
  /** The facts are compared once and not kept: hashes that caches and copies go by are not needed. */
  withoutHashes?: boolean
}

/** A set of files that only means something together: a kustomization, a Compose project. */
export interface Renderer {
  name: string
  version: number
  /** The units of a tree, by its paths and by what readers told of its templates, sorted by path. `root` is the file or folder that starts one. */
  units(paths: readonly string[], templates: readonly FoundTemplate[]): RenderUnit[]
  /**
   * Virtual documents of a unit. `files` gives content by path (undefined: not there), `list` the paths of all files below a folder, sorted;
   * what they were asked for is the cache key.
   */
  render(unit: RenderUnit, files: (path: string) => string | undefined, list: (folder: string) => readonly string[]): Rendered
}

export interface FoundTemplate {
  path: string
  fact: TemplateFact
}

export interface RenderUnit {
  root: string
  kind: UnitKind
  /** Files that belong to it, where its root does not lead to them. */
  files?: readonly string[]
}

export interface Rendered {
  documents: VirtualDocument[]
  /** Folders and files that went into it. */
  bases: string[]
  problems: { code: string; message: string; severity: 'error' | 'warning'; file: string; line: number }[]
}

/**
 * Text that goes through the ordinary readers under `path`; `origin[line - 1]` says where each of its lines came from.
 */
export interface VirtualDocument {
  path: string
  content: string
  origin: { file: string; line: number }[]
}

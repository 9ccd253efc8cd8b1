import type { Outline, Reader } from '../reader.ts'
import { generatedHeader } from './generated.ts'
import { cpp } from './languages/cpp.ts'
import { csharp } from './languages/csharp.ts'
import { elixir } from './languages/elixir.ts'
import { go } from './languages/go.ts'
import { java } from './languages/java.ts'
import { kotlin } from './languages/kotlin.ts'
import { lua } from './languages/lua.ts'
import { php } from './languages/php.ts'
import { python } from './languages/python.ts'
import { ruby } from './languages/ruby.ts'
import { rust } from './languages/rust.ts'
import { javascript, typescript } from './languages/typescript.ts'
import { lower, normalised } from './lower.ts'
import type { LanguageSpec } from './lowering.ts'

/** Raised when the engine changes what it says of an unchanged file; a language's own version is added to it. */
const ENGINE_VERSION = 4

const readerOf = (spec: LanguageSpec): Reader => ({
  name: spec.language,
  version: ENGINE_VERSION * 1000 + spec.version,
  wants: path => spec.endings.some(ending => path.endsWith(ending)),
  read: ({ path, content }) => lower(spec, path, content),
  outline: content => outlined(spec, content),
})

const outlined = (spec: LanguageSpec, content: string): Outline | undefined => {
  if (spec.starts?.test(content) || (spec.starts === undefined && spec.main !== undefined)) return undefined
  const generated = generatedHeader(normalised(content))
  return { language: spec.language, moduleIs: spec.traits.moduleIs, ...(generated ? { generated } : {}) }
}

/** The code readers, one a language. */
export const codeReaders: Reader[] = [go, python, java, csharp, typescript, javascript, php, ruby, rust, kotlin, elixir, cpp, lua].map(
  readerOf,
)

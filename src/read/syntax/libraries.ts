import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** A value that is made at its first use. */
const lazily = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Libraries that few files need: a warm run, which reads only what changed, starts without them. */
export const dockerfileLibrary = lazily(() => require('dockerfile-ast') as typeof import('dockerfile-ast'))
export const tomlLibrary = lazily(() => require('smol-toml') as typeof import('smol-toml'))
export const xmlLibrary = lazily(() => require('fast-xml-parser') as typeof import('fast-xml-parser'))

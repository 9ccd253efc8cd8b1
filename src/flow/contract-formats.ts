import type { Reader } from '../read/reader.ts'

/** By format: how its files may end, and its reader, which is loaded only for them. */
const READERS = {
  openapi: { ends: /\.(json|ya?ml)$/, load: async () => (await import('../read/contract/openapi.ts')).openapi },
  protobuf: { ends: /\.proto$/, load: async () => (await import('../read/contract/protobuf.ts')).protobuf },
  graphql: { ends: /\.(graphqls?|gql|sdl)$/i, load: async () => (await import('../read/contract/graphql.ts')).graphql },
  asyncapi: { ends: /\.(json|ya?ml)$/, load: async () => (await import('../read/contract/asyncapi.ts')).asyncapi },
  avro: { ends: /\.(avsc|avpr)$/, load: async () => (await import('../read/contract/avro.ts')).avro },
  'json-schema': { ends: /\.(json|ya?ml)$/, load: async () => (await import('../read/contract/json-schema.ts')).jsonSchema },
  thrift: { ends: /\.thrift$/, load: async () => (await import('../read/contract/thrift.ts')).thrift },
} as const satisfies Record<string, { ends: RegExp; load: () => Promise<Reader> }>

export type ReadableFormat = keyof typeof READERS
/** Formats that documents are read in, as `--as` names them. */
export const readableFormats = Object.keys(READERS) as ReadableFormat[]

/** Readers of a format, or of whatever the files may be. */
export const readersFor = (paths: readonly string[], as: ReadableFormat | undefined): Promise<Reader[]> => {
  const formats = as === undefined ? Object.values(READERS).filter(({ ends }) => paths.some(p => ends.test(p))) : [READERS[as]]
  return Promise.all(formats.map(({ load }) => load()))
}

import { protobuf } from './contract/protobuf.ts'
import { dockerfile } from './deploy/dockerfile.ts'
import { kubernetes } from './deploy/kubernetes.ts'
import type { Reader, Renderer } from './reader.ts'

/** Every reader, in the order in which their facts are listed. */
export const readers: readonly Reader[] = [protobuf, dockerfile, kubernetes]

export const renderers: readonly Renderer[] = []

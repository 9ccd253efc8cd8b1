import { codeowners } from './catalog/codeowners.ts'
import { codeReaders } from './code/code.ts'
import { dotenv } from './config/dotenv.ts'
import { protobuf } from './contract/protobuf.ts'
import { compose } from './deploy/compose.ts'
import { dockerfile } from './deploy/dockerfile.ts'
import { kubernetes } from './deploy/kubernetes.ts'
import { skaffold } from './deploy/skaffold.ts'
import type { Reader, Renderer } from './reader.ts'

/** Every reader, in the order in which their facts are listed. */
export const readers: readonly Reader[] = [
  ...codeReaders,
  // contracts
  protobuf,
  // manifests
  dockerfile,
  kubernetes,
  compose,
  skaffold,
  dotenv,
  codeowners,
]

export const renderers: readonly Renderer[] = [
  // one line each
]

// What bench/contracts.mjs runs: readers, joining and differ, bundled on the spot.
export { compareAsPeer, compareContracts } from '../src/compare/contract/contracts.ts'
export { joinContracts } from '../src/link/contracts.ts'
export { graphql } from '../src/read/contract/graphql.ts'
export { openapi } from '../src/read/contract/openapi.ts'
export { protobuf } from '../src/read/contract/protobuf.ts'

import type { ContractFormat } from '../../model/contract.ts'
import type { Format } from '../contract/format.ts'
import { graphql } from './graphql.ts'
import { openapi } from './openapi.ts'
import { protobuf } from './protobuf.ts'

const FORMATS: readonly Format[] = [protobuf, openapi, graphql]

/** The tables of a format; undefined where there are none yet. */
export const formatOf = (format: ContractFormat): Format | undefined => FORMATS.find(f => f.format === format)

import type { ContractFormat } from '../../model/contract.ts'
import type { Format } from '../contract/format.ts'
import { asyncapi } from './asyncapi.ts'
import { avro } from './avro.ts'
import { code } from './code.ts'
import { graphql } from './graphql.ts'
import { jsonSchema } from './json-schema.ts'
import { openapi } from './openapi.ts'
import { protobuf } from './protobuf.ts'
import { thrift } from './thrift.ts'

const FORMATS: readonly Format[] = [protobuf, openapi, graphql, avro, jsonSchema, asyncapi, thrift, code]

/** The tables of a format; undefined where there are none yet. */
export const formatOf = (format: ContractFormat): Format | undefined => FORMATS.find(f => f.format === format)

import { readDocument } from '../../base/graphql-document.ts'
import type { Reader } from '../reader.ts'

const MAX_TEXT = 100_000

/** GraphQL documents in files of their own: queries, mutations, subscriptions and fragments. Who asks them is the program that they lie with. */
export const graphqlQueries: Reader = {
  name: 'config/graphql-queries',
  version: 1,
  wants: path => /\.(graphql|gql)$/i.test(path),
  recognises: content => content.length <= MAX_TEXT && ASKS.test(content) && !DEFINES.test(content),
  read: ({ content }) => {
    const read = readDocument(content)
    if ('line' in read)
      return {
        problems: [
          {
            code: 'graphql/query-syntax',
            message: 'this is no GraphQL document; what it asks for is missing',
            severity: 'warning',
            line: read.line,
          },
        ],
      }
    return { manifest: [{ says: 'graphql-document', text: content, spot: { line: 1 } }], problems: [] }
  },
}

const ASKS = /^[\s,]*(?:(?:query|mutation|subscription|fragment)\b|\{)/m
const DEFINES = /^[\s,]*(?:extend\s+)?(?:type|interface|union|enum|input|scalar|schema|directive)[ \t]+[@\w{]/m

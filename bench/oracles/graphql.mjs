// Which mutations of a GraphQL type system break documents: the subgraphs are composed and the documents validated against the result.
// What a document selects is told for changes that validation lets through, such as another scalar.
import { composeServices } from '@theguild/federation-composition'
import { buildSchema, parse, TypeInfo, validate, visit, visitWithTypeInfo } from 'graphql'

const schemaOf = files => {
  try {
    return composed(files)
  } catch {
    return undefined // a type that lost its only field
  }
}

const composed = files => {
  const { publicSdl } = composeServices(
    files.map(({ path, content }) => ({ name: path.replace(/^.*\/|\.\w+$/g, ''), typeDefs: parse(content) })),
  )
  return publicSdl === undefined ? undefined : buildSchema(publicSdl, { assumeValid: true })
}

const selectedIn = (schema, documents) => {
  const found = new Set()
  for (const document of documents) {
    const info = new TypeInfo(schema)
    visit(document, visitWithTypeInfo(info, { Field: node => void found.add(`${info.getParentType()?.name}.${node.name.value}`) }))
  }
  return found
}

/** Texts of the tagged templates `gql` in code. Directives of the client's own are left out of the validation. */
export const documentsIn = text => [...text.matchAll(/\bgql\s*`([^`]*)`/g)].map(m => parse(m[1].replace(/@defer\b/g, '')))

/** A function from a mutation and documents to `used`, `unused` or undefined, where the mutated subgraphs do not compose. */
export const graphqlOracle = files => {
  const base = schemaOf(files)
  return ({ edits, element, harmless }, documents) => {
    if (harmless) return 'unused'
    if (selectedIn(base, documents).has(`${element.owner}.${element.name}`)) return 'used'
    const schema = schemaOf(files.map(f => ({ ...f, content: edits[f.path] ?? f.content })))
    return schema === undefined ? undefined : documents.some(d => validate(schema, d).length > 0) ? 'used' : 'unused'
  }
}

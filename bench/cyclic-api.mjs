// A large OpenAPI document whose schemas lead into one another, as those of billing systems do: each has members that are either the id of
// another object or the object itself. Two revisions of it differ in every tenth schema.
const SCHEMAS = 150
const PATHS = 200

/** Numbers that look like chance, and are the same each time. */
const numbers = seed => () => {
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed
}

const schema = (i, isRevised) => {
  const next = numbers(i + 1)
  const properties = { id: { type: 'string', maxLength: 100 }, kind: { type: 'string', enum: [`kind_${i}`] } }
  for (let p = 0; p < 12; p++)
    properties[`text_${p}`] = { type: 'string', description: `Text ${p} of object ${i}. `.repeat(6), nullable: next() % 2 === 0 }
  for (let p = 0; p < 3; p++)
    properties[`other_${p}`] = { anyOf: [{ type: 'string' }, { $ref: `#/components/schemas/object_${next() % SCHEMAS}` }], nullable: true }
  if (isRevised && i % 10 === 0) {
    delete properties.text_3
    properties.kind.enum.push(`other_kind_${i}`)
  }
  return { type: 'object', required: ['id', 'kind'], properties }
}

export const cyclicApi = isRevised => {
  const schemas = Object.fromEntries(Array.from({ length: SCHEMAS }, (_, i) => [`object_${i}`, schema(i, isRevised)]))
  const paths = Object.fromEntries(
    Array.from({ length: PATHS }, (_, i) => {
      const content = { 'application/json': { schema: { $ref: `#/components/schemas/object_${(i * 7) % SCHEMAS}` } } }
      return [`/objects_${i}`, { get: { responses: { 200: { description: 'one', content } } } }]
    }),
  )
  return { openapi: '3.0.0', info: { title: 'Billing', version: isRevised ? '2' : '1' }, paths, components: { schemas } }
}

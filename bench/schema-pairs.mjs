// Pairs of JSON Schemas with the truth: mutations of small schemas at every place, and values that ajv accepts under one and rejects under
// the other as proofs of a break.
import Ajv2020 from 'ajv/dist/2020.js'

const SEAT = {
  type: 'object',
  properties: {
    id: { type: 'string', minLength: 2, maxLength: 8 },
    row: { type: 'integer', minimum: 1, maximum: 40 },
    state: { enum: ['free', 'held', 'sold'] },
    price: { type: ['number', 'null'], exclusiveMinimum: 0, multipleOf: 4 },
    tags: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 3, uniqueItems: true },
    note: { type: 'string', pattern: '^[a-z]+$' },
  },
  required: ['id', 'row'],
}
const TICKET = {
  type: 'object',
  properties: {
    seat: { $ref: '#/$defs/Seat' },
    holder: { oneOf: [{ type: 'string' }, { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }] },
    extras: { type: 'object', additionalProperties: { type: 'integer' } },
    at: { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'string' }] },
    paid: { type: 'boolean' },
  },
  required: ['seat'],
  additionalProperties: false,
  $defs: { Seat: { type: 'object', properties: { block: { type: 'string' }, row: { type: 'integer' } }, required: ['block'] } },
}
const LEDGER = {
  allOf: [
    { type: 'object', properties: { id: { type: 'string' }, amount: { type: 'number', minimum: 0 } }, required: ['id'] },
    { type: 'object', properties: { kind: { enum: ['credit', 'debit'] }, count: { type: 'integer' } }, required: ['kind'] },
  ],
}
const NOTICE = {
  type: 'object',
  minProperties: 1,
  properties: {
    to: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    channel: { const: 'mail' },
    code: { not: { type: 'string' } },
    parts: { type: 'array', contains: { type: 'integer' } },
    mail: { type: 'string' },
    name: { type: 'string' },
  },
  dependentRequired: { mail: ['name'] },
  propertyNames: { maxLength: 8 },
}
const BASES = { SEAT, TICKET, LEDGER, NOTICE }

const without = (schema, key) => Object.fromEntries(Object.entries(schema).filter(([k]) => k !== key))
const isA = (schema, type) => schema.type === type || (Array.isArray(schema.type) && schema.type.includes(type))

/** What is done to one schema of a document. Undefined: does not apply. */
const OPERATORS = {
  'type to text': s => (isA(s, 'integer') || isA(s, 'boolean') ? { type: 'string' } : undefined),
  'integer to number': s => (s.type === 'integer' ? { ...s, type: 'number' } : undefined),
  'number to integer': s => (s.type === 'number' ? { ...s, type: 'integer' } : undefined),
  'type gone': s => (s.type && s.type !== 'object' && s.type !== 'array' ? without(s, 'type') : undefined),
  'null allowed': s => (typeof s.type === 'string' && s.type !== 'object' ? { ...s, type: [s.type, 'null'] } : undefined),
  'null forbidden': s => (Array.isArray(s.type) ? { ...s, type: s.type[0] } : undefined),
  'value added': s => (s.enum ? { ...s, enum: [...s.enum, 'new'] } : undefined),
  'value removed': s => (s.enum ? { ...s, enum: s.enum.slice(1) } : undefined),
  'values set': s => (s.type === 'string' && !s.enum ? { ...s, enum: ['aa', 'bb'] } : undefined),
  'values gone': s => (s.enum ? without(s, 'enum') : undefined),
  'constant changed': s => (s.const ? { const: 'post' } : undefined),
  'constant to values': s => (s.const ? { enum: ['mail', 'post'] } : undefined),
  'longer at least': s => (s.minLength ? { ...s, minLength: s.minLength + 1 } : undefined),
  'shorter at least': s => (s.minLength ? { ...s, minLength: s.minLength - 1 } : undefined),
  'shorter at most': s => (s.maxLength ? { ...s, maxLength: s.maxLength - 1 } : undefined),
  'length limited': s => (s.type === 'string' && !s.maxLength && !s.enum ? { ...s, maxLength: 2 } : undefined),
  'length free': s => (s.maxLength ? without(s, 'maxLength') : undefined),
  'minimum up': s => (s.minimum !== undefined ? { ...s, minimum: s.minimum + 1 } : undefined),
  'minimum exclusive': s => (s.minimum !== undefined ? { ...without(s, 'minimum'), exclusiveMinimum: s.minimum } : undefined),
  'maximum down': s => (s.maximum !== undefined ? { ...s, maximum: s.maximum - 1 } : undefined),
  'maximum up': s => (s.maximum !== undefined ? { ...s, maximum: s.maximum + 1 } : undefined),
  'maximum set': s => (isA(s, 'integer') && s.maximum === undefined ? { ...s, maximum: 5 } : undefined),
  'multiple finer': s => (s.multipleOf ? { ...s, multipleOf: s.multipleOf / 2 } : undefined),
  'multiple coarser': s => (s.multipleOf ? { ...s, multipleOf: s.multipleOf * 2 } : undefined),
  'pattern gone': s => (s.pattern ? without(s, 'pattern') : undefined),
  'pattern set': s => (s.type === 'string' && !s.pattern && !s.enum ? { ...s, pattern: '^a' } : undefined),
  'items at most': s => (s.maxItems ? { ...s, maxItems: s.maxItems - 1 } : undefined),
  'items at least': s => (s.minItems ? { ...s, minItems: s.minItems + 1 } : undefined),
  'items may repeat': s => (s.uniqueItems ? without(s, 'uniqueItems') : undefined),
  'items unique': s => (s.type === 'array' && !s.uniqueItems ? { ...s, uniqueItems: true } : undefined),
  'items free': s => (s.items ? without(s, 'items') : undefined),
  'required more': s =>
    s.properties && Object.keys(s.properties).some(k => !s.required?.includes(k))
      ? { ...s, required: [...(s.required ?? []), Object.keys(s.properties).find(k => !s.required?.includes(k))] }
      : undefined,
  'required less': s => (s.required ? { ...s, required: s.required.slice(1) } : undefined),
  'property removed': s => (s.properties ? { ...s, properties: without(s.properties, Object.keys(s.properties).at(-1)) } : undefined),
  'required property removed': s =>
    s.required ? { ...s, properties: without(s.properties, s.required[0]), required: s.required.slice(1) } : undefined,
  'required property added': s =>
    s.properties
      ? { ...s, properties: { ...s.properties, fresh: { type: 'string' } }, required: [...(s.required ?? []), 'fresh'] }
      : undefined,
  'anything as property': s => (s.properties ? { ...s, properties: { ...s.properties, fresh: {} } } : undefined),
  closed: s => (s.properties && s.additionalProperties === undefined ? { ...s, additionalProperties: false } : undefined),
  opened: s => (s.additionalProperties === false ? without(s, 'additionalProperties') : undefined),
  'others described': s =>
    s.properties && s.additionalProperties === undefined ? { ...s, additionalProperties: { type: 'string' } } : undefined,
  'others free': s => (typeof s.additionalProperties === 'object' ? without(s, 'additionalProperties') : undefined),
  'kind added': s => (s.anyOf ? { ...s, anyOf: [...s.anyOf, { type: 'boolean' }] } : undefined),
  'kind removed': s => (s.oneOf ? { ...s, oneOf: s.oneOf.slice(1) } : s.anyOf ? { ...s, anyOf: s.anyOf.slice(1) } : undefined),
  'became a union': s => (s.type === 'string' ? { anyOf: [s, { type: 'integer' }] } : undefined),
  'wrapped in allOf': s => (s.type ? { allOf: [without(s, '$defs')], ...(s.$defs ? { $defs: s.$defs } : {}) } : undefined),
  'dependency gone': s => (s.dependentRequired ? without(s, 'dependentRequired') : undefined),
  'dependency set': s => (s.properties?.id && s.properties.note ? { ...s, dependentRequired: { note: ['state'] } } : undefined),
  'members at least': s => (s.minProperties ? { ...s, minProperties: 2 } : undefined),
  'names shorter': s => (s.propertyNames ? { ...s, propertyNames: { maxLength: 4 } } : undefined),
  'contains gone': s => (s.contains ? without(s, 'contains') : undefined),
  'not gone': s => (s.not ? without(s, 'not') : undefined),
  'not more': s => (s.not ? { not: { type: ['string', 'integer'] } } : undefined),
  described: s => (s.type ? { ...s, description: 'new', title: 'New', examples: [1] } : undefined),
}

/** Every schema of a document, with a function that puts another one in its place. */
const places = (schema, put = x => x, path = '') => [
  { path, schema, put },
  ...Object.entries(schema).flatMap(([key, value]) => {
    if (value === null || typeof value !== 'object') return []
    const at = inner => put({ ...schema, [key]: inner })
    if (key === 'properties' || key === '$defs')
      return Object.entries(value).flatMap(([name, inner]) => places(inner, x => at({ ...value, [name]: x }), `${path}/${key}/${name}`))
    if (Array.isArray(value) && typeof value[0] === 'object')
      return value.flatMap((inner, i) => places(inner, x => at(value.map((v, j) => (i === j ? x : v))), `${path}/${key}/${i}`))
    return ['items', 'additionalProperties', 'not', 'contains', 'propertyNames'].includes(key) ? places(value, at, `${path}/${key}`) : []
  }),
]

const SCALARS = [
  null,
  true,
  false,
  0,
  1,
  2,
  3,
  4,
  5,
  6,
  8,
  12,
  39,
  40,
  41,
  0.5,
  1.5,
  -1,
  1000,
  '',
  'a',
  'aa',
  'ab',
  'b',
  'bb',
  'abc',
  'abcdefg',
  'abcdefgh',
  'abcdefghij',
  'A1',
  'free',
  'held',
  'sold',
  'new',
  'mail',
  'post',
  'credit',
  'debit',
]

const resolved = (schema, root) => (schema?.$ref ? root.$defs[schema.$ref.split('/').at(-1)] : schema)

/** Values around what a schema says, valid or not. */
const values = (given, root, depth = 0) => {
  const schema = resolved(given, root) ?? {}
  if (depth > 3 || typeof schema === 'boolean') return SCALARS
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  const found = [...SCALARS, ...parts.flatMap(p => values(p, root, depth + 1))]
  const merged = schema.allOf ? Object.assign({}, ...schema.allOf.map(p => resolved(p, root).properties)) : schema.properties
  if (merged) found.push(...objects(schema, merged, root, depth))
  if (isA(schema, 'object') || schema.additionalProperties) found.push({}, { x: 1 }, { x: 's' }, { x: null }, { x: 1.5 }, { x: 1000 })
  if (isA(schema, 'array') || schema.contains) {
    const inner = values(schema.items ?? schema.contains ?? {}, root, depth + 1).slice(0, 60)
    found.push(
      [],
      ...inner.map(v => [v]),
      ['a', 'b'],
      ['a', 'a'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c', 'd'],
      [1, 'a'],
      ['a', 1],
      [1, 1],
      [1, 'a', 2],
      [1, 'a', 1],
      [1, 'abc'],
      [1, null],
    )
  }
  return found
}

const objects = (schema, properties, root, depth) => {
  const ajv = new Ajv2020({ strict: false, logger: false })
  const good = {}
  const options = {}
  for (const [name, inner] of Object.entries(properties)) {
    options[name] = values(inner, root, depth + 1)
    const valid = ajv.compile({ ...resolved(inner, root), $defs: root.$defs ?? {} })
    good[name] = options[name].find(v => valid(v))
  }
  const required = [...(schema.required ?? []), ...(schema.allOf ?? []).flatMap(p => resolved(p, root).required ?? [])]
  const least = Object.fromEntries(required.map(name => [name, good[name]]))
  const found = [
    least,
    good,
    { ...good, fresh: 1 },
    { ...least, fresh: 's' },
    { ...good, averylongname: 's' },
    { ...least, eightlet: 's' },
    { ...least, lengthy: 's' },
    { ...least, other: 1 },
  ]
  for (const name of Object.keys(properties)) {
    found.push(without(good, name), { ...least, [name]: good[name] })
    for (const value of options[name]) found.push({ ...least, [name]: value }, { ...good, [name]: value })
  }
  return found
}

/** `{name, base, head, backward, forward}`: the directions that a value proves to be broken. */
export const schemaPairs = () => {
  const pairs = []
  for (const [baseName, base] of Object.entries(BASES))
    for (const { path, schema, put } of places(base))
      for (const [operator, change] of Object.entries(OPERATORS)) {
        const changed = change(schema)
        if (changed === undefined) continue
        const head = put(changed)
        const ajv = new Ajv2020({ strict: false, logger: false })
        const [old, now] = [ajv.compile(base), ajv.compile(head)]
        const all = [...values(base, base), ...values(head, head)]
        const proof = (a, b) => all.find(v => a(v) && !b(v))
        pairs.push({
          name: `${baseName}${path}: ${operator}`,
          base,
          head,
          backward: proof(old, now) !== undefined,
          forward: proof(now, old) !== undefined,
        })
      }
  return pairs
}

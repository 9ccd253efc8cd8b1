// Asks Backstage's own catalog model whether it takes what Lintel wrote.
// node bench/backstage.mjs FOLDER_OF_NODE_MODULES FILE...      (npm install --ignore-scripts @backstage/catalog-model@1.10.1 elsewhere)
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { loadAll } from 'js-yaml'

const [modules, ...files] = process.argv.slice(2)
if (modules === undefined || files.length === 0) {
  console.error('node bench/backstage.mjs FOLDER_OF_NODE_MODULES FILE...')
  process.exit(2)
}
const model = createRequire(join(modules, 'node_modules', 'x.js'))('@backstage/catalog-model')
const envelope = model.entityEnvelopeSchemaValidator()
const policies = [
  new model.DefaultNamespaceEntityPolicy(),
  new model.SchemaValidEntityPolicy(),
  new model.FieldFormatEntityPolicy(),
  new model.NoForeignRootFieldsEntityPolicy(),
]

/** Backstage fills in placeholders before it validates. */
const filled = entity => (entity.spec?.definition?.$text ? { ...entity, spec: { ...entity.spec, definition: 'the file' } } : entity)

const refused = async (entity, seen) => {
  try {
    envelope(entity)
    let checked = filled(entity)
    for (const policy of policies) checked = await policy.enforce(checked)
    const kind = `${entity.kind[0].toLowerCase()}${entity.kind.slice(1)}`.replace(/^aPI$/, 'api')
    const known = await model[`${kind}EntityV1alpha1Validator`].check(checked)
    const ref = model.stringifyEntityRef(checked)
    if (seen.has(ref)) return `${ref} stands twice`
    seen.add(ref)
    return known ? undefined : `${ref}: no such kind`
  } catch (error) {
    return `${entity?.kind} ${entity?.metadata?.name}: ${error.message}`
  }
}

let failed = 0
for (const file of files) {
  const entities = loadAll(readFileSync(file, 'utf8'))
  const seen = new Set()
  const problems = []
  for (const entity of entities) {
    const why = await refused(entity, seen)
    if (why !== undefined) problems.push(why)
  }
  failed += problems.length
  console.log(`${file}: ${entities.length} entities, ${entities.length - problems.length} accepted`)
  for (const problem of problems) console.log(`  ${problem}`)
}
process.exit(failed > 0 ? 1 : 0)

import { canonicalName } from '../../base/names.ts'
import type { Thing, Things } from './things.ts'

/** Labels that say that something is there, not what. */
const GENERIC =
  /^(this|main|default|primary|self|it|app|application|service|function|fn|handler|lambda|lambda_function|container|container_definition|task|task_definition|ecs|ecs_service|ecs_task|table|dynamodb|dynamodb_table|queue|sqs|topic|sns|bucket|s3|db|database|rds|cluster|instance|api|apigw|gateway|rest_?api|http_?api|lb|alb|nlb|resource|\d+)$/i

/** Labels of an address, the most telling first: keys of instances, the resource's own label, the modules around it. */
const labelsOf = (address: string): string[] => {
  const parts = address.split('.')
  const labels: string[] = []
  while (parts[0] === 'module' && parts.length > 2) {
    parts.shift()
    labels.unshift(parts.shift()!)
    if (parts[0] !== 'module' && parts.length > 2 && !/_/.test(parts[0]!)) labels.unshift(parts.shift()!)
  }
  const own = parts.length > 1 ? parts.slice(1) : parts
  return [...own.slice(1).reverse(), ...own.slice(0, 1), ...labels]
}

/** Its name: what people call it in the document, where the name in the cloud bears that out or is not known; else that name. */
export const nameOf = (thing: Thing, things: Things): string => {
  const real = things.text(thing, 'name')?.replace(/^.*\/(?=[^/])/, '')
  const labels = labelsOf(thing.address)
  const telling = labels.filter(label => label !== '' && !GENERIC.test(label))
  if (real === undefined || real === '') return telling[0] ?? labels[0] ?? thing.address
  return telling.find(label => canonicalName(real).includes(canonicalName(label))) ?? real
}

/** Every name by which others may know it. */
export const aliasesOf = (thing: Thing, things: Things): string[] => {
  const real = things.text(thing, 'name')
  return [...new Set([thing.address, ...(real ? [real] : [])])]
}

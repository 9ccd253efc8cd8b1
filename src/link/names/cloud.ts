import { declaredBy } from '../cloud.ts'
import type { NameScheme } from './scheme.ts'

/** Addresses of infrastructure as code, with or without an attribute (`aws_sqs_queue.orders.url`), and names that its resources have in the cloud. */
export const cloud: NameScheme = {
  name: 'cloud',
  find: (query, directory) => declaredBy(query.host, query.from, directory).map(({ node, step }) => ({ node, steps: [step] })),
}

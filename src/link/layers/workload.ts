import { showValue } from '../../model/value.ts'
import { stepAt } from '../gather.ts'
import type { Layer } from './layer.ts'

/** Variables that the manifest gives the container by name. */
export const workload: Layer = {
  name: 'workload',
  entries({ instance }) {
    if (!instance) return []
    return [...instance.container.env].reverse().map(env => ({
      name: env.name,
      value: env.value,
      step: stepAt(instance.place, env.spot, `${env.name} = ${showValue(env.value)}`),
      layer: 'workload',
    }))
  },
}

import { showValue } from '../../model/value.ts'
import { stepAt } from '../gather.ts'
import { imageOf, stagesOf } from '../programs.ts'
import type { Layer } from './layer.ts'

/** ENV lines of the Dockerfile's last stage and of the stages it is based on. */
export const image: Layer = {
  name: 'image',
  entries({ program }, _settings, programs) {
    const dockerfile = program && imageOf(program, programs)
    if (!dockerfile) return []
    return stagesOf(dockerfile.fact).flatMap(stage =>
      [...stage.env].reverse().map(env => ({
        name: env.name,
        value: env.value,
        step: stepAt(dockerfile, env.spot, `ENV ${env.name} ${showValue(env.value)}`),
        layer: 'image',
      })),
    )
  },
}

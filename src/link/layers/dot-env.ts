import { dirname, join } from '../../base/path.ts'
import { showValue } from '../../model/value.ts'
import { stepAt } from '../gather.ts'
import type { Layer } from './layer.ts'

/** `.env` beside the Compose file, which fills its `${…}`, then `.env` in the program's own folder, which its library reads. */
export const dotEnv: Layer = {
  name: 'dot-env',
  entries({ instance, program }, settings) {
    const folders = [
      ...(instance?.place.fact.kind === 'compose' ? [{ repo: instance.place.repo, folder: dirname(instance.place.file) }] : []),
      ...(program ? [{ repo: program.repo, folder: program.program.root }] : []),
    ]
    return folders.flatMap(({ repo, folder }) =>
      [...(settings.byFile.get(`${repo}\n${join(folder, '.env')}`) ?? [])].reverse().map(s => ({
        name: s.fact.key,
        value: s.fact.value,
        step: stepAt(s, s.fact.spot, `${s.fact.key} = ${showValue(s.fact.value)}`),
        layer: 'dot-env',
      })),
    )
  },
}

import { showValue } from '../../model/value.ts'
import { stepAt } from '../gather.ts'
import { imageOf, type Programs } from '../programs.ts'
import type { Entry, Layer, Owner } from './layer.ts'

/** Settings on the line that starts a program: `-Dkey=value` and `--key=value` with a dotted key, in its words or in options for its runtime. */
export const commandLine: Layer = {
  name: 'command-line',
  entries(owner, _settings, programs) {
    const step = placeOf(owner, programs)
    if (!step) return []
    const words = commandLines(owner, programs).join(' ')
    return [...words.matchAll(SETTING)].map(
      ([, name, text]): Entry => ({
        name: name!,
        value: { is: 'text', text: text!.replace(/^(["'])(.*)\1$/, '$2') },
        step: { at: step.at, says: `started with ${name}` },
        layer: 'command-line',
      }),
    )
  },
}

const SETTING = /(?:^|\s)(?:-D|--)([A-Za-z][\w-]*(?:\.[\w-]+)+)=("[^"]*"|'[^']*'|\S+)/g

const placeOf = ({ instance, program }: Owner, programs: Programs): Entry['step'] | undefined => {
  if (instance) return stepAt(instance.place, instance.place.fact.spot, '')
  const image = program && imageOf(program, programs)
  return image && stepAt(image, image.fact.spot, '')
}

/** The words that start a program, and what its environment hands its runtime. */
export const commandLines = ({ instance, program }: Owner, programs: Programs): string[] => {
  const container = instance?.container
  const options = container?.env.filter(e => /JAVA.*OPT|^JDK_JAVA_OPTIONS$/i.test(e.name)).map(e => showValue(e.value)) ?? []
  const own = [...(container?.entrypoint ?? []), ...(container?.command ?? []), ...options]
  const stage = program && imageOf(program, programs)?.fact.stages.at(-1)
  return own.length > 0 || !stage ? own : [...(stage.entrypoint ?? []), ...(stage.command ?? [])]
}

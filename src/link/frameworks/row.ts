import type { Effect, Protocol } from '../../model/fragment.ts'
import { concat, text, type Value } from '../../model/value.ts'

/** What must be so for a row to count; everything given must hold. */
export interface Condition {
  /** A runtime dependency of the program, as `group:name` or whatever its build system calls it. */
  library?: RegExp
  /** An annotation in the program's own code. */
  annotation?: RegExp
  role?: string
  /** A key that is set; `*` is any one segment. Keys below it count too. */
  setting?: string
  /** `named`: set for this program, not for everybody whom a configuration server serves; `local`: not by such a server at all. */
  from?: 'named' | 'local'
  /** A further library that must be there. */
  with?: RegExp
  /** What the setting says. */
  is?: RegExp
}

/**
 * What a framework does on its own, told by libraries, annotations and settings, with no call in the code. Targets and topics are templates:
 * `{key}` a setting, `{key|default}` (`*` for a default is the capture), `{*}` what `each` found, `{=*}` the setting of that key. `@registered`: every service that a
 * registry knows; `@role`: whoever plays the role that is expected.
 */
export interface FrameworkRow {
  name: string
  /** Alternatives. */
  when: readonly Condition[]
  unless?: readonly Condition[]
  /** Once for each value of `*` among the keys. */
  each?: string
  /** Not the value of `*` is what is found, but the whole key. */
  whole?: true
  /** Only those values of `*`. */
  captures?: RegExp
  does: Extract<Effect['does'], 'call' | 'serve' | 'store' | 'publish' | 'consume'>
  protocol: Protocol
  purpose?: Effect['purpose']
  /** The role of the other side. */
  expects?: string
  /** The first that is wholly known counts. */
  target: readonly string[]
  topic?: string
}

/** A template as a value; `capture` stands for `*`. */
export const templateValue = (template: string, capture: string | undefined): Value => {
  const parts: Value[] = []
  let end = 0
  for (const hole of template.matchAll(/\{([^{}|]+)(?:\|([^{}]*))?\}/g)) {
    parts.push(text(template.slice(end, hole.index)))
    const key = hole[1]!.replace('*', capture ?? '*')
    const value: Value = hole[1] === '*' ? text(capture ?? '') : { is: 'config', key: hole[1] === '=*' ? (capture ?? '') : key }
    parts.push(hole[2] === undefined ? value : { is: 'or', options: [value, text(hole[2] === '*' ? (capture ?? '') : hole[2])] })
    end = hole.index + hole[0].length
  }
  return concat([...parts, text(template.slice(end))])
}

/** The templates of a row as one value. */
export const targetValue = (templates: readonly string[], capture: string | undefined): Value => {
  const options = templates.map(t => templateValue(t, capture))
  return options.length === 1 ? options[0]! : { is: 'or', options }
}

import { commandEffects } from './commands.ts'
import type { DirectEffect } from './effect.ts'
import { type Environment, environmentOf } from './environment.ts'
import type { Gathered, ProgramRef } from './gather.ts'
import type { Settings } from './layers/layer.ts'
import type { Instance, Node } from './node.ts'
import type { Programs } from './programs.ts'

/** A program as one node runs it: its effects, in the environment of the node's primary instance. */
export interface Seat {
  node: Node
  program: ProgramRef
  instance?: Instance
  environment: Environment
  effects: readonly DirectEffect[]
  /** Environments of the same program in other variants, best first: asked only for what the primary leaves open. */
  others: () => Environment[]
}

export const seatsOf = (nodes: readonly Node[], gathered: Gathered, settings: Settings, programs: Programs): Seat[] =>
  nodes.flatMap(node =>
    node.programs.map(program => {
      const running = node.instances.filter(i => i.program?.key === program.key)
      const [instance, ...rest] = running
      let others: Environment[] | undefined
      return {
        node,
        program,
        ...(instance ? { instance } : {}),
        environment: environmentOf({ program, ...(instance ? { instance } : {}) }, settings, programs),
        effects: [...(gathered.effects.get(program.key) ?? []), ...(instance ? commandEffects(node, instance, programs) : [])],
        others: () => (others ??= rest.map(i => environmentOf({ instance: i, program }, settings, programs))),
      }
    }),
  )

/** Seats of deployed things without code of their own: well-known images, which their environment wires. */
export const stockSeatsOf = (nodes: readonly Node[], settings: Settings, programs: Programs): Seat[] =>
  nodes.flatMap(node => {
    const [instance] = node.instances
    if (node.programs.length > 0 || !instance) return []
    const program = nothing(node)
    return [{ node, program, instance, environment: environmentOf({ instance }, settings, programs), effects: [], others: () => [] }]
  })

const nothing = (node: Node): ProgramRef => ({
  key: `stock\n${node.id}`,
  repo: node.repo,
  program: { id: '', root: '', by: 'image', names: [], listens: false, ports: [], reaches: [], files: 0, lines: 0, evidence: [] },
})

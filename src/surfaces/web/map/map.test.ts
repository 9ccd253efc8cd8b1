import { describe, expect, it } from 'vitest'
import { estate } from '../../../../test/support/estate.ts'
import { graphOf } from './graph.ts'
import { groupingBy, usefulWays } from './groups.ts'
import { layered } from './layered.ts'
import { neighbourhood } from './neighbourhood.ts'
import { tiled } from './tiles.ts'

describe('x', () => {
  for (const n of [15, 200, 2000])
    it(`${n}`, () => {
      const t0 = performance.now()
      const model = estate(n)
      const t1 = performance.now()
      const g = graphOf(model)
      const t2 = performance.now()
      const w = usefulWays(g)
      const gr = groupingBy(g, w[0]!)
      const cl = groupingBy(g, 'cluster')
      const t3 = performance.now()
      const lay = layered(
        gr.groups.map(x => ({ id: x.name, width: 200, height: 60 })),
        gr.edges.map(e => ({ id: e.id, from: e.from.name, to: e.to.name })),
      )
      const t4 = performance.now()
      const best = [...g.nodes].sort((a, b) => b.into.length + b.out.length - a.into.length - a.out.length)[0]!
      const nb = neighbourhood(best, 2)
      const nl = layered(
        nb.nodes.map(x => ({ id: x.id, width: 180, height: 30, layer: nb.layer.get(x.id)! })),
        [...nb.edges, ...nb.among].map(e => ({ id: e.id, from: e.from.id, to: e.to.id })),
      )
      const t5 = performance.now()
      const ti = tiled(
        gr.groups.map(x => ({ name: x.name, ids: x.nodes.map(n => n.id) })),
        1100,
        760,
      )
      const t6 = performance.now()
      console.log(n, {
        json: JSON.stringify(model).length,
        nodes: g.nodes.length,
        edges: g.edges.length,
        ways: w,
        groups: gr.groups.length,
        gedges: gr.edges.length,
        clusters: cl.groups.length,
        lay: [lay.width, lay.height],
        nb: [nb.nodes.length, nb.edges.length, nb.among.length, nb.left.length],
        nl: [nl.width, nl.height],
        tile: ti.size,
        th: ti.height,
        ms: [t1 - t0, t2 - t1, t3 - t2, t4 - t3, t5 - t4, t6 - t5].map(Math.round),
      })
      expect(1).toBe(1)
    })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { analyse } from '../src/analyse/analyse.ts'
import { link } from '../src/link/link.ts'
import type { SystemModel } from '../src/model/system.ts'
import { Cache } from '../src/read/cache.ts'
import { helm } from '../src/read/render/helm.ts'
import { scan } from '../src/read/scan.ts'
import { memoryTree } from '../src/read/tree.ts'

type Files = Record<string, string>

const mapOf = async (files: Files): Promise<SystemModel> =>
  link([analyse(await scan(memoryTree(files), { workers: 0 }), {})], { links: {}, external: {}, publicContracts: [] })

const program = (name: string): Files => ({
  [`src/${name}/Dockerfile`]: 'FROM node:24\nCOPY server.js .\nCMD ["node", "server.js"]\n',
  [`src/${name}/server.js`]: `const express = require('express')\nconst app = express()\napp.get('/list', async (q, r) => r.json(await fetch('http://' + process.env.PRICING_ADDR + '/prices')))\napp.listen(7000)\n`,
})

const workload = (name: string, image: string, more = ''): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\nspec:\n  template:\n    metadata:\n      labels: {app: ${name}}\n    spec:\n      containers:\n        - name: main\n          image: ${image}\n${more}---\napiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  selector: {app: ${name}}\n  ports: [{port: 80}]\n`

const chart = (name: string): string => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`
const env = (value: string): string => `          env:\n            - name: PRICING_ADDR\n              value: ${value}\n`

describe('a chart', () => {
  const files: Files = {
    'charts/office/Chart.yaml': chart('office'),
    'charts/office/values.yaml': 'pricing: {port: 80}\n',
    'charts/office/templates/seating.yaml': workload(
      'seating',
      'reg.example.test/seating',
      env('{{ printf "pricing:%v" .Values.pricing.port | quote }}'),
    ),
    'charts/office/templates/pricing.yaml': workload('pricing', 'reg.example.test/pricing'),
    ...program('seating'),
    ...program('pricing'),
  }

  it('wires services, with the template’s lines as evidence', async () => {
    const model = await mapOf(files)
    const [edge] = model.interactions.filter(i => i.from === 'seating')
    expect(edge).toMatchObject({ id: 'seating->pricing:http' })
    expect(edge!.evidence[0]!.via!.map(s => `${s.at.file}:${s.at.line} ${s.says}`)).toContain(
      'charts/office/templates/seating.yaml:14 PRICING_ADDR = pricing:80',
    )
    expect(model.problems).toEqual([])
  })

  it('shares one context among its templates, the last by name first: a profile sets values for the others', () => {
    const tree: Files = {
      'Chart.yaml': chart('office'),
      'values.yaml': 'defaults: {host: pricing}\n',
      'templates/config.yaml': 'kind: ConfigMap\ndata: {host: {{ .Values.host }}, template: {{ .Template.Name }}}\n',
      'templates/zzz_profile.yaml': '{{- $_ := set $ "Values" .Values.defaults }}',
    }
    const paths = Object.keys(tree).sort()
    const [unit] = helm.units(paths, [])
    const { documents, problems } = helm.render(
      unit!,
      path => tree[path],
      folder => paths.filter(p => p.startsWith(folder)),
    )
    expect(problems).toEqual([])
    expect(documents.map(d => d.content)).toEqual(['kind: ConfigMap\ndata: {host: pricing, template: office/templates/config.yaml}\n'])
  })

  it('beside plain manifests of the same workloads adds no service', async () => {
    const model = await mapOf({
      ...files,
      'k8s/seating.yaml': workload('seating', 'reg.example.test/seating', env('pricing:80')),
      'k8s/pricing.yaml': workload('pricing', 'reg.example.test/pricing'),
    })
    expect(model.services.map(s => s.id)).toEqual(['pricing', 'seating'])
  })

  it('whose names carry the release adds no service either: image and sub-chart say who they are', async () => {
    const model = await mapOf({
      'k8s/seating.yaml': workload('seating', 'reg.example.test/office-seating', env('pricing:80')),
      'k8s/store.yaml': workload('seat-store', 'postgres:17'),
      'deploy/skaffold.yaml':
        'apiVersion: skaffold/v4beta1\nkind: Config\nbuild:\n  artifacts:\n    - {image: reg.example.test/office-seating, context: ../src/seating}\n',
      ...program('seating'),
      'chart/Chart.yaml': chart('office'),
      'chart/charts/seats/Chart.yaml': chart('seats'),
      'chart/charts/seats/templates/all.yaml': workload('{{ .Release.Name }}-seats-api', 'reg.example.test/office-seating'),
      'chart/charts/seat-store/Chart.yaml': chart('seat-store'),
      'chart/charts/seat-store/templates/all.yaml': workload('seat-store-{{ .Release.Name }}', 'postgres:17'),
    })
    expect(model.services.map(s => s.id)).toEqual(['seating'])
    expect(model.services[0]!.aliases).toContain('office-seats-api')
    expect(model.resources.map(r => r.id)).toEqual(['seat-store'])
  })

  it('is rendered anew when a template is added', async () => {
    const before = { ...files }
    delete before['charts/office/templates/pricing.yaml']
    const workloads = (of: Awaited<ReturnType<typeof scan>>): string[] =>
      of.documents.flatMap(d => (d.variant.kind === 'helm' ? d.facts.flatMap(f => (f.says === 'deployable' ? [f.name] : [])) : []))
    const folder = mkdtempSync(join(tmpdir(), 'lintel-helm-'))
    const cached = async (of: Files): Promise<string[]> => {
      const cache = new Cache(folder)
      const found = workloads(await scan(memoryTree(of), { workers: 0, cache }))
      cache.repository('memory').save()
      return found
    }
    try {
      expect(await cached(before)).toEqual(['seating'])
      expect(await cached(before)).toEqual(['seating'])
      expect(await cached(files)).toEqual(['pricing', 'seating'])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

import { analyse } from '../../src/analyse/analyse.ts'
import { analysed } from '../../src/flow/infrastructure.ts'
import { link } from '../../src/link/link.ts'
import type { SystemModel } from '../../src/model/system.ts'
import { scan } from '../../src/read/scan.ts'
import { memoryTree } from '../../src/read/tree.ts'

/** The map of a tree that is given file by file. */
export const mapOf = async (files: Record<string, string>): Promise<SystemModel> =>
  link([analyse(await scan(memoryTree(files), { workers: 0 }), {})], { links: {}, external: {}, publicContracts: [] })

/** `from -> to` of every interaction, sorted. */
export const pairs = (model: SystemModel): string[] => [...new Set(model.interactions.map(i => `${i.from} -> ${i.to}`))].sort()

/** Services and resources by id, those that are not simply deployed with their state. */
export const nodes = (model: SystemModel): string[] =>
  [...model.services, ...model.resources].map(n => (n.state === undefined || n.state === 'deployed' ? n.id : `${n.id} (${n.state})`)).sort()

/** A program of Node that listens, with an image. */
export const nodeService = (folder: string, body = ''): Record<string, string> => ({
  [`${folder}/Dockerfile`]: 'FROM node:24\nCOPY server.js .\nCMD ["node", "server.js"]\n',
  [`${folder}/server.js`]: `const express = require('express')\nconst app = express()\n${body}\napp.get('/v1/list', (q, r) => r.json({}))\napp.listen(7000)\n`,
})

export const composeFile = (services: Record<string, string>): string =>
  `services:\n${Object.entries(services)
    .map(([name, body]) => `  ${name}:\n${body.replace(/^/gm, '    ').trimEnd()}\n`)
    .join('')}`

export const deployment = (name: string, image: string, more: { labels?: string; container?: string } = {}): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  template:\n    metadata: {labels: {app: ${name}${more.labels ? `, ${more.labels}` : ''}}}\n    spec:\n      containers:\n        - {name: ${name}, image: ${image}${more.container ? `, ${more.container}` : ''}}\n`

export const service = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: ${name}}, ports: [{port: 80, targetPort: 7000}]${more === '' ? '' : `, ${more}`}}\n`

/** The map of a tree with programs that declare infrastructure. */
export const declaredMap = async (files: Record<string, string>): Promise<SystemModel> =>
  link([await analysed(await scan(memoryTree(files), { workers: 0 }), {})], { links: {}, external: {}, publicContracts: [] })

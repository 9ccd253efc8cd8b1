// Opens the page of an estate and a plain sigma page in one run of Chromium and writes their times, sizes and what axe finds to bench/RESULTS.md.
// Usage: node bench/page.mjs [--rounds N] [--sigma FOLDER with sigma 3.0.3 and graphology 0.26.0 installed]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { build } from 'rolldown'
import { buildPage } from '../scripts/page.mjs'
import { here, median } from './measure.mjs'
import { writeSection } from './results.mjs'

const option = name => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined)
const rounds = Number(option('--rounds') ?? 7)
const folder = mkdtempSync(join(tmpdir(), 'lintel-page-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** The modules of this project that the bench needs, without a build of dist. */
const bundled = async (name, input) => {
  const file = join(folder, name)
  await build({ input: here(input), platform: 'node', output: { file, format: 'esm' }, logLevel: 'silent' })
  return import(pathToFileURL(file))
}

const sigmaFolder = () => {
  const given = option('--sigma')
  if (given) return given
  execFileSync('npm', [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--ignore-scripts',
    '--loglevel=error',
    'sigma@3.0.3',
    'graphology@0.26.0',
  ])
  return folder
}

const NODES = 2000
const EDGES = 6000

/** A page that does nothing but draw: nodes where they are, no layout, no data to read. */
const sigmaPage = async () => {
  const root = sigmaFolder()
  const entry = join(root, 'sigma-entry.mjs')
  writeFileSync(
    entry,
    `import Graph from 'graphology'
import Sigma from 'sigma'
const graph = new Graph({ multi: true })
let state = 7
const dice = below => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0, Math.floor((state / 2 ** 32) * below))
for (let i = 0; i < ${NODES}; i++) graph.addNode(i, { x: dice(1000), y: dice(1000), size: 3, label: 'service ' + i, color: '#456' })
for (let i = 0; i < ${EDGES}; i++) graph.addEdge(dice(${NODES}), dice(${NODES}), { size: 1, color: '#bbb' })
new Sigma(graph, document.getElementById('page'))
globalThis.isDrawn = true
`,
  )
  const { output } = await build({
    input: entry,
    platform: 'browser',
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    output: { format: 'iife', minify: true },
    write: false,
    logLevel: 'silent',
  })
  const script = output[0].code.replaceAll('</script', '<\\/script')
  return `<!doctype html><meta charset="utf-8"><style>html,body,#page{margin:0;height:100%}</style><div id="page"></div><script>${script}</script>`
}

/** Milliseconds from the navigation to the frame behind the one in which the picture stands. */
const firstPicture = async (browser, file, isDrawn) => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(300_000)
  await page.addInitScript(`(() => {
    const look = () => (${isDrawn}) ? requestAnimationFrame(() => { globalThis.drawnAt = performance.now() }) : requestAnimationFrame(look)
    requestAnimationFrame(look)
  })()`)
  await page.goto(pathToFileURL(file).href)
  await page.waitForFunction('globalThis.drawnAt !== undefined')
  const at = await page.evaluate('globalThis.drawnAt')
  await context.close()
  return at
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const views = ['', '#view=domains&of=tickets/billing', '#view=service&of=identity-gateway', '#view=overview', '#view=overview&as=list']

const axeFindings = async (browser, file) => {
  const counts = { critical: 0, serious: 0, moderate: 0, minor: 0 }
  let passes = 0
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme })
    const page = await context.newPage()
    page.setDefaultTimeout(300_000)
    await page.goto(pathToFileURL(file).href)
    await page.evaluate(axe)
    for (const view of views) {
      await page.evaluate(`location.hash = ${JSON.stringify(view || '#view=')}`)
      await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')
      const result = await page.evaluate('axe.run()')
      for (const { impact } of result.violations) counts[impact]++
      passes += result.passes.length
    }
    await context.close()
  }
  return { counts, passes }
}

const { filled } = await bundled('document.mjs', '../src/surfaces/export/document.ts')
const { estate } = await bundled('estate.mjs', '../test/support/estate.ts')
const page = await buildPage()
const pages = new Map()
for (const services of [15, 200, 2000]) {
  const file = join(folder, `${services}.html`)
  const text = filled(page, `${services} services`, JSON.stringify(estate(services)))
  writeFileSync(file, text)
  pages.set(services, { file, text })
}
const sigma = join(folder, 'sigma.html')
writeFileSync(sigma, await sigmaPage())

const browser = await chromium.launch({
  executablePath: process.env.LINTEL_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
})
const drawn = "document.querySelector('.box') !== null"
const subjects = {
  sigma: () => firstPicture(browser, sigma, 'globalThis.isDrawn === true'),
  200: () => firstPicture(browser, pages.get(200).file, drawn),
  2000: () => firstPicture(browser, pages.get(2000).file, drawn),
}
const times = Object.fromEntries(Object.keys(subjects).map(name => [name, []]))
for (let round = -1; round < rounds; round++)
  for (const [name, measure] of Object.entries(subjects)) {
    const ms = await measure()
    if (round >= 0) times[name].push(ms)
  }
const { counts, passes } = await axeFindings(browser, pages.get(200).file)
const version = browser.version()
await browser.close()

const ms = name => Math.round(median(times[name]))
const ratio = name => median(times[name].map((t, i) => t / times.sigma[i])).toFixed(2)
const kilobytes = text => Math.round(gzipSync(text).length / 1000)
const text = `## The page

\`node bench/page.mjs\`: Chromium ${version}, software drawing, 1440 x 900, ${rounds} rounds in turn, medians. First picture: from the navigation to the frame behind the one in which boxes stand (the page: domains, with its data read) or sigma, which draws as it is made, has drawn (${NODES.toLocaleString('en')} nodes and ${EDGES.toLocaleString('en')} edges at given places, no labels to lay out, no data to read).

| | first picture | of sigma's | limit | page, gzipped | limit |
|---|---|---|---|---|---|
| sigma 3.0.3, 2,000 nodes | ${ms('sigma')} ms | 1 | | | |
| the page, 200 services | ${ms(200)} ms | ${ratio(200)} | 1 | ${kilobytes(pages.get(200).text)} kB | 1,000 kB |
| the page, 2,000 services | ${ms(2000)} ms | ${ratio(2000)} | | ${kilobytes(pages.get(2000).text)} kB | |
| the page, 15 services | | | | ${kilobytes(pages.get(15).text)} kB | |

axe-core, five views in light and dark at 200 services: ${Object.entries(counts)
  .map(([impact, n]) => `${n} ${impact}`)
  .join(', ')}; ${passes} checks passed.
`
writeSection('page', text)
console.log(text)

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPage } from '../scripts/page.mjs'
import type { SystemModel } from '../src/index.ts'
import { filled } from '../src/surfaces/export/document.ts'
import { chromiumPath, noChromium, startChromium } from './support/chromium.ts'
import { estate } from './support/estate.ts'

if (chromiumPath === undefined) console.warn(noChromium)

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PATIENCE = 300_000

/** A page, with what the browser complained about and what it asked the network for. */
interface Opened {
  page: Page
  complaints: string[]
  requests: string[]
}

describe.skipIf(chromiumPath === undefined)('the page in Chromium', { timeout: PATIENCE }, () => {
  let browser: Browser
  let folder = ''
  let built = ''
  let files = 0
  let small: Opened
  let large: Opened
  const few = estate(15)
  const many = estate(70)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lintel-page-'))
    built = await buildPage()
    browser = await startChromium()
    small = await opened(few)
    large = await opened(many)
  }, PATIENCE)
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const opened = async (model: SystemModel, hash = '', theme: 'light' | 'dark' = 'light'): Promise<Opened> => {
    const file = join(folder, `${files++}.html`)
    writeFileSync(file, filled(built, model.revisions[0]!.repo, JSON.stringify(model)))
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: theme, reducedMotion: 'reduce' })
    context.setDefaultTimeout(PATIENCE / 2)
    const page = await context.newPage()
    const [complaints, requests]: [string[], string[]] = [[], []]
    page.on('pageerror', error => complaints.push(error.message))
    page.on('console', message => complaints.push(message.text()))
    page.on('request', request => requests.push(request.url()))
    await page.goto(`${pathToFileURL(file)}${hash}`)
    await page.waitForSelector('main *')
    return { page, complaints, requests }
  }

  /** Opens another address of a page that is there. */
  const at = async ({ page }: Opened, hash: string): Promise<Page> => {
    await page.evaluate(`location.hash = ${JSON.stringify(hash === '' ? '#view=' : hash)}`)
    await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')
    return page
  }

  const addressOf = (page: Page): string => decodeURIComponent(page.url().split('#')[1] ?? '')
  const rowsOf = (page: Page): Promise<number> => page.locator('tbody').first().locator('tr').count()

  it('asks for nothing but itself, and has nothing to complain about', () => {
    for (const { requests, complaints } of [small, large]) {
      expect(requests).toHaveLength(1)
      expect(complaints).toEqual([])
    }
  })

  it('goes from domains to a domain to a service, and back by the history', async () => {
    const page = await at(large, '')
    await page.locator('[data-box="g:tickets/billing"]').dblclick()
    await page.locator('.crumbs b', { hasText: 'tickets/billing' }).waitFor()
    await page.locator('[data-box="n:billing-gateway"]').dblclick()
    await page.locator('.heading', { hasText: 'called by' }).waitFor()
    expect(addressOf(page)).toContain('view=service&of=billing-gateway')
    expect(await page.locator('aside h2').textContent()).toBe('billing-gateway')
    await page.goBack()
    await page.locator('.crumbs b', { hasText: 'tickets/billing' }).waitFor()
  })

  it('draws callers left and callees right of the service', async () => {
    const focus = 'billing-gateway'
    const calls = many.interactions.filter(i => i.role === undefined)
    const [into, out] = [calls.filter(i => i.to === focus), calls.filter(i => i.from === focus)]
    const page = await at(large, `#view=service&of=${focus}`)
    const left = async (id: string): Promise<number> => (await page.locator(`[data-box="n:${id}"]`).boundingBox())!.x
    const middle = await left(focus)
    for (const { from } of into) expect(await left(from), from).toBeLessThan(middle)
    for (const { to } of out) if (!into.some(i => i.from === to)) expect(await left(to), to).toBeGreaterThan(middle)
    expect(into.length * out.length).toBeGreaterThan(0)
  })

  it('shows the evidence of a connection with file and line', async () => {
    const edge = few.interactions.find(i => i.purpose === 'call')!
    const page = await at(small, `#sel=${encodeURIComponent(`e:${edge.from}→${edge.to}`)}`)
    await page.locator('aside h2', { hasText: edge.from }).waitFor()
    const { file, line } = edge.evidence[0]!.at
    expect(await page.locator('aside .chain .place').first().textContent()).toBe(`${file}:${line}`)
    expect(await page.locator('aside .chain').first().textContent()).toContain('deploy/values.yaml:41')
  })

  it('is searched by keyboard alone: slash, a name, Enter; Escape gives up', async () => {
    const page = await at(large, '')
    await page.keyboard.press('/')
    await page.keyboard.type('ledger-gate')
    await page.locator('[role=option]', { hasText: 'ledger-gateway' }).waitFor()
    await page.keyboard.press('Enter')
    expect(addressOf(page)).toContain('of=ledger-gateway')
    await page.keyboard.press('/')
    await page.keyboard.type('no such thing')
    await page.locator('.nohits').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.locator('input[role=combobox]').inputValue()).toBe('')
    await page.keyboard.press('Escape')
  })

  it('walks over boxes with the arrow keys and opens one with Enter', async () => {
    const page = await at(small, '')
    await page.locator('.box[tabindex="0"]').focus()
    const focused = async (): Promise<unknown> => page.evaluate('document.activeElement.dataset.box')
    const first = await focused()
    await page.keyboard.press('ArrowRight')
    const second = String(await focused())
    expect(second).toMatch(/^n:/)
    expect(second).not.toBe(first)
    await page.keyboard.press('Enter')
    expect(addressOf(page)).toContain(`of=${second.slice(2)}`)
  })

  it('walks over tiles with the arrow keys and says where one is', async () => {
    const page = await at(large, '#view=overview')
    await page.locator('.tiles').focus()
    await page.keyboard.press('ArrowDown')
    await page.locator('.pointer', { hasText: /called by \d+, calls \d+/ }).waitFor()
    const said = await page.locator('.pointer').textContent()
    await page.keyboard.press('Enter')
    expect(addressOf(page)).toContain(`of=${said!.split(' ')[0]}`)
  })

  it('filters, keeps that in the address, and shows the same to whoever opens it', async () => {
    const page = await at(large, '#view=overview&as=list')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.locator('#filters label', { hasText: /^gateway/ }).click()
    await page.keyboard.press('Escape')
    const gateways = many.services.filter(s => s.kind === 'gateway').length
    await page.locator('caption', { hasText: `${gateways} nodes` }).waitFor()
    expect(addressOf(page)).toContain('kind=gateway')
    expect(await rowsOf(page)).toBe(gateways)
    const again = await opened(many, page.url().slice(page.url().indexOf('#')))
    expect(await rowsOf(again.page)).toBe(gateways)
  })

  it('has a list of everything that it draws', async () => {
    const page = await at(small, '#as=list')
    await page.locator('caption').first().waitFor()
    const text = (await page.locator('main').textContent()) ?? ''
    for (const node of [...few.services, ...few.resources]) expect(text).toContain(node.name)
    for (const i of few.interactions) expect(text).toContain(`${i.evidence[0]!.at.file}:${i.evidence[0]!.at.line}`)
  })

  it('says that nothing was found, and that nothing is connected', async () => {
    const bare = { ...few, resources: [], interactions: [], unresolved: [] }
    const none = await opened({ ...bare, services: [] })
    expect(await none.page.locator('[role=alert]').textContent()).toContain('No service was found')
    const lonely = await opened(bare)
    expect(await lonely.page.locator('[role=alert]').textContent()).toContain('No connection')
  })

  it('opens an address of another map', async () => {
    const page = await at(small, '#view=service&of=%E0%A4%A&sel=n:gone&kind=nothing&q=%')
    await page.getByRole('button', { name: 'Show everything' }).click()
    await page.getByRole('button', { name: 'Show the whole map' }).click()
    await page.locator('.box').first().waitFor()
    expect(small.complaints).toEqual([])
  })

  it('shows the most hostile names as text', async () => {
    const name = '</script><img src=x onerror="document.title=1"><!--<script>'
    const [first] = few.services
    const hostile: SystemModel = {
      ...few,
      revisions: [{ repo: name, revision: '</title><script>' }],
      services: [{ ...first!, name, owners: [{ value: name, evidence: first!.evidence }], paths: [name] }, ...few.services.slice(1)],
      problems: [{ code: 'x/y', message: name, severity: 'error', at: { repo: name, file: name, line: 1 } }],
    }
    const { page, complaints } = await opened(hostile, `#sel=n:${first!.id}`)
    expect(await page.locator('aside h2').textContent()).toBe(name)
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.title()).toContain(name)
    expect(complaints).toEqual([])
  })

  const findings = async (page: Page): Promise<string[]> => {
    const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as {
      violations: { id: string; impact: string; nodes: { html: string }[] }[]
    }
    return violations.map(v => `${v.impact} ${v.id}: ${v.nodes[0]!.html.slice(0, 160)}`)
  }

  it.each(['light', 'dark'] as const)('has no finding of axe in any view, %s', async theme => {
    const shown = await opened(many, '', theme)
    await shown.page.evaluate(axe)
    await shown.page.getByRole('button', { name: 'Filter' }).click()
    expect(await findings(shown.page)).toEqual([])
    await shown.page.keyboard.press('Escape')
    for (const hash of ['#of=tickets/billing', '#view=service&of=billing-gateway', '#view=overview', '#view=overview&as=list&kind=gateway'])
      expect(await findings(await at(shown, hash)), hash).toEqual([])
  })
})

import { existsSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { chromium } from 'playwright-core'

const places = [
  process.env.LINTEL_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The system's Chromium; undefined where there is none. Nothing is downloaded. */
export const chromiumPath = places.find((p): p is string => p !== undefined && p !== '' && existsSync(p))

/** Why the tests of the page are left out: said aloud, so that a green run without a browser is not taken for more than it is. */
export const noChromium = 'NOT TESTED: the page in a browser. No Chromium was found: install the package chromium, or set LINTEL_CHROMIUM.'

export const startChromium = (): Promise<Browser> => {
  if (chromiumPath === undefined) throw new Error(noChromium)
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'] })
}

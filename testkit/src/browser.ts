import { existsSync } from 'node:fs'

import { chromium, type Browser } from 'playwright-core'
import { launch, type Browser as Firefox } from 'puppeteer-core'
import { beforeAll } from 'vitest'

export type { Page as FirefoxTab } from 'puppeteer-core'

/** The browser that a variable names or, if it is not set, an installed one. */
function installed(variable: string, places: readonly string[]): string | undefined {
  const named = process.env[variable]
  return (named === undefined ? places : [named]).find((place) => existsSync(place))
}

const chromiumPath = installed('CHROMIUM', [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
])
const firefoxPath = installed('FIREFOX', [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
])

/** Whether to skip the tests that need a browser. With CI=true, a missing browser is a failure. */
export const withoutBrowser = chromiumPath === undefined && process.env['CI'] !== 'true'

/** The same for the tests that need Firefox. */
export const withoutFirefox = firefoxPath === undefined && process.env['CI'] !== 'true'

export async function launchBrowser(): Promise<Browser> {
  if (chromiumPath === undefined)
    throw new Error('no Chromium here: install one, or name one with CHROMIUM=/path/of/it')
  return await chromium.launch({ args: noRequests, executablePath: chromiumPath })
}

/** One browser for all tests of a `describe` block. */
export function browserForTests(): () => Browser {
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await launchBrowser()
    return () => browser?.close()
  })
  return () => {
    if (browser === undefined) throw new Error('the browser is only available inside a test')
    return browser
  }
}

/** Playwright only runs its own build of Firefox, so another library controls an installed one. */
export async function launchFirefox(): Promise<Firefox> {
  if (firefoxPath === undefined)
    throw new Error('no Firefox here: install one, or name one with FIREFOX=/path/of/it')
  return await launch({ browser: 'firefox', executablePath: firefoxPath })
}

/** Keeps the browser from sending requests of its own. */
const noRequests = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

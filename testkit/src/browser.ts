import { existsSync } from 'node:fs'

import { chromium, type Browser } from 'playwright-core'

/** The Chromium that CHROMIUM names or, if it is not set, an installed Chromium or Chrome. */
function chromiumPath(): string | undefined {
  const { CHROMIUM: named } = process.env
  const places = [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  return (named === undefined ? places : [named]).find((place) => existsSync(place))
}

/** Whether to skip the tests that need a browser. With CI=true, a missing browser is a failure. */
export const withoutBrowser = chromiumPath() === undefined && process.env['CI'] !== 'true'

export async function launchBrowser(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined)
    throw new Error('no Chromium here: install one, or name one with CHROMIUM=/path/of/it')
  return await chromium.launch({ args: noRequests, executablePath })
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

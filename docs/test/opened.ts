import { deadline } from '@messaging-patterns/testkit'
import type { Browser, BrowserContext, Page, Response } from 'playwright-core'

/** A page in a new browser context, and what should not have happened there. */
export interface Opened extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  readonly faults: string[]
}

export type Opener = (
  path: string,
  options?: Parameters<Browser['newContext']>[0],
  onResponse?: (response: Response) => void,
) => Promise<Opened>

/** Opens a page of a site, and collects errors and requests to other hosts. */
export async function openPage(
  browser: Browser,
  site: string,
  ...[path, options = {}, onResponse]: Parameters<Opener>
): Promise<Opened> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(deadline)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (origin !== site && protocol !== 'data:' && protocol !== 'blob:')
      faults.push(`asks ${request.url()}`)
  })
  page.on('response', (response) => {
    if (!response.ok()) faults.push(`${response.status()} ${response.url()}`)
  })
  if (onResponse !== undefined) page.on('response', onResponse)
  await page.goto(site + path, { waitUntil: 'networkidle' })
  return { page, context, faults, [Symbol.asyncDispose]: () => context.close() }
}

import type { Page } from 'playwright-core'

export interface Held extends AsyncDisposable {
  /** Resolves when the page has asked for the address. */
  readonly requested: Promise<void>
  /** Answers, now and from now on. */
  readonly release: () => void
}

/** Answers no request for an address before `release`, as a slow network does. */
export async function hold(page: Page, address: string): Promise<Held> {
  let request = (): void => {}
  let release = (): void => {}
  const requested = new Promise<void>((resolve) => (request = resolve))
  const released = new Promise<void>((resolve) => (release = resolve))
  await page.route(address, async (route) => {
    request()
    await released
    await route.continue()
  })
  return { requested, release, [Symbol.asyncDispose]: () => page.unroute(address) }
}

import { withoutBrowser } from '@messaging-patterns/testkit/browser'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'

import { openTestPage, type TestPage } from '../support/test-page.ts'

/** How many workers of a page could not be loaded from now on. */
async function countFailures(page: Page): Promise<() => Promise<number>> {
  const count = await page.evaluateHandle(() => {
    const seen = { failures: 0 }
    globalThis.Worker = class extends Worker {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args)
        this.addEventListener('error', () => (seen.failures += 1))
      }
    }
    return seen
  })
  return () => count.evaluate(({ failures }) => failures)
}

describe.skipIf(withoutBrowser)('a lab in a network that fails', () => {
  let tested: TestPage

  beforeAll(async () => {
    tested = await openTestPage()
    return async () => {
      expect(tested.faults).toEqual([])
      await tested[Symbol.asyncDispose]()
    }
  })

  test('loads again what could not be loaded before', async () => {
    const { page, faults } = tested
    const failures = await countFailures(page)
    await page.route(/\/(broker|program)\.js$/, (route) => route.abort())
    await page.evaluate(() => {
      globalThis.recorded = new globalThis.engine.RecordedLab()
      globalThis.recorded.lab.prepare(['basic/consumer'])
    })
    await expect.poll(failures).toBe(2)
    const text = await page.evaluate(async () => {
      const it = globalThis.recorded
      await it.lab.start({ id: 'one', name: 'one', program: 'basic/consumer', argv: [] }).ended
      return it.textOf('one')
    })
    expect(text).toEqual(['error: cannot start basic/consumer: its worker cannot be loaded'])
    await page.unroute(/\/(broker|program)\.js$/)
    // The browser has reported each of them.
    faults.length = 0
    await page.evaluate(async () => {
      const it = globalThis.recorded
      it.start('two', 'basic/consumer')
      await it.prints('two', 'waiting')
      it.lab.close()
    })
  })
})

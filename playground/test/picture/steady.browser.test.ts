import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { launchBrowser, withoutBrowser } from '@messaging-patterns/testkit/browser'
import { openPicture } from '../support/picture-page.ts'
import { Script } from '../support/script.ts'

if (withoutBrowser)
  process.stderr.write(
    'NOT RUN: how steady the picture is (no Chromium here; CHROMIUM may name one)\n',
  )

describe.skipIf(withoutBrowser)('the picture in a browser', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launchBrowser()
  })

  afterAll(async () => {
    await browser?.close()
  })

  /** The nodes whose ids begin with a letter, from top to bottom. */
  function order(page: Page, kind: string): Promise<readonly string[]> {
    return page.evaluate((letter) => {
      const nodes = [...document.querySelectorAll(`.mp-node[data-id^="${letter}:"]`)]
      const top = (node: Element): number => node.getBoundingClientRect().top
      return nodes
        .toSorted((a, b) => top(a) - top(b))
        .map((node) => node.getAttribute('data-id') ?? '')
    }, kind)
  }

  /** Nothing moves by itself, so what is drawn has its place. */
  const still = { viewport: { width: 800, height: 700 }, reducedMotion: 'reduce' } as const

  test.each([
    ['swaps rows if edges would cross, while things are declared', false],
    ['swaps no rows once a message has moved', true],
  ] as const)('%s', async (_, hasMoved) => {
    await using opened = await openPicture(browser, still)
    const { page, update } = opened
    const names = ['one', 'two', 'three']
    const script = new Script().exchange('logs').program('producer')
    for (const name of names)
      script.program(name).queue(name).bind('logs', name, name).consume(name, name)
    if (hasMoved) script.publish({ program: 'producer', exchange: 'logs', key: 'one', to: ['one'] })
    await update(script.update())
    await page.locator('.mp-consume').nth(2).waitFor({ state: 'attached' })
    if (hasMoved) await page.getByRole('button', { name: /^one 1 ready/ }).waitFor()
    expect(await order(page, 'q')).toEqual(['q:one', 'q:two', 'q:three'])
    script.consume('three', 'one')
    await update(script.update())
    await page.locator('.mp-consume').nth(3).waitFor({ state: 'attached' })
    const after = hasMoved ? ['q:one', 'q:two', 'q:three'] : ['q:one', 'q:three', 'q:two']
    expect(await order(page, 'q')).toEqual(after)
  })
})

import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'

import { browserForTests, withoutBrowser } from '@messaging-patterns/testkit/browser'
import { openPicture } from '../support/picture/picture-page.ts'
import { Script } from '../support/script.ts'

if (withoutBrowser)
  process.stderr.write(
    'NOT RUN: how steady the picture is (no Chromium here; CHROMIUM may name one)\n',
  )

declare global {
  /** Which messages were shown as dropped, and where. */
  var droppedSeen: Set<string>
}

/** Looks at each frame for messages that are dropped where they have been: they fall down from there. */
function noteDropped(): void {
  globalThis.droppedSeen = new Set()
  const look = (): void => {
    for (const token of document.querySelectorAll('.mp-token.mp-dead')) {
      if (!token.textContent.includes('dropped')) continue
      const { left, right, top } =
        token.querySelector('rect')?.getBoundingClientRect() ?? new DOMRect()
      const node = [...document.querySelectorAll('.mp-node')].find((each) => {
        const box = each.getBoundingClientRect()
        return left >= box.left && right <= box.right && top >= box.top && top < box.bottom
      })
      if (node !== undefined)
        globalThis.droppedSeen.add(
          `${token.getAttribute('data-message')} at ${node.getAttribute('data-id')}`,
        )
    }
    requestAnimationFrame(look)
  }
  look()
}

describe.skipIf(withoutBrowser)('the picture in a browser', () => {
  const browser = browserForTests()

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
    await using opened = await openPicture(browser(), still)
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

  test.each(['no-preference', 'reduce'] as const)(
    'shows what queues drop, and says why, with %s for reduced motion',
    async (reducedMotion) => {
      await using opened = await openPicture(browser(), { ...still, reducedMotion })
      const { page, update } = opened
      const script = new Script().exchange('', 'direct').exchange('later').program('producer')
      const toNoQueue = { 'x-dead-letter-exchange': 'later' }
      const nowhere = { 'x-dead-letter-exchange': 'is not there' }
      script.queue('short').queue('quick').queue('strict', toNoQueue).queue('lost', nowhere)
      const drops = [
        ['short', 'maxlen', 'short: the queue is full'],
        ['quick', 'expired', 'quick: it expired'],
        ['strict', 'rejected', ''],
        ['lost', 'delivery_limit', 'lost: too many deliveries'],
      ] as const
      for (const [queue, reason] of drops) {
        const message = script.publish({ program: 'producer', key: queue })
        script.deadLetter(message, queue, reason)
        if (queue === 'strict') script.route(message, 'later', [])
      }
      await page.evaluate(noteDropped)
      await update(script.update())
      const places = ['1 at q:short', '2 at q:quick', '3 at x:later', '4 at q:lost']
      const seen = (): Promise<readonly string[]> =>
        page.evaluate(() => [...globalThis.droppedSeen].toSorted())
      await expect.poll(seen).toEqual(places)
      await expect.poll(() => page.locator('.mp-token').count()).toBe(0)
      const said = await page.getByRole('status').filter({ hasText: 'dropped' }).textContent()
      expect(said).toContain('4 messages were dropped')
    },
  )

  test('says which message was dropped or refused, and why', async () => {
    await using opened = await openPicture(browser(), still)
    const script = new Script().exchange('', 'direct').program('producer').queue('q')
    script.publish({ program: 'producer', key: 'q' })
    script.deadLetter(1, 'q', 'expired').publish({ program: 'producer', key: 'q', to: [] })
    const update = script.update()
    const movements = update.movements.map((movement) =>
      movement.type === 'unroutable' ? { ...movement, refused: true } : movement,
    )
    await opened.update({ ...update, movements })
    await opened.page.locator('.mp-dead').filter({ hasText: 'refused' }).waitFor()
    const status = opened.page.getByRole('status')
    await expect
      .poll(() => status.textContent())
      .toMatch(
        /^Message 1 was dropped from q: it expired. Message 2 was refused: the queue is full. Queue q/,
      )
  })
})

import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'

import { browserForTests, withoutBrowser } from '@messaging-patterns/testkit/browser'
import { openPicture, type OpenedPicture } from '../support/picture/picture-page.ts'
import { retries, topics, workQueues } from '../support/stories.ts'
import type { Script } from '../support/script.ts'

if (withoutBrowser)
  process.stderr.write(
    'NOT RUN: the tests of the picture (no Chromium here; CHROMIUM may name one)\n',
  )

describe.skipIf(withoutBrowser)('the picture in a browser', () => {
  const browser = browserForTests()

  /** The numbers of the messages at a node, as they are drawn, from right to left. */
  function messagesAt(page: Page, name: string): Promise<readonly string[]> {
    return page.evaluate((start) => {
      const middle = (element: Element): DOMPoint => {
        const { x, y, width, height } = element.getBoundingClientRect()
        return new DOMPoint(x + width / 2, y + height / 2)
      }
      const node = document.querySelector(`.mp-node[aria-label^="${start}"]`)
      const { left, right, top, bottom } = node?.getBoundingClientRect() ?? new DOMRect()
      return [...document.querySelectorAll('.mp-token:not([aria-hidden])')]
        .map((token) => ({ token, at: middle(token) }))
        .filter(({ at: { x, y } }) => x > left && x < right && y > top && y < bottom)
        .toSorted((a, b) => b.at.x - a.at.x)
        .map(({ token }) => {
          const number = token.querySelector('text')?.textContent ?? ''
          return token.classList.contains('mp-ghost') ? `${number} unacked` : number
        })
    }, name)
  }

  async function shows(page: Page, name: string, messages: readonly string[]): Promise<void> {
    await expect.poll(() => messagesAt(page, name)).toEqual(messages)
  }

  async function begun({ update }: OpenedPicture, script: Script): Promise<Script> {
    await update(script.update())
    return script
  }

  function publish(script: Script, count: number): void {
    for (let i = 0; i < count; i++) script.publish({ program: 'producer', key: 'task_queue' })
  }

  test('shows messages in their queue in order, and those that a program holds', async () => {
    await using opened = await openPicture(browser(), { viewport: { width: 800, height: 600 } })
    const { page, update, faults } = opened
    const script = await begun(opened, workQueues())
    publish(script, 4)
    script.deliver(1, 'task_queue', 'worker-1')
    await update(script.update())
    await shows(page, 'worker 1 ', ['1'])
    await shows(page, 'task_queue', ['1 unacked', '2', '3', '4'])
    script.ack(1, 'task_queue').deliver(2, 'task_queue', 'worker-2')
    await update(script.update())
    await shows(page, 'worker 2 ', ['2'])
    await shows(page, 'worker 1 ', [])
    await shows(page, 'task_queue', ['2 unacked', '3', '4'])
    expect(faults).toEqual([])
  })

  test('opens what a message contains, by a click', async () => {
    await using opened = await openPicture(browser())
    const { page, update } = opened
    const script = await begun(opened, retries())
    const death = { queue: 'retries.delay.1000', reason: 'expired', count: 2 }
    script.publish({
      program: 'producer',
      key: 'retries',
      body: 'flaky coffee',
      headers: { 'x-death': [death] },
    })
    await update(script.update())
    await shows(page, 'retries 1 ready', ['1'])
    await page.getByRole('button', { name: 'Message 1: flaky coffee' }).click()
    const panel = await page.getByRole('region', { name: 'Message 1' }).innerText()
    for (const text of [
      'flaky coffee',
      'text/plain',
      'published by producer to the default exchange, key "retries"',
      'routed to retries',
      'waited 1 s in retries.delay.1000, until it expired, 2 times',
    ])
      expect(panel).toContain(text)
    await page.getByRole('button', { name: 'Close' }).click()
    expect(await page.getByRole('region').count()).toBe(0)
  })

  test('can be used by keyboard alone', async () => {
    await using opened = await openPicture(browser())
    const { page, update } = opened
    const script = await begun(opened, workQueues())
    publish(script, 2)
    await update(script.update())
    await page.getByRole('button', { name: /^task_queue 2 ready/ }).waitFor()
    const focused = (): Promise<string | null> =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null)
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('producer, program')
    await page.keyboard.press('ArrowRight')
    expect(await focused()).toBe('default exchange, exchange')
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toBe('task_queue 2 ready, queue')
    await page.keyboard.press('ArrowRight')
    expect(await focused()).toBe('Message 1: Hi')
    const outline = await page
      .locator(':focus rect')
      .evaluate((box) => getComputedStyle(box).strokeWidth)
    expect(outline).toBe('2.5px')
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Message 1' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('region').count()).toBe(0)
    expect(await focused()).toBe('Message 1: Hi')
    // The message leaves: the focus goes to where it was.
    script.deliver(1, 'task_queue', 'worker-1').ack(1, 'task_queue')
    await update(script.update())
    await expect.poll(focused).toMatch(/^task_queue/)
    await page.keyboard.press('Tab')
    expect(await focused()).toBeNull()
  })

  test.each([
    ['light', 1280],
    ['light', 375],
    ['dark', 1280],
    ['dark', 375],
  ] as const)('has no accessibility problem: %s, %i px', async (theme, width) => {
    await using opened = await openPicture(browser(), {
      viewport: { width, height: 800 },
      dark: theme === 'dark',
    })
    const { page, update } = opened
    const script = await begun(opened, topics())
    const queue = 'amq.gen-aKq81xTbnW'
    script.publish({ program: 'producer', exchange: 'topic_logs', key: 'kern.info', to: [queue] })
    script.publish({ program: 'producer', exchange: 'topic_logs', key: 'kern.info', to: [queue] })
    script.deliver(1, queue, 'consumer-0')
    await update(script.update())
    await shows(page, 'consumer 1 ', ['1'])
    await page.getByRole('button', { name: 'Message 2: Hi' }).click()
    await page.addScriptTag({ content: axe.source })
    const problems = await page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run('main')
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)
    })
    expect(problems).toEqual([])
    const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(scrollWidth).toBeLessThanOrEqual(width)
  })

  test('describes itself also while messages keep moving', async () => {
    await using opened = await openPicture(browser())
    const script = await begun(opened, workQueues())
    const publishAndListen = async (): Promise<string | null> => {
      script.publish({ program: 'producer', key: 'task_queue' })
      await opened.update(script.update())
      return await opened.page.getByRole('status').textContent()
    }
    await expect.poll(publishAndListen, { interval: 300 }).toMatch(/task_queue: [2-9]\d* ready/)
  })

  test('describes itself to readers who do not see it', async () => {
    await using opened = await openPicture(browser())
    const script = await begun(opened, topics())
    const queue = 'amq.gen-aKq81xTbnW'
    script.publish({ program: 'producer', exchange: 'topic_logs', key: 'kern.info', to: [queue] })
    script.deliver(1, queue, 'consumer-0')
    await opened.update(script.update())
    const status = opened.page.getByRole('status')
    await expect.poll(() => status.textContent()).toContain(`Queue ${queue}: 0 ready, 1 unacked.`)
    expect(await status.textContent()).toContain('consumer 1 holds message 1.')
    const description = await opened.page.locator('.mp-narrator').textContent()
    expect(description).toContain(`Exchange topic_logs, topic: ${queue} by "kern.*"`)
    expect(description).toContain(`Program consumer 1: consumes ${queue}.`)
  })

  test('moves nothing for readers who prefer that', async () => {
    await using opened = await openPicture(browser(), { reducedMotion: 'reduce' })
    const { page, update } = opened
    const script = await begun(opened, workQueues())
    publish(script, 3)
    await page.evaluate(() => {
      const seen: string[] = []
      Object.assign(window, { seen })
      const look = (): void => {
        for (const token of document.querySelectorAll('.mp-token'))
          seen.push(token.getAttribute('transform') ?? '')
        requestAnimationFrame(look)
      }
      look()
    })
    await update(script.update())
    await shows(page, 'task_queue', ['1', '2', '3'])
    // Each message was in its place from the first frame on. The last one may not have been noted yet.
    const places = (): Promise<number> =>
      page.evaluate(() => new Set((window as unknown as { seen: string[] }).seen).size)
    await expect.poll(places).toBe(3)
  })

  test('stands still, and goes on', async () => {
    await using opened = await openPicture(browser())
    const { page, update } = opened
    const script = await begun(opened, workQueues())
    await page.evaluate(() => window.picture.setRate(0))
    publish(script, 1)
    await update(script.update())
    const label = page.getByRole('button', { name: /^task_queue/ })
    const frames = (count: number): Promise<void> =>
      page.evaluate(async (many) => {
        for (let i = 0; i < many; i++) await new Promise(requestAnimationFrame)
      }, count)
    await frames(120)
    expect(await label.getAttribute('aria-label')).toBe('task_queue 0 ready, queue')
    await page.evaluate(() => window.picture.setRate(1))
    await expect.poll(() => label.getAttribute('aria-label')).toContain('1 ready')
  })

  test('shows hundreds of messages as pulses, says so, and ends with the true numbers', async () => {
    await using opened = await openPicture(browser())
    const { page, update, faults } = opened
    const script = await begun(opened, workQueues())
    publish(script, 500)
    // Both disappear again, perhaps before the update has ended.
    const notice = page.getByText('Too many messages to show one by one')
    await Promise.all([notice.waitFor(), update(script.update())])
    publish(script, 700)
    const pulse = page.locator('.mp-pulse').filter({ hasText: '700' })
    await Promise.all([pulse.first().waitFor(), update(script.update())])
    await page.getByRole('button', { name: /^task_queue 1200 ready/ }).waitFor()
    await expect.poll(() => page.locator('.mp-notice').textContent()).toBe('')
    expect(faults).toEqual([])
  })
})

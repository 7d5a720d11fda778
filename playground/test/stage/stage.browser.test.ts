import { withoutBrowser } from '@messaging-patterns/testkit/browser'
import type { Locator, Page } from 'playwright-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'

import { hold } from '../support/hold.ts'
import { openTestPage, type TestPage } from '../support/test-page.ts'

if (withoutBrowser)
  process.stderr.write(
    'NOT RUN: the stage of a scene (Chromium is not installed; CHROMIUM may name its path)\n',
  )

describe.skipIf(withoutBrowser)('the stage of a scene', () => {
  let tested: TestPage
  let page: Page

  beforeAll(async () => {
    tested = await openTestPage('test/stage/stage-entry.ts')
    page = tested.page
    return () => tested[Symbol.asyncDispose]()
  })

  afterEach(() => {
    expect(tested.faults).toEqual([])
  })

  const open = (id: string): Promise<void> =>
    page.evaluate((scene) => globalThis.openStageView(scene), id)
  const named = (name: string): Locator => page.getByRole('button', { name, exact: true })
  const terminal = (name: string): Locator => page.getByRole('region', { name, exact: true })

  test('offers its speeds before it begins', async () => {
    await open('basic')
    for (const name of ['Normal speed', 'Slow', 'Pause', 'Step'])
      expect(await named(name).isVisible()).toBe(true)
    expect(await page.locator('.mp-waiting').count()).toBe(1)
    await named('Send five messages').click()
    await terminal('consumer').getByText('received').first().waitFor()
    expect(await page.locator('.mp-waiting').count()).toBe(0)
  })

  test('marks errors on stderr only', async () => {
    await open('routing')
    await named('Publish error').click()
    const received = terminal('errors').getByText('error: It will explode received')
    expect(await received.getAttribute('class')).toBe('mp-stdout')
    await named('Publish debug').click()
    const failed = terminal('producer').getByText('error: ', { exact: false }).last()
    await expect.poll(() => failed.getAttribute('class')).toBe('mp-problem')
  })

  test('never takes the code of one program for that of another', async () => {
    await open('work-queues')
    await named('Code').click()
    const editor = page.getByRole('textbox')
    await expect.poll(() => editor.inputValue()).toContain('the worker')
    await using held = await hold(page, '**/sources/work-queues/src/producer.ts')
    await named('producer').click()
    await held.requested
    await editor.fill('// an edit of the worker')
    held.release()
    await page.getByRole('textbox', { name: /^The code of producer/ }).waitFor()
    expect(await editor.inputValue()).not.toContain('an edit of the worker')
  })

  test('says that the code cannot be loaded, and loads it the next time', async () => {
    await open('basic')
    await page.route('**/sources/**', (route) => route.abort())
    await named('Code').click()
    await page.getByText('The code cannot be loaded').waitFor()
    await page.unroute('**/sources/**')
    // The browser has reported it.
    tested.faults.length = 0
    await named('Code').click()
    await expect.poll(() => page.getByRole('textbox').inputValue()).toContain('import')
  })

  test('says that the broker is down, until it is started', async () => {
    await open('basic')
    await named('Send five messages').click()
    await terminal('consumer').getByText('received').first().waitFor()
    const down = page.locator('.mp-picture').getByText('The broker is down.')
    await named('Kill the broker').click()
    await down.waitFor()
    await named('Start the broker').click()
    await down.waitFor({ state: 'detached' })
  })

  test('starts over with empty terminals', async () => {
    await open('basic')
    await named('Send five messages').click()
    await expect.poll(() => terminal('consumer').getByText('received').count()).toBe(5)
    await named('Start over').click()
    expect(await terminal('producer').getByRole('log').innerText()).toBe('')
    await terminal('consumer').getByText('waiting for messages').waitFor()
    expect(await terminal('consumer').getByText('received').count()).toBe(0)
    await named('Send five messages').click()
    await expect.poll(() => terminal('consumer').getByText('received').count()).toBe(5)
  })

  test('disables a button until the one before it was pressed', async () => {
    await open('cluster')
    const kill = named('Kill node 5681')
    expect(await kill.isDisabled()).toBe(true)
    await named('Lose the confirms of node 5681, and send five').click()
    await expect.poll(() => terminal('consumer').getByText('received').count()).toBe(5)
    await expect.poll(() => kill.isEnabled()).toBe(true)
    await kill.click()
    await terminal('producer').getByText('the longest wait').waitFor()
    await named('Start over').click()
    expect(await kill.isDisabled()).toBe(true)
  })

  test('starts a program again that is being stopped', async () => {
    await open('basic')
    await named('Send five messages').click()
    await terminal('consumer').getByText('received').first().waitFor()
    await page.evaluate(() => {
      const all = Array.from(document.querySelectorAll('button'))
      for (const name of ['Stop the consumer', 'Start the consumer'])
        all.find((each) => each.textContent === name)?.click()
    })
    await expect.poll(() => terminal('consumer').getByText('waiting for').count()).toBe(2)
  })

  test('lets a program shut down that is stopped with a double click', async () => {
    await open('work-queues')
    await named('Publish four tasks: heavy, light, heavy, light').click()
    const worker = terminal('worker 1')
    await worker.getByText('received').first().waitFor()
    await named('Restart both with prefetch 0 (no limit)').dblclick()
    await worker.getByText('dots of work done').waitFor()
    await expect.poll(() => worker.getByText('waiting for').count()).toBe(2)
  })

  test('numbers the messages of a stream by their offsets', async () => {
    await open('streams')
    await named('Append five messages').click()
    const numbers = page.locator('.mp-token:not([aria-hidden]) > text:not(.mp-key)')
    await expect
      .poll(async () => new Set(await numbers.allTextContents()))
      .toEqual(new Set(['0', '1', '2', '3', '4']))
  })

  test('shows a count, and stops counting', async () => {
    await open('confirms')
    await named('Publish 20 messages with each strategy').click()
    const published = terminal('producer').getByText('Published 20 messages')
    await expect.poll(() => published.count()).toBe(3)
    await named('Count the 60 messages').click()
    await terminal('consumer').getByText('messages received: 60, duplicates: 0').waitFor()
    await named('Run: consumer').waitFor()
  })
})

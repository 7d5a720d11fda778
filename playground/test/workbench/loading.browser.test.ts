import { withoutBrowser } from '@messaging-patterns/testkit/browser'
import type { Locator, Page } from 'playwright-core'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { hold } from '../support/hold.ts'
import { openTestPage, type TestPage } from '../support/test-page.ts'

if (withoutBrowser)
  process.stderr.write(
    'NOT RUN: the workbench in a slow network (Chromium is not installed; CHROMIUM may name its path)\n',
  )

describe.skipIf(withoutBrowser)('the workbench in a slow network', () => {
  let tested: TestPage
  let page: Page

  beforeAll(async () => {
    tested = await openTestPage('test/workbench/workbench-entry.ts')
    page = tested.page
    return () => tested[Symbol.asyncDispose]()
  })

  beforeEach(async () => {
    await page.goto(new URL(page.url()).origin)
    await page.waitForFunction('globalThis.openWorkbench')
  })

  afterEach(() => {
    expect(tested.faults).toEqual([])
  })

  const open = (): Promise<void> => page.evaluate(() => globalThis.openWorkbench())
  const press = (name: string): Promise<void> =>
    page.getByRole('button', { name, exact: true }).click()
  const editor = (): Locator => page.getByRole('textbox', { name: /^The code of/ })
  const terminal = (name: string): Locator => page.getByRole('region', { name, exact: true })

  async function addProgram(program: string): Promise<void> {
    const add = page.getByRole('form', { name: 'Add a program' })
    await add.getByLabel('Program').selectOption(program)
    await press('Add program')
  }

  const queues = (): Locator => page.getByRole('region', { name: 'Queues' }).locator('ul')

  async function linkToQueue(): Promise<string> {
    await open()
    await page.getByRole('form', { name: 'Add a queue' }).getByLabel('Name').fill('my-queue')
    await press('Add queue')
    await queues().getByText('my-queue').waitFor()
    await expect.poll(() => page.url()).toContain('#w1=')
    return page.url()
  }

  test('never takes the code of one program for that of another', async () => {
    await open()
    await addProgram('own:consumer')
    await addProgram('work-queues/consumer')
    await press('Code: consumer')
    await expect.poll(() => editor().inputValue()).toContain('A consumer of your own')
    await using held = await hold(page, '**/sources/work-queues/src/consumer.ts')
    await press('Code: work-queues consumer')
    await held.requested
    await press('Run consumer with this code')
    await press('Close the code')
    held.release()
    await terminal('consumer').getByText('waiting for messages', { exact: true }).waitFor()
    await press('Code: work-queues consumer')
    await expect.poll(() => editor().inputValue()).toContain('the worker')
    expect(await editor().inputValue()).not.toContain('A consumer of your own')
  })

  test('says that the code could not be loaded, and loads it the next time', async () => {
    await open()
    await addProgram('work-queues/consumer')
    await page.route('**/sources/**', (route) => route.abort())
    await press('Code: work-queues consumer')
    await page.getByText('Failed to fetch').waitFor()
    await page.unroute('**/sources/**')
    // The browser has reported it.
    tested.faults.length = 0
    await press('Code: work-queues consumer')
    await expect.poll(() => editor().inputValue()).toContain('the worker')
  })

  test('shows what a link carries, though the programs of the lessons cannot be listed', async () => {
    const link = await linkToQueue()
    await page.route('**/programs.json', (route) => route.abort())
    await page.goto('about:blank')
    await page.goto(link)
    await page.waitForFunction('globalThis.openWorkbench')
    await open()
    await page.getByText('Failed to fetch').waitFor()
    await queues().getByText('my-queue').waitFor()
    await page.unroute('**/programs.json')
    tested.faults.length = 0
  })

  test('has what was built in the address, also after a click on a heading', async () => {
    const link = await linkToQueue()
    await page.evaluate(() => {
      location.hash = '#a-heading'
    })
    await expect.poll(() => page.url()).toBe(link)
  })
})

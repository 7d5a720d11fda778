import { readFile } from 'node:fs/promises'

import { withoutBrowser } from '@messaging-patterns/testkit/browser'
import type { Locator, Page } from 'playwright-core'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { openTestPage, type TestPage } from '../support/test-page.ts'

if (withoutBrowser)
  process.stderr.write(
    'NOT RUN: the workbench (Chromium is not installed; CHROMIUM may name its path)\n',
  )

describe.skipIf(withoutBrowser)('the workbench', () => {
  let tested: TestPage
  let page: Page

  beforeAll(async () => {
    tested = await openTestPage('test/workbench/workbench-entry.ts')
    page = tested.page
    return () => tested[Symbol.asyncDispose]()
  })

  beforeEach(async () => {
    await open('')
  })

  afterEach(() => {
    expect(tested.faults).toEqual([])
  })

  /** Opens the workbench with a fragment, as in a new tab. */
  async function open(fragment: string): Promise<void> {
    const { origin } = new URL(page.url())
    await page.goto('about:blank')
    await page.goto(`${origin}/${fragment}`)
    await page.waitForFunction('globalThis.openWorkbench')
    await page.evaluate(() => globalThis.openWorkbench())
  }

  const press = (name: string): Promise<void> =>
    page.getByRole('button', { name, exact: true }).click()
  const form = (name: string): Locator => page.getByRole('form', { name })
  const list = (name: string): Locator => page.getByRole('region', { name }).locator('ul')

  async function build(): Promise<void> {
    await form('Add an exchange').getByLabel('Name').fill('logs')
    await form('Add an exchange').getByLabel('Type').selectOption('topic')
    await press('Add exchange')
    await list('Exchanges').getByText('logs').waitFor()
    const queue = form('Add a queue')
    await queue.getByLabel('Name').fill('errors')
    await queue.getByText('Arguments', { exact: true }).click()
    await queue.getByLabel('Max length').fill('2')
    await press('Add queue')
    await list('Queues').getByText('x-max-length: 2').waitFor()
    await form('Add a binding').getByLabel('Routing key').fill('*.error')
    await press('Add binding')
    await list('Bindings').getByText('logs → errors: *.error').waitFor()
  }

  async function publish(key: string, body: string): Promise<void> {
    const publishing = form('Publish a message')
    await publishing.getByLabel('Exchange').selectOption('logs')
    await publishing.getByLabel('Routing key').fill(key)
    await publishing.getByLabel('Body').fill(body)
    await press('Publish')
  }

  test('builds exchanges, queues and bindings, publishes and gets', async () => {
    await build()
    for (const body of ['first', 'second', 'third']) {
      await publish('kern.error', body)
      await form('Publish a message').getByText('published').waitFor()
    }
    await form('Get messages').getByLabel('How many').fill('9')
    await press('Get')
    const found = page.getByRole('list', { name: 'Messages' }).getByRole('listitem')
    // The queue takes two messages, and drops the oldest.
    await expect
      .poll(() => found.allInnerTexts())
      .toEqual([
        expect.stringMatching(/^second\s+from logs, key kern\.error/),
        expect.stringMatching(/^third/),
      ])
    await publish('kern.info', 'nobody wants this')
    await form('Publish a message').getByText('no queue took the message').waitFor()
    await page.locator('.mp-picture').getByText('errors').first().waitFor()
  })

  test("shows the broker's refusal at the form, and changes nothing", async () => {
    const queue = form('Add a queue')
    await queue.getByLabel('Name').fill('wrong')
    await queue.getByText('Arguments', { exact: true }).click()
    await queue.getByLabel('Other arguments (JSON)').fill('{"x-max-length": "many"}')
    await press('Add queue')
    await queue.getByText("invalid arg 'x-max-length' for queue 'wrong'").waitFor()
    expect(await list('Queues').innerText()).toBe('none')
    expect(await page.getByRole('button', { name: 'Undo', exact: true }).isDisabled()).toBe(true)
  })

  test('undoes and redoes, on the broker too', async () => {
    await build()
    await press('Delete queue errors')
    await expect.poll(() => list('Bindings').innerText()).toBe('none')
    await press('Undo')
    await list('Bindings').getByText('logs → errors: *.error').waitFor()
    await publish('kern.error', 'is there again')
    await form('Publish a message').getByText('published').waitFor()
    await page.locator('.mp-bar').press('Control+z')
    await expect.poll(() => list('Bindings').innerText()).toBe('none')
    await publish('kern.error', 'has no binding')
    await form('Publish a message').getByText('no queue took the message').waitFor()
    await press('Redo')
    await list('Bindings').getByText('logs → errors: *.error').waitFor()
  })

  test('runs a program of one’s own, and one of a lesson, and keeps what was edited in the link', async () => {
    const add = form('Add a program')
    await add.getByLabel('Program').selectOption('own:consumer')
    await press('Add program')
    await press('Run: consumer')
    const consumer = page.getByRole('region', { name: 'consumer', exact: true })
    await consumer.getByText('waiting for messages', { exact: true }).waitFor()
    await press('Code: consumer')
    const editor = page.getByRole('textbox', { name: /^The code of consumer/ })
    await expect.poll(() => editor.inputValue()).toContain('delivery.text()')
    const code = await editor.inputValue()
    await editor.fill(`${code}const = 1\n`)
    await press('Run consumer with this code')
    await page.getByText(`Line ${code.split('\n').length}:`).waitFor()
    await editor.fill(code.replace('received', 'my consumer got'))
    await editor.press('Control+Enter')
    await expect.poll(() => consumer.getByText('waiting for messages').count()).toBe(2)

    await add.getByLabel('Program').selectOption('basic/producer')
    await add.getByLabel('Arguments').fill('--queue my-queue "Hello there"')
    await press('Add program')
    await press('Remove: basic producer')
    await press('Undo')
    await form('Publish a message').getByLabel('Routing key').fill('my-queue')
    await press('Publish')
    await consumer.getByText('my consumer got Hello').waitFor()
    await press('kill -9: consumer')
    await consumer.getByText('killed').waitFor()

    await open(new URL(page.url()).hash)
    await page.getByRole('region', { name: 'basic producer', exact: true }).waitFor()
    // Nothing of a link runs by itself.
    expect(await page.locator('.mp-state[data-state="running"]').count()).toBe(0)
    await press('Code: consumer')
    await expect.poll(() => editor.inputValue()).toContain('my consumer got')
    await press('Run: consumer')
    await consumer.getByText('waiting for messages', { exact: true }).waitFor()
  })

  test('runs a program as long as its handler waits for messages, as Node does', async () => {
    await form('Add a program').getByLabel('Program').selectOption('own:consumer')
    await press('Add program')
    await press('Code: consumer')
    const editor = page.getByRole('textbox', { name: /^The code of consumer/ })
    await expect.poll(() => editor.inputValue()).toContain('delivery.text()')
    await editor.fill(`import { Session } from '@messaging-patterns/shared'
const session = await Session.open()
const queue = await session.queue('my-queue')
await queue.consume((delivery) => console.log('handled ' + delivery.text()))
console.log('nothing follows')
`)
    await editor.press('Control+Enter')
    const consumer = page.getByRole('region', { name: 'consumer', exact: true })
    await consumer.getByText('nothing follows').waitFor()
    await form('Publish a message').getByLabel('Routing key').fill('my-queue')
    await press('Publish')
    await consumer.getByText('handled Hello').waitFor()
    await press('kill -9: consumer')
  })

  test('shares what was built by a link, which the address has, too', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await build()
    await press('Copy link')
    await page.getByText('Link copied').waitFor()
    const link = await page.evaluate(() => navigator.clipboard.readText())
    await expect.poll(() => page.url()).toBe(link)
    await open(new URL(link).hash)
    await list('Bindings').getByText('logs → errors: *.error').waitFor()
    // What the link carries was not built here.
    expect(await page.getByRole('button', { name: 'Undo', exact: true }).isDisabled()).toBe(true)
    await publish('kern.error', 'arrives')
    await form('Publish a message').getByText('published').waitFor()
    await open(new URL(link).hash.slice(0, -20))
    await page.getByText('this link is not complete').waitFor()
  })

  test('gives a broker that was killed what was built, without messages', async () => {
    await build()
    await publish('kern.error', 'will be lost')
    await form('Publish a message').getByText('published').waitFor()
    await press('Kill the broker')
    await press('Start the broker')
    await press('Kill the broker')
    await press('Start the broker')
    await page.locator('.mp-picture').getByText('0 ready').first().waitFor()
    await publish('kern.error', 'arrives')
    await form('Publish a message').getByText('published').waitFor()
  })

  test('binds what a program has declared, and keeps it then', async () => {
    await form('Add a program').getByLabel('Program').selectOption('own:producer')
    await press('Add program')
    await press('Run: producer')
    await list('Queues').getByText('declared by a program').waitFor()
    await form('Add a binding').getByLabel('From exchange').selectOption('amq.topic')
    await press('Add binding')
    await list('Bindings').getByText('amq.topic → my-queue').waitFor()
    await expect.poll(() => list('Queues').innerText()).not.toContain('declared by a program')
    await press('Export')
    const text = page.getByRole('textbox', { name: 'Export definitions' })
    await expect.poll(() => text.inputValue()).toContain('"destination": "my-queue"')
    const download = page.waitForEvent('download')
    await press('Download')
    const file = await (await download).path()
    expect(await readFile(file, 'utf8')).toBe(await text.inputValue())
  })

  test('keeps what a program has declared, when a binding to it is undone or refused', async () => {
    await form('Add a program').getByLabel('Program').selectOption('own:producer')
    await press('Add program')
    await press('Run: producer')
    await page
      .getByRole('region', { name: 'producer', exact: true })
      .getByText('message 5')
      .waitFor()
    await list('Queues').getByText('declared by a program').waitFor()
    const binding = form('Add a binding')
    await binding.getByLabel('From exchange').selectOption('amq.topic')
    await press('Add binding')
    await list('Bindings').getByText('amq.topic → my-queue').waitFor()
    await press('Undo')
    await expect.poll(() => list('Bindings').innerText()).toBe('none')
    await list('Queues').getByText('declared by a program').waitFor()
    await binding.getByLabel('From exchange').selectOption('amq.headers')
    await binding.getByText('Arguments', { exact: true }).click()
    await binding.getByLabel('Headers to match (JSON)').fill('{"x-match": "every"}')
    await press('Add binding')
    await binding.getByText('Invalid x-match field value').waitFor()
    await form('Get messages').getByLabel('How many').fill('9')
    await press('Get')
    const found = page.getByRole('list', { name: 'Messages' }).getByRole('listitem')
    await expect.poll(() => found.count()).toBe(5)
  })

  test('shows an export from its first line, and exports again what has changed', async () => {
    await build()
    await press('Export')
    const text = page.getByRole('textbox', { name: 'Export definitions' })
    await expect.poll(() => text.inputValue()).toContain('"errors"')
    expect(await text.evaluate((area) => area.scrollTop)).toBe(0)
    const selection = await text.evaluate((area: HTMLTextAreaElement) => area.selectionStart)
    expect(selection).toBe(0)
    await press('Clear')
    await expect.poll(() => text.inputValue()).not.toContain('errors')
    await press('Undo')
    await expect.poll(() => text.inputValue()).toContain('"errors"')
  })

  test('gives a program of one’s own the exchange or queue that exists', async () => {
    await build()
    const add = form('Add a program')
    const place = add.getByLabel('Queue or exchange')
    await expect
      .poll(() => place.locator('option').allInnerTexts())
      .toEqual(['queue errors', 'exchange logs', 'new queue my-queue'])
    await add.getByLabel('Program').selectOption('own:consumer')
    await press('Add program')
    await press('Run: consumer')
    const consumer = page.getByRole('region', { name: 'consumer', exact: true })
    await consumer.getByText('$ node consumer.ts').waitFor()
    await consumer.getByText('waiting for messages', { exact: true }).waitFor()
    await add.getByLabel('Program').selectOption('own:producer')
    await place.selectOption('exchange:logs')
    await press('Add program')
    await press('Run: producer')
    await consumer.getByText('received message 5').waitFor()
  })

  test('says what is wrong with a file that is not one of definitions', async () => {
    await press('Import')
    await page.getByRole('textbox', { name: 'Import definitions' }).fill('{"a": 1}')
    await page
      .getByRole('region', { name: 'Definitions' })
      .getByText('Import', { exact: true })
      .click()
    await page.getByText('this is not a file of definitions').waitFor()
  })
})

import { startBroker, type Broker } from '@messaging-patterns/broker'
import { deadline, freePort } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import axe from 'axe-core'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'

import { browserForTests, withoutBrowser } from '@messaging-patterns/testkit/browser'

if (withoutBrowser)
  process.stderr.write(
    'NOT RUN: the tests of the management page (no Chromium here; CHROMIUM may name one)\n',
  )

describe.skipIf(withoutBrowser)('the page on the management port', () => {
  const browser = browserForTests()

  interface Opened extends AsyncDisposable {
    readonly page: Page
    /** What should not happen: errors, and requests to other hosts. */
    readonly faults: readonly string[]
  }

  /** Opens the page at the address that `pnpm broker` prints. */
  async function open(broker: Broker, options: BrowserContextOptions = {}): Promise<Opened> {
    const context = await browser().newContext(options)
    context.setDefaultTimeout(deadline)
    const page = await context.newPage()
    await page.clock.install()
    const faults: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text())
    })
    page.on('pageerror', (error) => faults.push(String(error)))
    const url = broker.managementUrl ?? ''
    page.on('request', (request) => {
      const { host, protocol } = new URL(request.url())
      if (host !== new URL(url).host && protocol !== 'data:') faults.push(`asks ${request.url()}`)
    })
    await page.goto(url)
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    return { page, faults, [Symbol.asyncDispose]: () => context.close() }
  }

  const section = (page: Page, name: string): Locator => page.getByRole('region', { name })
  const rowOf = (page: Page, table: string, name: string): Locator =>
    section(page, table)
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name, exact: true }) })

  async function shows(row: Locator, cells: readonly string[]): Promise<void> {
    await expect
      .poll(() => row.getByRole('cell').allTextContents())
      .toEqual(expect.arrayContaining([...cells]))
  }

  test('says with what to begin where nothing exists yet', async () => {
    await using broker = await startBroker({ management: 0 })
    await using opened = await open(broker)
    const { page, faults } = opened
    expect(await section(page, 'Queues').innerText()).toContain(
      'Start a lesson in another terminal: pnpm basic producer Hello',
    )
    for (const table of ['Queues', 'Exchanges', 'Bindings', 'Connections'])
      expect(await section(page, table).getByRole('table').count()).toBe(0)
    expect(faults).toEqual([])
  })

  test('shows what a client declares, sends and closes, without being loaded again', async () => {
    await using broker = await startBroker({ management: 0 })
    await using opened = await open(broker)
    const { page, faults } = opened
    const clientProperties = { connection_name: 'orders', product: 'a test', version: '1.0' }
    const connection = await connect(broker.url, { clientProperties })
    const channel = await connection.createConfirmChannel()
    await channel.assertQueue('hello', { arguments: { 'x-max-length': 10 } })
    await channel.assertExchange('documents', 'headers')
    await channel.bindQueue('hello', 'documents', 'key', { format: 'pdf' })
    const queue = rowOf(page, 'Queues', 'hello')
    await shows(queue, ['classic', '0', 'durable, x-max-length 10'])
    await shows(rowOf(page, 'Exchanges', 'documents'), ['headers', 'durable'])
    await shows(rowOf(page, 'Bindings', 'documents'), ['queue hello', 'key', 'format pdf'])
    await shows(rowOf(page, 'Connections', 'orders'), ['guest', 'running', 'a test 1.0'])
    const before = await queue.elementHandle()
    channel.sendToQueue('hello', Buffer.from('a message'))
    await channel.waitForConfirms()
    await shows(queue, ['1'])
    expect(await queue.evaluate((row, other) => row === other, before)).toBe(true)
    await connection.close()
    await expect.poll(() => section(page, 'Connections').textContent()).toContain('No program')
    expect(faults).toEqual([])
  })

  test('shows predeclared exchanges only on request', async () => {
    await using broker = await startBroker({ management: 0 })
    await using opened = await open(broker)
    const exchanges = section(opened.page, 'Exchanges')
    await exchanges.getByRole('checkbox', { name: 'show predeclared' }).check()
    await shows(rowOf(opened.page, 'Exchanges', '(default)'), ['direct'])
    expect(await exchanges.getByRole('rowheader').count()).toBe(7)
  })

  test('asks nothing while it is paused, which works by keyboard', async () => {
    await using broker = await startBroker({ management: 0 })
    await using opened = await open(broker)
    const { page } = opened
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.getByRole('status').filter({ hasText: 'Paused' }).waitFor()
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    await page.clock.fastForward('01:00')
    expect(requests).toEqual([])
    await page.keyboard.press('Space')
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    expect(requests.length).toBeGreaterThan(0)
  })

  test('says that the broker is gone, and goes on when it is back', async () => {
    const management = await freePort()
    await using first = await startBroker({ management })
    await using opened = await open(first)
    const { page } = opened
    await first.close()
    await page.getByRole('status').filter({ hasText: 'The broker does not answer' }).waitFor()
    await using second = await startBroker({ management })
    const connection = await connect(second.url)
    await (await connection.createChannel()).assertQueue('again')
    await rowOf(page, 'Queues', 'again').waitFor()
    expect(await page.getByRole('status').textContent()).toBe('Live')
    await connection.close()
  })

  test('shows the name of a queue as text, and runs no script but its own', async () => {
    await using broker = await startBroker({ management: 0 })
    await using opened = await open(broker)
    const { page, faults } = opened
    const name = '<img src=x onerror="document.title = 1"><script>document.title = 1</script>'
    const connection = await connect(broker.url)
    await (await connection.createChannel()).assertQueue(name)
    await rowOf(page, 'Queues', name).waitFor()
    expect(await page.title()).toBe('Broker')
    expect(faults).toEqual([])
    await page.evaluate(
      'document.body.append(Object.assign(document.createElement("script"), { text: "document.title = 2" }))',
    )
    expect(await page.title()).toBe('Broker')
    expect(faults.join()).toMatch(/Content Security Policy/)
    await connection.close()
  })

  test('is for users of the broker alone', async () => {
    await using broker = await startBroker({ management: 0 })
    const { origin } = new URL(broker.managementUrl ?? '')
    const wrong = `Basic ${Buffer.from('guest:wrong').toString('base64')}`
    for (const headers of [{}, { authorization: wrong }]) {
      const response = await fetch(origin, { headers })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toMatch(/^Basic /)
      expect(await response.text()).toContain('with the password guest')
    }
  })

  test.each([
    [375, 'light'],
    [375, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('is accessible and fits at %i pixels, %s', async (width, colorScheme) => {
    await using broker = await startBroker({ management: 0 })
    const connection = await connect(broker.url)
    const channel = await connection.createChannel()
    const queue = `a-name-that-is-rather-long${'-and-longer'.repeat(8)}`
    await channel.assertQueue(queue, { arguments: { 'x-dead-letter-exchange': queue } })
    await channel.assertExchange('logs', 'fanout')
    await channel.bindQueue(queue, 'logs', '')
    await using opened = await open(broker, { viewport: { width, height: 800 }, colorScheme })
    const { page } = opened
    await rowOf(page, 'Queues', queue).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    const background = await page.evaluate<string>(
      'getComputedStyle(document.body).backgroundColor',
    )
    expect(background).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(13, 17, 23)')
    // The policy of the page allows no script from outside, so that a debugger must bring it in.
    const debugging = await page.context().newCDPSession(page)
    await debugging.send('Runtime.evaluate', { expression: axe.source })
    const { violations } = await page.evaluate<axe.AxeResults>('axe.run()')
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    await connection.close()
  })
})

import { startTestBroker } from '@messaging-patterns/broker/testing'
import { Management, testBroker } from '@messaging-patterns/testkit'
import { withoutBrowser } from '@messaging-patterns/testkit/browser'
import { beforeAll, describe, expect, inject, test } from 'vitest'

import { openTestPage, type TestPage } from './support/test-page.ts'

type Definitions = Readonly<Record<string, unknown>>

interface Place extends AsyncDisposable {
  readonly vhost: string
  readonly management: Management
}

async function openBroker(): Promise<Place> {
  if (inject('broker') === 'embedded') {
    const broker = await startTestBroker({ management: 0 })
    const management = new Management(broker.managementUrl ?? '')
    const { vhost } = broker
    return { vhost, management, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() }
  }
  const broker = await testBroker()
  const { vhost, management } = broker
  if (management === undefined) throw new Error('RabbitMQ has a management API')
  return { vhost, management, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() }
}

/** Something of everything that a file of definitions says about a virtual host. */
async function declare({ vhost, management }: Place): Promise<void> {
  const name = encodeURIComponent(vhost)
  const put = (path: string, body: object): Promise<unknown> =>
    management.request('PUT', path, body)
  const bind = (path: string, body: object): Promise<unknown> =>
    management.request('POST', `bindings/${name}/e/${path}`, body)
  await put(`exchanges/${name}/orders`, {
    type: 'topic',
    durable: true,
    arguments: { 'alternate-exchange': 'unrouted' },
  })
  await put(`exchanges/${name}/unrouted`, { type: 'fanout', durable: true })
  await put(`exchanges/${name}/by header`, { type: 'headers', durable: true, auto_delete: true })
  const types = {
    classic: { 'x-max-priority': 5 },
    quorum: { 'x-message-ttl': 60_000 },
    stream: {},
  }
  for (const [type, args] of Object.entries(types))
    await put(`queues/${name}/${type}`, {
      durable: true,
      arguments: { 'x-queue-type': type, ...args },
    })
  await bind('orders/q/classic', { routing_key: '*.error' })
  await bind('orders/q/quorum', { routing_key: 'a/b ~c#' })
  await bind('unrouted/q/stream', {})
  const headers = { 'x-match': 'any', product: 'cake', table: 7 }
  await bind('by%20header/q/classic', { arguments: headers })
  await bind('orders/e/by%20header', { routing_key: '#' })
  await put(`policies/${name}/limit`, {
    pattern: '^cl',
    definition: { 'max-length': 100 },
    priority: 1,
    'apply-to': 'queues',
  })
}

function inOrder(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  return value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** The lists of a file have no order. */
function comparable(definitions: Definitions): Definitions {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, value]) => [name, inOrder(value)]),
  )
}

describe.skipIf(withoutBrowser)('the definitions of a broker', () => {
  let tested: TestPage

  beforeAll(async () => {
    tested = await openTestPage('test/workbench/workbench-entry.ts')
    return () => tested[Symbol.asyncDispose]()
  })

  test.each(['all of it', 'a virtual host'])('come back from the workbench: %s', async (what) => {
    const { page, faults } = tested
    await using broker = await openBroker()
    await declare(broker)
    const name = encodeURIComponent(broker.vhost)
    const path = what === 'all of it' ? 'definitions' : `definitions/${name}`
    const definitions = (await broker.management.request('GET', path)) as Definitions
    await page.evaluate(() => globalThis.openWorkbench())
    await page.getByRole('button', { name: 'Import' }).click()
    await page
      .getByRole('textbox', { name: 'Import definitions' })
      .fill(JSON.stringify(definitions))
    const file = page.getByRole('region', { name: 'Definitions' })
    await file.getByRole('button', { name: 'Import' }).click()
    await expect.poll(() => file.isVisible()).toBe(false)
    // Another test may be using the same RabbitMQ.
    const vhosts = page.getByRole('combobox', { name: 'Virtual host' })
    if (await vhosts.isVisible()) await vhosts.selectOption(broker.vhost)
    const queues = page.getByRole('region', { name: 'Queues' }).locator('ul')
    await queues.getByText('x-max-priority: 5').waitFor()
    await page.getByRole('button', { name: 'Export' }).click()
    const text = page.getByRole('textbox', { name: 'Export definitions' })
    await expect.poll(() => text.inputValue()).not.toBe('')
    const exported = JSON.parse(await text.inputValue()) as Definitions
    expect(comparable(exported)).toEqual(comparable(definitions))
    expect(faults).toEqual([])
  })
})

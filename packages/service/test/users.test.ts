import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { delayQueue, Session } from '@messaging-patterns/shared'
import { Management, testBroker, waitFor, type TestBroker } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'

import { noFaults } from '../src/faults/faults.ts'
import { createLog } from '../src/logs/log.ts'
import { headersOf } from '../src/messages/envelope.ts'
import { Closers } from '../src/roles/closers.ts'
import { consumers } from '../src/roles/consumers.ts'
import { roleNames, type RoleName } from '../src/roles/role-names.ts'
import { startService } from '../src/roles/service.ts'
import { openDatabase } from '../src/storage/open-database.ts'
import { testDatabase } from './database.ts'
import { placed } from './events.ts'
import { Shop } from './shop.ts'

interface Definitions {
  readonly users: readonly { readonly name: string; readonly tags: readonly string[] }[]
  readonly permissions: readonly object[]
  readonly bindings: readonly { readonly destination: string; readonly routing_key: string }[]
}

const text = readFileSync(new URL('../definitions.json', import.meta.url), 'utf8')
const definitions = JSON.parse(text) as Definitions
// Users belong to the whole broker, which other test files use at the same time.
const run = randomUUID()
const password = randomUUID()
const userOf = (role: RoleName): string => `orders-${role}-${run}`

const resources = new Closers()
let broker: TestBroker
let shop: Shop
const lines: string[] = []

beforeAll(async () => {
  broker = resources.use(await testBroker())
  resources.add(deleteUsers)
  await importDefinitions()
  const { url } = resources.use(await testDatabase())
  const database = resources.use(await openDatabase(url))
  const log = createLog({ level: 'info', format: 'text', write: (line) => lines.push(line) })
  const settings = { database, host: '127.0.0.1', port: 0, faults: noFaults, log }
  const start = async (role: RoleName) =>
    resources.use(
      await startService({
        ...settings,
        amqpUrl: urlOf(role),
        roles: [role],
        topology: 'existing',
        showTrace: undefined,
      }),
    )
  const [api] = await Promise.all(roleNames.map(start))
  shop = new Shop(() => api?.url ?? '')
})

afterAll(() => resources[Symbol.asyncDispose]())

function urlOf(role: RoleName): string {
  const url = new URL(broker.url)
  url.username = userOf(role)
  url.password = password
  return url.href
}

async function request(method: 'DELETE' | 'POST' | 'PUT', path: string, body?: object) {
  if (broker.management !== undefined) return broker.management.request(method, path, body)
  const reply = await broker.embedded?.manage({ method, path: `/api/${path}`, body })
  expect(reply?.status).toBeLessThan(300)
  return undefined
}

/** The file with the virtual host and the users of this test. The file itself sets no passwords. */
async function importDefinitions(): Promise<void> {
  const mine = JSON.parse(text, (key, value: unknown) => {
    if (key === 'vhost') return broker.vhost
    return key === 'user' ? `${String(value)}-${run}` : value
  }) as Definitions
  const users = definitions.users.map((user) => ({ ...user, name: `${user.name}-${run}` }))
  await request('POST', 'definitions', { ...mine, users, vhosts: [] })
  for (const { name, tags } of users)
    await request('PUT', `users/${name}`, { password, tags: tags.join(',') })
}

async function deleteUsers(): Promise<void> {
  for (const { name } of definitions.users) await request('DELETE', `users/${name}-${run}`)
}

test('every role and KEDA have a user, and each queue has the bindings of its consumer', () => {
  expect(definitions.users.map(({ name }) => name)).toEqual(
    [...roleNames, 'keda'].map((name) => `orders-${name}`),
  )
  const bindings = definitions.bindings.map((one) => [one.destination, one.routing_key])
  expect(bindings).toEqual([
    ...consumers.flatMap(({ name, events }) => events.map((event) => [`orders.${name}`, event])),
    ['orders.history', '#'],
  ])
})

test('with a user for each role, orders come to their end', async () => {
  expect(await shop.end(await shop.place('tea'))).toMatchObject({ state: 'completed' })
  expect(await shop.end(await shop.place('vase'))).toMatchObject({ state: 'cancelled' })
})

test('a consumer may park an event', async () => {
  await using session = await Session.open({ url: urlOf('relay') })
  const exchange = await session.exchange('orders', 'topic', { passive: true })
  const event = placed()
  const dataschema = 'urn:messaging-patterns:service:order.placed:99'
  await exchange.publish(event.name, event.data, {
    messageId: event.id,
    headers: { ...headersOf(event), 'cloudEvents:dataschema': dataschema },
  })
  const isParked = (line: string): boolean => line.includes(`${event.id} is parked in`)
  // By payment, stock and the projection.
  await waitFor('three parked events', () => lines.filter(isParked).length === 3)
})

test.each(['api', 'mail', 'payment'] as const)('%s may not publish an event', async (role) => {
  await using session = await Session.open({ url: urlOf(role) })
  const exchange = await session.exchange('orders', 'topic', { passive: true })
  await expect(exchange.publish('order.placed', {})).rejects.toMatchObject({
    code: 'ACCESS_REFUSED',
    message: expect.stringContaining("write access to exchange 'orders'") as string,
  })
})

test('a role may neither declare nor look at the queue of another one', async () => {
  await using session = await Session.open({ url: urlOf('mail') })
  await expect(session.queue('orders.payment')).rejects.toMatchObject({ code: 'ACCESS_REFUSED' })
  await expect(session.queue('orders.payment', { passive: true })).rejects.toMatchObject({
    code: 'ACCESS_REFUSED',
  })
})

test('a consumer may declare and fill a delay queue of its own', async () => {
  await using session = await Session.open({ url: urlOf('mail') })
  const { name, options } = delayQueue('orders.mail', 100)
  const queue = await session.queue(name, options)
  await queue.send('again')
})

test.runIf(inject('broker') === 'rabbitmq')(
  'KEDA may count the messages of a queue, but not read or delete them',
  async () => {
    const url = new URL(inject('rabbitmq').management)
    url.username = `orders-keda-${run}`
    url.password = password
    const management = new Management(url.href)
    const queue = `queues/${broker.vhost}/orders.payment`
    expect(await management.request('GET', queue)).toMatchObject({ name: 'orders.payment' })
    const get = { count: 1, ackmode: 'ack_requeue_true', encoding: 'auto' }
    await expect(management.request('POST', `${queue}/get`, get)).rejects.toThrow('401')
    await expect(management.request('DELETE', `${queue}/contents`)).rejects.toThrow('401')
  },
)

import { expect, vi } from 'vitest'

import { Client } from './support/client.ts'
import { test, unique } from './support/contract.ts'
import { connectionClose, method } from './support/expected.ts'
import { fill, take, textOf } from './support/messages.ts'
import { closeFromOutside } from './support/operator.ts'
import { Peer } from './support/peer.ts'

// RabbitMQ's management API lists a connection after up to five seconds, so these wait together.
vi.setConfig({ maxConcurrency: 20, testTimeout: 30_000 })

test.concurrent('tells the client that its connection was closed, with 320', async ({ broker }) => {
  const name = unique('closed')
  await using peer = await Peer.open(broker.url, { name })
  await closeFromOutside(broker, name)
  expect(await peer.next()).toEqual(
    connectionClose(320, 'CONNECTION_FORCED - Closed via management plugin'),
  )
})

test.concurrent('tells the client the reason that was given', async ({ broker }) => {
  const name = unique('closed')
  await using peer = await Peer.open(broker.url, { name })
  await closeFromOutside(broker, name, 'for maintenance')
  expect(await peer.next()).toEqual(connectionClose(320, 'CONNECTION_FORCED - for maintenance'))
})

test.concurrent('hangs up when the client has answered, and ignores what else it says', async ({
  broker,
}) => {
  const name = unique('closed')
  await using peer = await Peer.open(broker.url, { name })
  await closeFromOutside(broker, name)
  expect(await peer.next()).toMatchObject(method('ConnectionClose', {}, 0))
  peer.send(1, 'QueueDeclare', { queue: unique('late'), durable: true })
  peer.send(0, 'ConnectionCloseOk')
  expect(await peer.next()).toEqual({ kind: 'end' })
})

test.concurrent('requeues at once what the connection had, and leaves others alone', async ({
  broker,
}) => {
  const [name, queue, own] = [unique('closed'), unique('shared'), unique('own')]
  await using other = await Client.open(broker.url)
  const channel = await other.openChannel()
  await channel.assertQueue(queue)
  await fill(channel, queue, ['a'])
  await using peer = await Peer.open(broker.url, { name })
  await peer.ok(1, 'QueueDeclare', { queue: own, exclusive: true })
  await peer.ok(1, 'BasicConsume', { queue })
  await peer.take(3)
  await closeFromOutside(broker, name)
  expect(await peer.next()).toMatchObject(method('ConnectionClose', {}, 0))
  const message = await take(channel, queue)
  expect([textOf(message), message.fields.redelivered]).toEqual(['a', true])
  await expect(channel.checkQueue(own)).rejects.toMatchObject({ code: 404 })
})

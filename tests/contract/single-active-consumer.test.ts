import { expect } from 'vitest'

import { Client } from './support/client.ts'
import { quorum, since, test, unique } from './support/contract.ts'
import { channelClose } from './support/expected.ts'
import { consume, fill, hold } from './support/messages.ts'

const single = { 'x-single-active-consumer': true }

for (const [type, options, counted] of [
  ['classic', { arguments: single }, 2],
  // A quorum queue does not count those that wait for their turn.
  ['quorum', quorum(single), 1],
] as const) {
  test(`counts the consumers of a ${type} queue when it is declared`, async ({ channel }) => {
    const queue = unique(type)
    await channel.assertQueue(queue, options)
    await consume(channel, queue)
    await consume(channel, queue)
    expect((await channel.checkQueue(queue)).consumerCount).toBe(counted)
  })

  test(`delivers all messages of a ${type} queue to its first consumer`, async ({ channel }) => {
    const queue = unique(type)
    await channel.assertQueue(queue, options)
    const first = await consume(channel, queue)
    const second = await consume(channel, queue)
    await fill(channel, queue, 'abcd')
    await first.has(4)
    expect([first.bodies().join(''), second.bodies().join('')]).toEqual(['abcd', ''])
  })

  test(`switches to the next consumer of a ${type} queue when the first leaves`, async ({
    broker,
    channel,
  }) => {
    const queue = unique(type)
    await channel.assertQueue(queue, options)
    await using leaving = await Client.open(broker.url)
    const first = await consume(await leaving.openChannel(), queue)
    const second = await consume(channel, queue)
    await fill(channel, queue, 'a')
    await first.has(1)
    await leaving.connection.close()
    await second.has(1)
    await fill(channel, queue, 'b')
    await second.has(2)
    expect(second.bodies()).toEqual(['a', 'b'])
    expect(second.messages[0]?.fields.redelivered).toBe(true)
  })
}

test('switches to the next consumer after a cancel, and keeps unacknowledged messages', async ({
  channel,
}) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, arguments: single })
  const first = await consume(channel, queue)
  const second = await consume(channel, queue)
  await fill(channel, queue, 'a')
  await first.has(1)
  await channel.cancel(first.consumerTag)
  await fill(channel, queue, 'b')
  await second.has(1)
  expect([first.bodies(), second.bodies()]).toEqual([['a'], ['b']])
})

test('waits for the active consumer, even if another has a free prefetch', async ({
  client,
  channel,
}) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, arguments: single })
  const busy = await client.openChannel()
  await busy.prefetch(1)
  const first = await consume(busy, queue)
  const second = await consume(channel, queue)
  await fill(channel, queue, 'ab')
  const [held] = await first.has(1)
  expect(await channel.checkQueue(queue)).toMatchObject({ messageCount: 1, consumerCount: 2 })
  if (held !== undefined) busy.ack(held)
  await first.has(2)
  expect(second.bodies()).toEqual([])
})

test('refuses an exclusive consumer on a queue with a single active consumer', async ({
  broker,
  peer,
}) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true, arguments: single })
  expect(await peer.call(1, 'BasicConsume', { queue, exclusive: true })).toEqual(
    channelClose(
      403,
      `ACCESS_REFUSED - queue '${String(queue)}' in vhost '${broker.vhost}' in exclusive use`,
      { by: 'BasicConsume' },
    ),
  )
})

since('4.3')(
  'refuses get from a quorum queue with a single active consumer',
  async ({ broker, peer }) => {
    const queue = unique('quorum')
    await peer.ok(1, 'QueueDeclare', { queue, durable: true, ...quorum(single) })
    await peer.ok(1, 'BasicConsume', { queue })
    expect(await peer.call(1, 'BasicGet', { queue })).toEqual(
      channelClose(
        405,
        `RESOURCE_LOCKED - cannot obtain access to locked queue '${queue}' in vhost '${broker.vhost}'. basic.get operations are not supported by <<"quorum">> queues with single active consumer`,
        { by: 'BasicGet' },
      ),
    )
  },
)

test('allows get on a classic queue with a single active consumer', async ({ client, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, arguments: single })
  const busy = await client.openChannel()
  await busy.prefetch(1)
  const inbox = await consume(busy, queue)
  await fill(channel, queue, 'ab')
  await inbox.has(1)
  expect((await hold(channel, queue)).content.toString()).toBe('b')
})

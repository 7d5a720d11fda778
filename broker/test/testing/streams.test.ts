import { describe, expect, test } from 'vitest'

import { startTestBroker, type TestBroker } from '../../src/testing/index.ts'
import { useBroker } from '../../src/testing/vitest.ts'
import { openClient, send, type Client } from './support/client.ts'

const broker = await useBroker()

/** A stream `log` with two messages, both delivered, one acknowledged and one rejected. */
async function readLog(owner: TestBroker): Promise<Client> {
  const client = await openClient(owner)
  const { channel } = client
  await channel.assertQueue('log', { arguments: { 'x-queue-type': 'stream' } })
  await send(client, 'log', '{"id":17}', 'reject me')
  await channel.prefetch(10)
  const start = { arguments: { 'x-stream-offset': 'first' }, consumerTag: 'reader' }
  await channel.consume(
    'log',
    (message) => {
      if (message?.content.toString() === 'reject me') channel.nack(message)
      else if (message) channel.ack(message)
    },
    start,
  )
  await owner.queue('log').until('acked', { id: 17 })
  return client
}

test('matchers see what happened to the messages of a stream', async () => {
  await using _client = await readLog(broker)
  const log = broker.queue('log')
  await expect(log).toHaveReceived({ id: 17 }, { routingKey: 'log' })
  await expect(log).toHaveDelivered('reject me', { headers: { 'x-stream-offset': 1 } })
  await expect(log).toHaveAcked({ id: 17 }, { times: 1 })
  await expect(log).toHoldMessages(2)
  await expect(log).not.toHaveRequeued()
  await expect(log).not.toHaveDeadLettered()
})

describe('a test of a stream', () => {
  test('gives a message the same number in all lines, for each reader', async () => {
    await using own = await startTestBroker()
    await using client = await readLog(own)
    const { channel } = client
    await channel.consume('log', () => {}, {
      arguments: { 'x-stream-offset': 1 },
      consumerTag: 'another',
    })
    const log = own.queue('log')
    await log.until('delivered', 'reject me', { times: 2 })
    const lines = log
      .describe()
      .replaceAll(/^ +\d+ ms +/gm, '')
      .replaceAll(/ +/g, ' ')
      .split('\n')
    expect(lines[0]).toBe('What the broker saw of queue "log" (2 ready, 1 unacked, 2 consumers):')
    expect(lines.slice(1).filter((line) => line.includes('#'))).toEqual([
      'received #1 {"id":17} by routing key "log" of the default exchange',
      'received #2 "reject me" by routing key "log" of the default exchange',
      'delivered #1 {"id":17} to consumer "reader"',
      'delivered #2 "reject me" to consumer "reader"',
      'acked #1 {"id":17}',
      'delivered #2 "reject me" to consumer "another"',
    ])
  })

  test('is told at once what a stream does not do', async () => {
    await using own = await startTestBroker({ timeout: 60_000 })
    await using _client = await readLog(own)
    const log = own.queue('log')
    const never = (what: string) =>
      `queue "log" is a stream, and messages of a stream are never ${what}`
    await expect(log.until('requeued')).rejects.toThrow(never('requeued'))
    await expect(expect(log).toHaveDeadLettered('reject me')).rejects.toThrow(
      never('dead-lettered'),
    )
    await expect(log.untilEmpty()).rejects.toThrow(
      `queue "log" is a stream, which keeps its messages: wait with until('acked') instead`,
    )
    expect(() => own.faults.redeliver('log')).toThrow(
      'queue "log" is a stream, which redelivers nothing: consume it again from an offset',
    )
  })

  test('drops connections, blocks publishers and nacks confirms', async () => {
    await using own = await startTestBroker()
    await using first = await readLog(own)
    await own.faults.drop()
    await first.closed
    await using client = await openClient(own)
    own.faults.nackConfirms()
    await expect(send(client, 'log', 'three')).rejects.toThrow('message nacked')
    await expect(own.queue('log')).toHoldMessages(2)
    own.faults.blockPublishers()
    // A stream that is deleted gives memory back, but the fault goes on.
    await client.channel.deleteQueue('log')
    await client.channel.assertQueue('jobs')
    client.channel.sendToQueue('jobs', Buffer.from('a'))
    await expect.poll(() => own.snapshot().connections.some(({ blocked }) => blocked)).toBe(true)
    own.faults.unblockPublishers()
    await expect(own.queue('jobs')).toHaveReceived('a')
  })
})

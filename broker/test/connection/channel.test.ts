import { describe, expect, it } from 'vitest'

import { long, longstr, type FieldValue } from '../../src/protocol/field-value.ts'
import { settled, testBench, type Bench, type ScriptedClient } from '../support/scripted-client.ts'

async function connected(bench: Bench): Promise<ScriptedClient> {
  const client = bench.connect()
  await client.open()
  await client.openChannel()
  return client
}

describe('a channel', () => {
  it('confirms the earlier messages, returns an unroutable message, then confirms it', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    client.send(1, 'confirm.select', { noWait: true })
    client.publish('nowhere', 'a').publish('nowhere', 'b', { mandatory: true })
    expect(await client.expect('basic.ack')).toMatchObject({ deliveryTag: 1, multiple: false })
    expect(await client.expect('basic.return')).toMatchObject({
      replyCode: 312,
      replyText: 'NO_ROUTE',
    })
    expect(await client.next()).toMatchObject({ name: 'header', size: 1 })
    expect(await client.next()).toMatchObject({ name: 'body', text: 'b' })
    expect(await client.expect('basic.ack')).toMatchObject({ deliveryTag: 2, multiple: false })
  })

  it('confirms many messages at once', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    await client.declare('q')
    client.send(1, 'confirm.select', { noWait: true })
    client.stream.cork()
    for (let i = 0; i < 20; i++) client.publish('q', 'x')
    client.stream.uncork()
    let confirmed = 0
    while (confirmed < 20) {
      const { deliveryTag, multiple } = await client.expect('basic.ack')
      expect(multiple || deliveryTag === confirmed + 1).toBe(true)
      confirmed = deliveryTag
    }
    expect(confirmed).toBe(20)
  })

  it('sends and receives a body in as many frames as needed', async () => {
    await using bench = testBench()
    const client = bench.connect()
    await client.open({ frameMax: 8192 })
    await client.openChannel()
    await client.declare('q')
    client.publish('q', 'y'.repeat(20_000)).consume('q', { noAck: true })
    await client.expect('basic.consume-ok')
    await client.expect('basic.deliver')
    expect(await client.next()).toMatchObject({ name: 'header', size: 20_000 })
    const sizes: number[] = []
    while (sizes.reduce((a, b) => a + b, 0) < 20_000) {
      const part = await client.next()
      if (part.name !== 'body') throw new Error('a body was due')
      sizes.push(part.text.length)
    }
    expect(sizes).toEqual([8184, 8184, 3632])
  })

  it('stops delivering at the prefetch count, and delivers one more message per ack', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    await client.declare('q')
    for (const body of 'abc') client.publish('q', body)
    client.send(1, 'basic.qos', { prefetchSize: 0, prefetchCount: 2, global: false })
    await client.expect('basic.qos-ok')
    client.consume('q')
    await settled()
    const tags = client.pending.flatMap((each) =>
      each.name === 'basic.deliver' ? [each.deliveryTag] : [],
    )
    expect(tags).toEqual([1, 2])
    client.send(1, 'basic.ack', { deliveryTag: 2, multiple: true })
    await settled()
    expect(client.pending.at(-1)).toMatchObject({ name: 'body', text: 'c' })
  })

  it('keeps the unacked messages of a canceled consumer, and accepts their acks later', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    await client.declare('q')
    client.publish('q', 'a').consume('q')
    client.send(1, 'basic.cancel', { consumerTag: 't', noWait: false })
    await settled()
    expect(bench.broker.snapshot().vhosts[0]?.queues).toMatchObject([{ ready: 0, unacked: 1 }])
    client.send(1, 'basic.ack', { deliveryTag: 1, multiple: false })
    await settled()
    expect(bench.broker.snapshot().vhosts[0]?.queues).toMatchObject([{ ready: 0, unacked: 0 }])
  })

  it('replies to the deletion of a queue before it cancels the consumer of the queue', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    await client.declare('q')
    client.consume('q')
    await client.expect('basic.consume-ok')
    const remove = { ticket: 0, queue: 'q', ifUnused: false, ifEmpty: false, noWait: false }
    client.send(1, 'queue.delete', remove)
    await client.expect('queue.delete-ok')
    expect(await client.expect('basic.cancel')).toMatchObject({ consumerTag: 't', noWait: true })
  })

  it('applies a transaction when it is committed, and not if it is rolled back', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    await client.declare('q')
    client.publish('q', 'old').send(1, 'tx.select', {})
    await client.expect('tx.select-ok')
    client.send(1, 'basic.get', { ticket: 0, queue: 'q', noAck: false })
    client.send(1, 'basic.ack', { deliveryTag: 1, multiple: false }).publish('q', 'new')
    await settled()
    const queue = () => bench.broker.snapshot().vhosts[0]?.queues[0]
    expect(queue()).toMatchObject({ ready: 0, unacked: 1 })
    client.send(1, 'tx.rollback', {})
    await settled()
    expect(queue()).toMatchObject({ ready: 0, unacked: 1 })
    client.send(1, 'basic.ack', { deliveryTag: 1, multiple: false }).publish('q', 'new')
    client.send(1, 'tx.commit', {})
    await settled()
    expect(queue()).toMatchObject({ ready: 1, unacked: 0 })
    expect(client.pending.at(-1)?.name).toBe('tx.commit-ok')
  })

  it('refuses what the permissions of the user do not allow', async () => {
    const permissions = { '/': { configure: '^mine', write: '^mine|amq.default', read: '' } }
    await using bench = testBench({ users: { guest: { password: 'guest', permissions } } })
    const client = await connected(bench)
    await client.declare('mine-1')
    client.publish('mine-1', 'x').consume('mine-1')
    expect(await client.expect('channel.close')).toMatchObject({
      replyCode: 403,
      replyText:
        "ACCESS_REFUSED - read access to queue 'mine-1' in vhost '/' refused for user 'guest'",
    })
  })

  it('delivers a direct reply to the client that waits for it', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    client.consume('amq.rabbitmq.reply-to', { noAck: true })
    await client.expect('basic.consume-ok')
    await client.declare('requests')
    const properties = { replyTo: 'amq.rabbitmq.reply-to' }
    client.publish('requests', 'ping', { properties })
    await settled()
    const server = await connected(bench)
    const events: string[] = []
    bench.broker.on('unroutable', ({ routingKey }) => events.push(routingKey))
    server.send(1, 'basic.get', { ticket: 0, queue: 'requests', noAck: true })
    await server.expect('basic.get-ok')
    await settled()
    expect(events).toEqual([])
    expect(server.pending.map(({ name }) => name)).toEqual(['header', 'body'])
  })

  it('requeues the messages of one consumer after another', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    await client.declare('q')
    for (const body of 'abcd') client.publish('q', body)
    client.send(1, 'basic.qos', { prefetchSize: 0, prefetchCount: 2, global: false })
    client.consume('q', { consumerTag: 'a' }).consume('q', { consumerTag: 'b' })
    await settled()
    const before = client.pending.length
    client.send(1, 'basic.nack', { deliveryTag: 3, multiple: true, requeue: true })
    await settled()
    const again = client.pending
      .slice(before)
      .flatMap((each) => (each.name === 'basic.deliver' ? [each.consumerTag] : []))
    expect(again).toEqual(['a', 'a', 'b'])
  })

  it('is closed once if two of its messages time out', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    const quorum = new Map<string, FieldValue>([
      ['x-queue-type', longstr('quorum')],
      ['x-consumer-timeout', long(1000)],
    ])
    await client.declare('q', quorum)
    client.publish('q', 'a').publish('q', 'b')
    client.send(1, 'basic.get', { ticket: 0, queue: 'q', noAck: false }).consume('q')
    await settled()
    client.takePending()
    bench.clock.advance(2000)
    await settled()
    const names = client.takePending().map(({ name }) => name)
    expect(names.filter((name) => name === 'channel.close')).toEqual(['channel.close'])
    client.send(1, 'channel.close-ok', {})
    await client.openChannel()
  })
})

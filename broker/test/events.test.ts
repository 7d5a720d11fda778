import { describe, expect, it } from 'vitest'

import { longstr, table, type FieldTable } from '../src/protocol/field-value.ts'
import { settled, testBench, type Bench, type ScriptedClient } from './support/scripted-client.ts'

const fields = (values: Readonly<Record<string, string>>): FieldTable =>
  new Map(Object.entries(values).map(([name, value]) => [name, longstr(value)]))

async function connected(bench: Bench): Promise<ScriptedClient> {
  const client = bench.connect()
  await client.open()
  await client.openChannel()
  return client
}

describe('the events of a message', () => {
  it('name the connections that publish, consume and get', async () => {
    await using bench = testBench()
    const heard: unknown[] = []
    bench.broker.on('published', ({ connection }) => heard.push(`published by ${connection}`))
    bench.broker.on('unroutable', ({ connection }) => heard.push(`unroutable of ${connection}`))
    bench.broker.on('consumer.added', ({ connection, prefetch, noAck }) =>
      heard.push({ connection, prefetch, noAck }),
    )
    bench.broker.on('delivered', ({ connection, consumerTag }) =>
      heard.push(`delivered to ${connection} by "${consumerTag}"`),
    )
    const [one, two] = [await connected(bench), await connected(bench)]
    await one.declare('q')
    one.publish('q', 'a').publish('q', 'b').publish('nowhere', 'c')
    one.send(1, 'basic.get', { ticket: 0, queue: 'q', noAck: true })
    await settled()
    two.send(1, 'basic.qos', { prefetchSize: 0, prefetchCount: 3, global: false })
    two.consume('q')
    await settled()
    expect(heard).toEqual([
      'published by 1',
      'published by 1',
      'published by 1',
      'unroutable of 1',
      'delivered to 1 by ""',
      { connection: 2, prefetch: 3, noAck: false },
      'delivered to 2 by "t"',
    ])
  })

  it('name the connection that receives a direct reply', async () => {
    await using bench = testBench()
    const heard: string[] = []
    bench.broker.on('delivered', ({ queue, connection, consumerTag }) =>
      heard.push(`${queue.slice(0, 22)} to ${connection} by "${consumerTag}"`),
    )
    const [server, client] = [await connected(bench), await connected(bench)]
    await server.declare('requests')
    client.consume('amq.rabbitmq.reply-to', { noAck: true })
    client.publish('requests', 'x', { properties: { replyTo: 'amq.rabbitmq.reply-to' } })
    let replyTo = ''
    bench.broker.on('routed', ({ message }) => (replyTo = message.properties.replyTo ?? ''))
    await settled()
    server.publish(replyTo, 'y')
    await settled()
    expect(heard).toEqual(['amq.rabbitmq.reply-to. to 2 by "t"'])
  })

  it('have the same number for all copies of a message, and for its dead letters', async () => {
    await using bench = testBench()
    const heard: (readonly [string, number])[] = []
    for (const name of ['published', 'routed', 'delivered', 'requeued', 'dead-lettered'] as const)
      bench.broker.on(name, ({ message }) => heard.push([name, message.id]))
    const client = await connected(bench)
    await client.declare('dead')
    await client.declare(
      'q',
      fields({ 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' }),
    )
    client.publish('q', 'a').consume('q')
    client.send(1, 'basic.reject', { deliveryTag: 1, requeue: true })
    client.send(1, 'basic.reject', { deliveryTag: 2, requeue: false })
    client.publish('q', 'b')
    await settled()
    const first = heard[0]?.[1]
    const names = heard.map(([name, id]) => `${name}${id === first ? '' : ' another'}`)
    expect(names).toEqual([
      'published',
      'routed',
      'delivered',
      'requeued',
      'delivered',
      'dead-lettered',
      'routed',
      'published another',
      'routed another',
      'delivered another',
    ])
  })
})

describe('a snapshot', () => {
  it('has consumers, and the arguments of queues and bindings', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    await client.declare('q', fields({ 'x-dead-letter-exchange': 'dead' }))
    const binding = { ticket: 0, queue: 'q', routingKey: '', noWait: false }
    const rule = new Map([['nested', table({ a: longstr('b') })]])
    client.send(1, 'queue.bind', { ...binding, exchange: 'amq.headers', arguments: rule })
    client.send(1, 'basic.qos', { prefetchSize: 0, prefetchCount: 2, global: false })
    client.publish('q', 'x').consume('q')
    await settled()
    const [vhost] = bench.broker.snapshot().vhosts
    expect(vhost?.queues).toMatchObject([{ arguments: { 'x-dead-letter-exchange': 'dead' } }])
    expect(vhost?.bindings).toMatchObject([{ arguments: { nested: { a: 'b' } } }])
    expect(vhost?.consumers).toEqual([
      { queue: 'q', consumerTag: 't', connection: 1, prefetch: 2, unacked: 1, noAck: false },
    ])
  })
})

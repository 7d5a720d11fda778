import { describe, expect, it } from 'vitest'

import { settled, testBench, type ScriptedClient } from './support/scripted-client.ts'

async function connected(client: ScriptedClient, vhost = '/'): Promise<ScriptedClient> {
  await client.open({ vhost })
  await client.openChannel()
  return client
}

/** Consumes with the tag `trace` what the firehose of the virtual host publishes. */
async function watch(client: ScriptedClient): Promise<void> {
  await client.declare('traces')
  client.send(1, 'queue.bind', {
    ticket: 0,
    queue: 'traces',
    exchange: 'amq.rabbitmq.trace',
    routingKey: '#',
    noWait: false,
    arguments: new Map(),
  })
  await client.expect('queue.bind-ok')
  client.consume('traces', { consumerTag: 'trace', noAck: true })
  await client.expect('basic.consume-ok')
}

/** The routing keys of the deliveries so far. */
function keys(client: ScriptedClient): readonly string[] {
  return client
    .takePending()
    .flatMap((each) => (each.name === 'basic.deliver' ? [each.routingKey] : []))
}

describe('the firehose', () => {
  it('is on from the start where traceVhosts says so, and only there', async () => {
    await using bench = testBench({ vhosts: ['/', 'other'], traceVhosts: ['other'] })
    const here = await connected(bench.connect())
    const other = await connected(bench.connect(), 'other')
    for (const client of [here, other]) {
      await watch(client)
      client.publish('nowhere', 'x')
    }
    await settled()
    expect([keys(here), keys(other)]).toEqual([[], ['publish.']])
  })

  it('is turned on and off while clients are connected', async () => {
    await using bench = testBench()
    const client = await connected(bench.connect())
    await watch(client)
    for (const turn of [() => {}, () => bench.broker.traceOn(), () => bench.broker.traceOff('/')]) {
      turn()
      client.publish('nowhere', 'x')
      await settled()
    }
    expect(keys(client)).toEqual(['publish.'])
  })

  it('is for the virtual host in the URL unless another one is named', async () => {
    await using bench = testBench({ vhosts: ['other', '/'] })
    const client = await connected(bench.connect(), 'other')
    await watch(client)
    bench.broker.traceOn()
    client.publish('nowhere', 'x')
    await settled()
    expect(keys(client)).toEqual(['publish.'])
    bench.broker.traceOff()
    client.publish('nowhere', 'x')
    await settled()
    expect(keys(client)).toEqual([])
  })

  it('gives each delivery its own tag, also on the channel that it watches', async () => {
    await using bench = testBench({ traceVhosts: ['/'] })
    const client = await connected(bench.connect())
    await watch(client)
    await client.declare('q')
    client.consume('q', { noAck: true }).publish('q', 'x').publish('q', 'y')
    await settled()
    const deliveries = client
      .takePending()
      .flatMap((each) => (each.name === 'basic.deliver' ? [each] : []))
    expect(deliveries.map(({ deliveryTag }) => deliveryTag)).toEqual([1, 2, 3, 4, 5, 6])
    const order = deliveries.map(({ routingKey }) => routingKey)
    expect(order).toEqual(['publish.', 'q', 'deliver.q', 'publish.', 'q', 'deliver.q'])
    expect(bench.broker.snapshot().memoryUsed).toBe(0)
  })

  it('exists only in virtual hosts that exist', async () => {
    await using bench = testBench()
    expect(() => bench.broker.traceOn('nope')).toThrow("there is no virtual host 'nope'")
    expect(() => testBench({ traceVhosts: ['nope'] })).toThrow(
      "the option traceVhosts names 'nope', which is not a virtual host",
    )
  })
})

import { describe, expect, it } from 'vitest'

import { settled, testBench, type Bench, type ScriptedClient } from '../support/scripted-client.ts'

async function connected(bench: Bench): Promise<ScriptedClient> {
  const client = bench.connect()
  await client.open()
  await client.openChannel()
  return client
}

const bye = { replyCode: 200, replyText: 'bye', classId: 0, methodId: 0 }
const passive = {
  ticket: 0,
  queue: 'nope',
  passive: true,
  durable: false,
  exclusive: false,
  autoDelete: false,
  noWait: false,
  arguments: new Map(),
}

describe('closing', () => {
  it('by the client is answered, and its exclusive queues are gone by then', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    client.send(1, 'queue.declare', { ...passive, passive: false, exclusive: true })
    await client.expect('queue.declare-ok')
    client.send(0, 'connection.close', bye)
    await client.expect('connection.close-ok')
    expect(bench.broker.snapshot().vhosts[0]?.queues).toEqual([])
    client.stream.end()
    await settled()
    expect(bench.broker.snapshot().connections).toEqual([])
  })

  it('leaves it to the client to disconnect, but not forever', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    client.send(0, 'connection.close', bye)
    await client.expect('connection.close-ok')
    bench.clock.advance(30_000)
    expect((await client.next()).name).toBe('end')
  })

  it('of a channel ignores all methods until close-ok', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    client.send(1, 'queue.declare', passive)
    expect(await client.expect('channel.close')).toMatchObject({
      replyCode: 404,
      replyText: "NOT_FOUND - no queue 'nope' in vhost '/'",
      classId: 50,
      methodId: 10,
    })
    client.send(1, 'queue.declare', passive).publish('nope', 'x', { mandatory: true })
    client.send(1, 'channel.close-ok', {}).send(1, 'channel.open', { outOfBand: '' })
    await client.expect('channel.open-ok')
    expect(client.pending).toEqual([])
  })

  it('of a channel makes a channel.open before close-ok an error', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    client.send(1, 'queue.declare', passive).send(1, 'channel.open', { outOfBand: '' })
    await client.expect('channel.close')
    expect(await client.expect('connection.close')).toMatchObject({
      replyText: "CHANNEL_ERROR - second 'channel.open' seen",
    })
  })

  it('of a channel by both sides at once is answered', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    client.send(1, 'queue.declare', passive).send(1, 'channel.close', bye)
    await client.expect('channel.close')
    await client.expect('channel.close-ok')
    client.send(1, 'channel.close-ok', {})
    await client.openChannel()
  })

  it('for an error of the connection names the method, and waits for close-ok', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    client.send(1, 'basic.qos', { prefetchSize: 10, prefetchCount: 0, global: false })
    expect(await client.expect('connection.close')).toMatchObject({
      replyCode: 540,
      replyText: 'NOT_IMPLEMENTED - prefetch_size!=0 (10)',
      classId: 60,
      methodId: 10,
    })
    client.send(1, 'queue.declare', passive).send(0, 'connection.close-ok', {})
    expect((await client.next()).name).toBe('end')
  })

  it('of the broker closes the connections, and disconnects a client that does not answer', async () => {
    const bench = testBench()
    const client = await connected(bench)
    const silent = await connected(bench)
    const closed = bench.broker.close()
    expect(await client.expect('connection.close')).toMatchObject({
      replyCode: 320,
      replyText: "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'",
    })
    client.send(0, 'connection.close-ok', {})
    await silent.expect('connection.close')
    await closed
    expect((await silent.next()).name).toBe('end')
  })

  it('of a channel requeues its unacked messages', async () => {
    await using bench = testBench()
    const client = await connected(bench)
    await client.declare('q')
    client.publish('q', 'a').consume('q')
    await client.expect('basic.consume-ok')
    await client.expect('basic.deliver')
    client.stream.destroy()
    await settled()
    expect(bench.broker.snapshot().vhosts[0]?.queues).toMatchObject([
      { name: 'q', ready: 1, unacked: 0, consumers: 0 },
    ])
  })
})

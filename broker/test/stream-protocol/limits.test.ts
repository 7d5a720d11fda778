import { describe, expect, it } from 'vitest'

import { commandKey, responseBit } from '../../src/stream-protocol/wire/commands.ts'
import { writeMap, writeString } from '../../src/stream-protocol/wire/frame-writer.ts'
import type { Clock } from '../../src/time/clock.ts'
import { settled, testBench, type Bench, type ConnectOptions } from '../support/scripted-client.ts'
import {
  openingFrames,
  publishFrame,
  responseTo,
  streamFrame,
  streamRequest,
  subscribeFrame,
  type StreamClient,
} from '../support/stream-client.ts'

/** A client with publisher 1 of the stream `s`. */
async function publisher(bench: Bench, options?: ConnectOptions): Promise<StreamClient> {
  const client = bench.connectStream(options).send(...openingFrames())
  client.create('s').declarePublisher(1, 's')
  await settled()
  client.takeKeys()
  return client
}

const subscribeAlone = streamRequest(commandKey.subscribe, (to) => {
  to.octet(1)
  writeString(to, 's')
  to.short(1)
  to.short(10)
  writeMap(to, { name: 'group', 'single-active-consumer': 'true' })
})

/** A quarter of a millisecond passes between two looks at it, so a time slice is over after four. Long timeouts never end. */
function hastyClock(): Clock {
  let now = 1_700_000_000_000
  return {
    now: () => (now += 0.25),
    after(ms, task) {
      const timer = ms < 10 ? setImmediate(task) : undefined
      return { [Symbol.dispose]: () => clearImmediate(timer) }
    },
  }
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

describe('a client of the stream protocol', () => {
  it('gets the first chunk after it has read that it has subscribed', async () => {
    await using bench = testBench()
    const client = await publisher(bench)
    client.send(publishFrame(1, [new Uint8Array(5)]), subscribeFrame('s', 10))
    await settled()
    expect(client.takeKeys()).toEqual([commandKey.publishConfirm, responseTo(commandKey.subscribe)])
    bench.clock.advance(5)
    await settled()
    expect(client.takeKeys()).toEqual([commandKey.deliver])
    client.send(streamRequest(commandKey.unsubscribe, (to) => to.octet(1)))
    client.send(subscribeFrame('s', 10))
    await settled()
    client.takeKeys()
    // Another command shows that it has.
    client.send(streamFrame(commandKey.heartbeat, () => {}))
    await settled()
    expect(client.takeKeys()).toEqual([commandKey.deliver])
  })

  it('that unsubscribes at once gets no chunk', async () => {
    await using bench = testBench()
    const client = await publisher(bench)
    const unsubscribe = streamRequest(commandKey.unsubscribe, (to) => to.octet(1))
    client.send(publishFrame(1, [new Uint8Array(5)]), subscribeFrame('s', 10), unsubscribe)
    await settled()
    client.takeKeys()
    bench.clock.advance(5)
    await settled()
    expect(client.takeKeys()).toEqual([])
  })

  it('gets no more chunks while it does not read, and the rest when it does', async () => {
    await using bench = testBench({ outboxLimit: 100_000 })
    const writer = await publisher(bench)
    for (let i = 0; i < 100; i++) {
      writer.send(publishFrame(1, [new Uint8Array(20_000)]))
      await settled()
    }
    const reader = bench.connectStream().send(...openingFrames())
    await settled()
    reader.takeKeys()
    reader.stream.pause()
    reader.send(subscribeFrame('s', 1000))
    await settled()
    bench.clock.advance(5)
    await settled()
    // The outbox, and what the streams between client and broker buffer.
    expect(reader.stream.readableLength).toBeLessThan(200_000)
    reader.stream.resume()
    await settled()
    await settled()
    expect(reader.takeKeys().filter((key) => key === commandKey.deliver)).toHaveLength(100)
  })

  it('that publishes thousands of messages in one frame lets others have their turn', async () => {
    await using bench = testBench({ clock: hastyClock() })
    const busy = await publisher(bench)
    const quiet = bench.connectStream().send(...openingFrames())
    await settled()
    quiet.takeKeys()
    const bodies = Array.from({ length: 60_000 }, () => new Uint8Array(1))
    busy.send(publishFrame(1, bodies))
    while (confirmed(busy) === 0) await turn()
    quiet.create('other')
    while (quiet.received.length === 0) await turn()
    expect(quiet.takeKeys()).toEqual([responseTo(commandKey.create)])
    expect(confirmed(busy)).toBeLessThan(30_000)
    while (confirmed(busy) < bodies.length) await turn()
  })

  it('whose filter leaves out many chunks lets others have their turn', async () => {
    await using bench = testBench({ clock: hastyClock() })
    const writer = await publisher(bench)
    for (let i = 0; i < 5000; i++) {
      // Each message gets a chunk of its own.
      writer.send(publishFrame(1, [Uint8Array.of(1)]))
      while (writer.received.length === 0) await turn()
      writer.takeKeys()
    }
    const reader = bench.connectStream().send(...openingFrames())
    await settled()
    reader.takeKeys()
    reader.send(subscribeFrame('s', 10, 'apples'))
    while (reader.received.length === 0) await turn()
    expect(reader.takeKeys()).toEqual([responseTo(commandKey.subscribe)])
    writer.send(wantedFrame)
    let turns = 0
    for (; reader.received.length === 0; turns++) await turn()
    expect(reader.takeKeys()).toEqual([commandKey.deliver])
    // Meanwhile the writer had its turns.
    expect(writer.takeKeys()).toEqual([commandKey.publishConfirm])
    expect(turns).toBeGreaterThan(10)
  })

  it('that publishes above memoryWatermark is not read until there is memory again', async () => {
    await using bench = testBench({ memoryWatermark: 600_000 })
    const events: string[] = []
    bench.broker.on('connection.blocked', () => events.push('blocked'))
    bench.broker.on('connection.unblocked', () => events.push('unblocked'))
    const writer = await publisher(bench)
    for (let i = 0; i < 20; i++) writer.send(publishFrame(1, [new Uint8Array(100_000)]))
    await settled()
    const stored = writer.takeKeys().length
    expect(stored).toBeLessThan(20)
    expect(events).toEqual(['blocked'])
    const other = bench.connectStream().send(...openingFrames())
    await settled()
    other.takeKeys()
    other.declarePublisher(1, 's')
    await settled()
    // Precondition failed.
    expect(other.received.at(-1)?.payload.at(-1)).toBe(17)
    other.send(streamRequest(commandKey.delete, (to) => writeString(to, 's')))
    await settled()
    expect(events).toEqual(['blocked', 'unblocked'])
    expect(writer.takeKeys()).toContain(commandKey.publishError)
  })

  it('is disconnected if it does not answer a consumer update within a minute', async () => {
    await using bench = testBench()
    const reasons: string[] = []
    bench.broker.on('connection.failed', ({ reason }) => reasons.push(reason))
    const client = (await publisher(bench)).send(subscribeAlone)
    await settled()
    expect(client.takeKeys()).toEqual([responseTo(commandKey.subscribe), commandKey.consumerUpdate])
    bench.clock.advance(59_999)
    await settled()
    expect(client.isEnded).toBe(false)
    bench.clock.advance(1)
    await settled()
    expect(client.isEnded).toBe(true)
    expect(reasons).toEqual(['the client did not answer a consumer update in time'])
  })

  it('is disconnected if it does not answer close within ten seconds', async () => {
    await using bench = testBench()
    const client = (await publisher(bench)).send(streamFrame(99, () => {}))
    await settled()
    expect(client.takeKeys()).toEqual([commandKey.close])
    bench.clock.advance(9999)
    await settled()
    expect(client.isEnded).toBe(false)
    bench.clock.advance(1)
    await settled()
    expect(client.isEnded).toBe(true)
  })

  it('stays connected if it answers', async () => {
    await using bench = testBench()
    const client = (await publisher(bench)).send(subscribeAlone)
    await settled()
    client.send(
      streamFrame(commandKey.consumerUpdate | responseBit, (to) => {
        to.long(0)
        to.short(1)
        to.short(0)
      }),
    )
    await settled()
    bench.clock.advance(120_000)
    await settled()
    expect(client.isEnded).toBe(false)
  })

  it('is disconnected if it does not open a virtual host in time', async () => {
    await using bench = testBench()
    const client = bench.connectStream().send(...openingFrames().slice(0, 3))
    await settled()
    bench.clock.advance(10_000)
    await settled()
    expect(client.isEnded).toBe(true)
  })

  it('is refused above maxConnections, which counts the clients of both protocols', async () => {
    await using bench = testBench({ maxConnections: 1, refusalDelay: 0 })
    await bench.connect().open()
    const client = bench.connectStream().send(...openingFrames())
    await settled()
    bench.clock.advance(1)
    await settled()
    // Virtual host access failure.
    expect(client.received.at(-1)?.payload.at(-1)).toBe(12)
    expect(client.isEnded).toBe(true)
  })

  it('is in the list of connections, and can be disconnected', async () => {
    await using bench = testBench()
    const client = await publisher(bench)
    const [connection] = bench.broker.connections()
    expect(connection).toMatchObject({
      protocol: 'stream',
      user: 'guest',
      vhost: '/',
      state: 'running',
      clientProperties: { product: 'test' },
    })
    await connection?.close()
    await settled()
    expect(client.isEnded).toBe(true)
    expect(bench.broker.connections()).toEqual([])
  })

  it('counts as a consumer of its stream, until it unsubscribes or is gone', async () => {
    await using bench = testBench()
    const client = await publisher(bench)
    const consumers = () => bench.broker.snapshot().vhosts[0]?.queues[0]?.consumers
    client.send(subscribeFrame('s', 10), subscribeFrame('s', 10))
    await settled()
    expect(consumers()).toBe(1)
    client.send(streamRequest(commandKey.unsubscribe, (to) => to.octet(1)))
    await settled()
    expect(consumers()).toBe(0)
    client.send(subscribeAlone)
    await settled()
    expect(consumers()).toBe(1)
    client.stream.destroy()
    await settled()
    expect(consumers()).toBe(0)
  })

  it('of a broker that closes is disconnected', async () => {
    const bench = testBench()
    const client = await publisher(bench)
    await bench[Symbol.asyncDispose]()
    await settled()
    expect(client.isEnded).toBe(true)
  })
})

/** A message with the filter value that the reader wants. */
const wantedFrame = streamFrame(
  commandKey.publish,
  (to) => {
    to.octet(1)
    to.long(1)
    to.longlong(1)
    writeString(to, 'apples')
    to.bytes(Uint8Array.of(2))
  },
  2,
)

/** How many messages were confirmed so far. */
function confirmed({ received }: StreamClient): number {
  return received
    .filter(({ key }) => key === commandKey.publishConfirm)
    .reduce((sum, { payload }) => sum + (payload.length - 9) / 8, 0)
}

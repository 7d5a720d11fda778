import { describe, expect, it } from 'vitest'

import { settled, testBench } from '../support/scripted-client.ts'

describe('heartbeats', () => {
  it('are sent at half of the interval, unless another frame was sent', async () => {
    await using bench = testBench()
    const client = bench.connect()
    await client.open({ heartbeat: 10 })
    await settled()
    bench.clock.advance(5000)
    bench.clock.advance(5000)
    expect((await client.next()).name).toBe('heartbeat')
    await client.openChannel()
    bench.clock.advance(5000)
    await settled()
    expect(client.pending).toEqual([])
  })

  it('that are missing for two intervals end the connection', async () => {
    await using bench = testBench()
    const client = bench.connect()
    await client.open({ heartbeat: 10 })
    for (let i = 0; i < 10; i++) {
      client.frames.heartbeat()
      client.flush()
      await settled()
      bench.clock.advance(5000)
    }
    await settled()
    expect(client.pending.every(({ name }) => name === 'heartbeat')).toBe(true)
    bench.clock.advance(25_000)
    await settled()
    expect(client.pending.at(-1)?.name).toBe('end')
    expect(bench.broker.snapshot().connections).toEqual([])
  })

  // A client that publishes while the broker is low on memory is not read, so its heartbeats are not seen.
  it('are sent to a blocked client, and expected from it when it is no longer blocked', async () => {
    await using bench = testBench({ memoryWatermark: 20_000 })
    const client = bench.connect()
    await client.open({ heartbeat: 10 })
    await client.openChannel()
    await client.declare('q')
    client.publish('q', new Uint8Array(20_000))
    await client.expect('connection.blocked')
    for (let i = 0; i < 10; i++) {
      bench.clock.advance(10_000)
      expect((await client.next()).name).toBe('heartbeat')
      await settled()
      client.takePending()
    }
    const other = bench.connect()
    await other.open()
    await other.openChannel()
    other.send(1, 'queue.purge', { ticket: 0, queue: 'q', noWait: true })
    await client.expect('connection.unblocked')
    await settled()
    bench.clock.advance(15_000)
    await settled()
    expect(client.takePending()).not.toContainEqual({ name: 'end' })
    bench.clock.advance(10_000)
    await settled()
    expect(client.takePending()).toContainEqual({ name: 'end' })
  })

  it('are not sent if none were agreed on', async () => {
    await using bench = testBench()
    const client = bench.connect()
    await client.open({ heartbeat: 0 })
    bench.clock.advance(1_000_000)
    await settled()
    expect(client.pending).toEqual([])
  })

  it('on a channel other than 0 are an error', async () => {
    await using bench = testBench()
    const client = bench.connect()
    await client.open()
    client.raw(Uint8Array.of(8, 0, 1, 0, 0, 0, 0, 0xce))
    expect(await client.expect('connection.close')).toMatchObject({
      replyCode: 505,
      replyText: 'UNEXPECTED_FRAME - type 8, all octets = <<>>',
    })
  })
})

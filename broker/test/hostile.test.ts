import { describe, expect, it } from 'vitest'

import { FrameWriter } from '../src/wire/frame-writer.ts'
import { protocolHeader } from '../src/wire/frame.ts'
import { Random } from './support/random.ts'
import { settled, testBench, type Bench, type ScriptedClient } from './support/scripted-client.ts'

/** All bytes that a client sends in a conversation, to corrupt them. */
function conversation(): Uint8Array {
  const writer = new FrameWriter()
  writer.frameMax = 8192
  const response = new TextEncoder().encode('\0guest\0guest')
  const start = { clientProperties: new Map(), mechanism: 'PLAIN', response, locale: 'en_US' }
  writer.method(0, 'connection.start-ok', start)
  writer.method(0, 'connection.tune-ok', { channelMax: 100, frameMax: 8192, heartbeat: 0 })
  writer.method(0, 'connection.open', { virtualHost: '/', capabilities: '', insist: false })
  writer.method(1, 'channel.open', { outOfBand: '' })
  const queue = { ticket: 0, queue: 'hostile', passive: false, durable: true, noWait: false }
  const rest = { exclusive: false, autoDelete: false }
  const args = new Map([['x-max-length', { type: 'signedint', value: 10 } as const]])
  writer.method(1, 'queue.declare', { ...queue, ...rest, arguments: args })
  writer.method(1, 'confirm.select', { noWait: false })
  const publish = { ticket: 0, exchange: '', routingKey: 'hostile', mandatory: true }
  for (let i = 0; i < 3; i++) {
    writer.method(1, 'basic.publish', { ...publish, immediate: false })
    const headers = new Map([['CC', { type: 'array', value: [] } as const]])
    const body = new Uint8Array(50).fill(i)
    writer.content(1, { properties: { headers, priority: 1 }, encodedProperties: undefined, body })
  }
  const consume = { ticket: 0, queue: 'hostile', consumerTag: 't', noLocal: false, noAck: false }
  const flags = { exclusive: false, noWait: false, arguments: new Map() }
  writer.method(1, 'basic.consume', { ...consume, ...flags })
  writer.method(1, 'basic.nack', { deliveryTag: 2, multiple: true, requeue: false })
  writer.method(1, 'queue.purge', { ticket: 0, queue: 'hostile', noWait: true })
  const bytes = writer.take().flatMap((chunk) => Array.from(chunk))
  return Uint8Array.from([...protocolHeader, ...bytes])
}

/** Corrupts a conversation: flipped, cut, repeated, swapped or overwritten bytes. */
function corrupt(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = Array.from(bytes)
  const times = 1 + random.below(4)
  for (let i = 0; i < times; i++) {
    const at = 8 + random.below(copy.length - 8)
    const kind = random.below(4)
    if (kind === 0) copy[at] = random.below(256)
    else if (kind === 1) copy.splice(at, 1 + random.below(20))
    else if (kind === 2) copy.splice(at, 0, ...random.bytes(random.below(20)))
    else copy.splice(at, 0, ...copy.slice(at, at + random.below(60)))
  }
  return Uint8Array.from(copy)
}

/** A frame of random bytes: sometimes not a frame at all, sometimes almost a valid one. */
function nonsense(random: Random): Uint8Array {
  const payload = random.bytes(random.below(24))
  if (random.below(2) === 0)
    payload.set([0, random.pick([10, 20, 40, 50, 60, 85, 90]), 0].slice(0, payload.length))
  if (payload.length > 3 && random.below(2) === 0)
    payload[3] = random.pick([10, 20, 30, 40, 50, 80])
  const size = random.below(20) === 0 ? random.below(2 ** 31) : payload.length
  const type = random.pick([1, 1, 1, 1, 2, 3, 8, random.below(256)])
  const head = [
    type,
    0,
    random.pick([0, 1, 1, 2, 200]),
    size >>> 24,
    (size >> 16) & 255,
    (size >> 8) & 255,
    size & 255,
  ]
  return Uint8Array.from([...head, ...payload, random.below(50) === 0 ? 0 : 0xce])
}

/** A well-behaved client, which must be served as if there were no hostile clients. */
async function witness(bench: Bench): Promise<() => Promise<void>> {
  const client: ScriptedClient = bench.connect()
  await client.open()
  await client.openChannel()
  await client.declare('witness')
  client.consume('witness', { noAck: true })
  await client.expect('basic.consume-ok')
  let count = 0
  return async () => {
    count += 1
    client.publish('witness', `${count}`)
    await client.expect('basic.deliver')
    await client.next()
    expect(await client.next()).toMatchObject({ text: `${count}` })
  }
}

/** Internal errors of the broker. There must be none. */
function mistakes(bench: Bench): unknown[] {
  const errors: unknown[] = []
  bench.broker.on('internal-error', ({ error }) => errors.push(error))
  return errors
}

describe('hostile input', () => {
  it('in 100,000 random frames does not affect other clients', async () => {
    await using bench = testBench({ refusalDelay: 0 })
    const errors = mistakes(bench)
    const check = await witness(bench)
    const random = new Random(4_711)
    let sent = 0
    while (sent < 100_000) {
      const client = bench.connect()
      await client.open({ frameMax: 8192 })
      await client.openChannel()
      // Most of the clients are disconnected early, and the rest of their frames is ignored.
      for (let i = 0; i < 400; i++, sent++) client.raw(nonsense(random))
      await settled()
      client.stream.destroy()
      if (sent % 10_000 === 0) await check()
    }
    await check()
    await settled()
    expect(errors).toEqual([])
    expect(bench.broker.snapshot().connections).toHaveLength(1)
  })

  it('in 3,000 corrupted conversations does not affect other clients, and loses no message', async () => {
    await using bench = testBench({ refusalDelay: 0 })
    const errors = mistakes(bench)
    const check = await witness(bench)
    const random = new Random(815)
    const clean = conversation()
    for (let round = 0; round < 3000; round++) {
      const client = bench.connect()
      const bytes = corrupt(clean, random)
      const cut = random.below(bytes.length)
      client.raw(bytes.subarray(0, cut)).raw(bytes.subarray(cut))
      if (round % 10 === 0) await settled()
      client.stream.destroy()
      if (round % 500 === 0) await check()
    }
    await settled()
    await check()
    expect(errors).toEqual([])
    expect(bench.broker.snapshot().connections).toHaveLength(1)
    const queues = bench.broker.snapshot().vhosts[0]?.queues ?? []
    expect(queues.every(({ unacked }) => unacked === 0)).toBe(true)
  })

  it('that announces large bodies without sending them takes no memory', async () => {
    await using bench = testBench()
    const before = process.memoryUsage().arrayBuffers
    for (let i = 0; i < 20; i++) {
      const client = bench.connect()
      await client.open()
      for (let channel = 1; channel <= 20; channel++) {
        await client.openChannel(channel)
        const fields = { ticket: 0, exchange: '', routingKey: 'x', mandatory: false }
        client.send(channel, 'basic.publish', { ...fields, immediate: false })
        const size = 16_000_000
        client.raw(
          Uint8Array.of(
            2,
            0,
            channel,
            0,
            0,
            0,
            14,
            0,
            60,
            0,
            0,
            0,
            0,
            0,
            0,
            size >>> 24,
            (size >> 16) & 255,
            (size >> 8) & 255,
            size & 255,
            0,
            0,
            0xce,
          ),
        )
      }
    }
    await settled()
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000)
  })
})

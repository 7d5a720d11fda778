import { describe, expect, it } from 'vitest'

import { commandKey, responseBit } from '../../src/stream-protocol/wire/commands.ts'
import { writeMap, writeString, writeStrings } from '../../src/stream-protocol/wire/frame-writer.ts'
import { Random } from '../support/random.ts'
import { settled, testBench } from '../support/scripted-client.ts'
import {
  openingFrames,
  publishFrame,
  streamFrame,
  streamRequest,
  subscribeFrame,
} from '../support/stream-client.ts'
import { mistakes, witness } from '../support/stream-witness.ts'

/** All frames that a client sends in a conversation with most of the commands, to corrupt them. */
function conversation(): readonly Uint8Array[] {
  const name = (key: number, text: string) => streamRequest(key, (to) => writeString(to, text))
  const names = (key: number, ...texts: string[]) =>
    streamRequest(key, (to) => {
      for (const text of texts) writeString(to, text)
    })
  const active = { name: 'group', 'single-active-consumer': 'true' }
  return [
    ...openingFrames(8192),
    streamRequest(commandKey.create, (to) => {
      writeString(to, 'hostile')
      writeMap(to, { 'max-age': '1h', 'max-length-bytes': '100000' })
    }),
    streamRequest(commandKey.declarePublisher, (to) => {
      to.octet(1)
      writeString(to, 'me')
      writeString(to, 'hostile')
    }),
    publishFrame(1, [new Uint8Array(50), new Uint8Array(20), new Uint8Array(0)]),
    subscribeFrame('hostile', 10, 'apples'),
    streamRequest(commandKey.subscribe, (to) => {
      to.octet(2)
      writeString(to, 'hostile')
      to.short(3)
      to.short(2)
      writeMap(to, active)
    }),
    streamFrame(commandKey.consumerUpdate | responseBit, (to) => {
      to.long(0)
      to.short(1)
      to.short(1)
    }),
    streamFrame(commandKey.credit, (to) => {
      to.octet(1)
      to.short(5)
    }),
    names(commandKey.queryOffset, 'me', 'hostile'),
    streamRequest(commandKey.metadata, (to) => writeStrings(to, ['hostile', 'other'])),
    streamRequest(commandKey.createSuperStream, (to) => {
      writeString(to, 'super')
      writeStrings(to, ['super-0', 'super-1'])
      writeStrings(to, ['0', '1'])
      writeMap(to, {})
    }),
    names(commandKey.route, '1', 'super'),
    name(commandKey.partitions, 'super'),
    name(commandKey.streamStats, 'hostile'),
    name(commandKey.deleteSuperStream, 'super'),
    name(commandKey.delete, 'hostile'),
  ]
}

function join(frames: readonly Uint8Array[]): number[] {
  return frames.flatMap((frame) => Array.from(frame))
}

/** Flipped, cut, inserted or repeated bytes. */
function corrupt(bytes: readonly number[], random: Random): Uint8Array {
  const copy = Array.from(bytes)
  const times = 1 + random.below(4)
  for (let i = 0; i < times; i++) {
    const at = random.below(copy.length)
    const kind = random.below(4)
    if (kind === 0) copy[at] = random.below(256)
    else if (kind === 1) copy.splice(at, 1 + random.below(20))
    else if (kind === 2) copy.splice(at, 0, ...random.bytes(random.below(20)))
    else copy.splice(at, 0, ...copy.slice(at, at + random.below(60)))
  }
  return Uint8Array.from(copy)
}

/** A frame of random bytes, usually with the key and the version of a command. */
function nonsense(random: Random): Uint8Array {
  const payload = random.bytes(random.below(40))
  if (random.below(4) > 0) payload.set([0, 1 + random.below(32), 0, 1].slice(0, payload.length))
  const size = random.below(50) === 0 ? random.below(2 ** 31) : payload.length
  return Uint8Array.from([
    size >>> 24,
    (size >> 16) & 255,
    (size >> 8) & 255,
    size & 255,
    ...payload,
  ])
}

describe('hostile input of the stream protocol', () => {
  it('in 100,000 random frames does not affect other clients', async () => {
    await using bench = testBench({ refusalDelay: 0 })
    const errors = mistakes(bench)
    const check = await witness(bench)
    const random = new Random(5552)
    const opening = openingFrames(8192)
    for (let sent = 0; sent < 100_000;) {
      const client = bench.connectStream().send(...opening)
      client.create('target').declarePublisher(1, 'target').send(subscribeFrame('target', 100))
      // Most of the clients are disconnected early, and the rest of their frames is ignored.
      for (let i = 0; i < 100; i++, sent++) client.send(nonsense(random))
      await settled()
      bench.clock.advance(5)
      client.stream.destroy()
      if (sent % 10_000 === 0) await check()
    }
    await check()
    await settled()
    expect(errors).toEqual([])
    expect(bench.broker.snapshot().connections).toHaveLength(2)
  })

  it('in 3,000 corrupted conversations does not affect other clients', async () => {
    await using bench = testBench({ refusalDelay: 0 })
    const errors = mistakes(bench)
    const check = await witness(bench)
    const random = new Random(31)
    const clean = join(conversation())
    for (let round = 0; round < 3000; round++) {
      const client = bench.connectStream()
      const bytes = corrupt(clean, random)
      const cut = random.below(bytes.length)
      client.send(bytes.subarray(0, cut), bytes.subarray(cut))
      if (round % 10 === 0) await settled()
      if (round % 10 === 0) bench.clock.advance(5)
      client.stream.destroy()
      if (round % 500 === 0) await check()
    }
    await settled()
    await check()
    expect(errors).toEqual([])
    expect(bench.broker.snapshot().connections).toHaveLength(2)
  })

  it('is answered if it is the conversation without errors', async () => {
    await using bench = testBench()
    const client = bench.connectStream().send(...conversation())
    await settled()
    expect(client.isEnded).toBe(false)
    expect(client.takeKeys()).not.toContain(commandKey.close)
  })

  it('that announces large frames without sending them takes no memory', async () => {
    await using bench = testBench()
    const before = process.memoryUsage().arrayBuffers
    for (let i = 0; i < 200; i++)
      bench.connectStream().send(...openingFrames(), Uint8Array.of(0, 15, 255, 255, 0, 2, 0, 1, 1))
    await settled()
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
  })
})

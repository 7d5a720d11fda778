import { describe, expect, it } from 'vitest'

import { commandKey, responseBit } from '../../src/stream-protocol/wire/commands.ts'
import { settled, testBench, type Bench } from '../support/scripted-client.ts'
import { commandFrames } from '../support/stream-commands.ts'
import {
  openingFrames,
  publishFrame,
  streamFrame,
  subscribeFrame,
  type StreamClient,
} from '../support/stream-client.ts'
import { mistakes, witness } from '../support/stream-witness.ts'

const sizeLength = 4
const opening = openingFrames()
const openingKeys = new Set(opening.map(keyOf))

function keyOf(frame: Uint8Array): number {
  return new DataView(frame.buffer).getUint16(sizeLength) & ~responseBit
}

/** The frame with another payload, and the size of that. */
function framed(payload: ArrayLike<number>): Uint8Array {
  const frame = new Uint8Array(sizeLength + payload.length)
  new DataView(frame.buffer).setUint32(0, payload.length)
  frame.set(payload, sizeLength)
  return frame
}

/** The frame without its last bytes: every number of them. */
function cuts(frame: Uint8Array): readonly Uint8Array[] {
  const payload = frame.subarray(sizeLength)
  return Array.from(payload, (_, length) => framed(payload.subarray(0, length)))
}

/** As a length: the largest, -1, and more than the frame has. */
const replacements = [
  [0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff],
  [0x7f, 0xff, 0xff, 0xff],
]

/** Whatever is a length or a number, one after the other, with values that are too large or negative. */
function oversized(frame: Uint8Array): readonly Uint8Array[] {
  return Array.from(frame.subarray(sizeLength), (_, at) => at).flatMap((at) =>
    replacements
      .filter(({ length }) => sizeLength + at + length <= frame.length)
      .map((bytes) => {
        const copy = Uint8Array.from(frame)
        copy.set(bytes, sizeLength + at)
        return copy
      }),
  )
}

/** A client with publisher 1 and subscription 1 of the stream `target`. */
function connected(bench: Bench): StreamClient {
  const client = bench.connectStream().send(...opening)
  client.create('target').declarePublisher(1, 'target')
  return client.send(subscribeFrame('target', 10), publishFrame(1, [new Uint8Array(4)]))
}

/** Sends each frame from a client of its own, after whatever `connect` has sent. */
async function sendEach(
  bench: Bench,
  frames: readonly Uint8Array[],
  connect: (bench: Bench) => StreamClient,
): Promise<void> {
  const heartbeat = streamFrame(commandKey.heartbeat, () => {})
  for (let at = 0; at < frames.length; at += 50) {
    const clients = frames.slice(at, at + 50).map((frame) => connect(bench).send(frame, heartbeat))
    await settled()
    bench.clock.advance(5)
    await settled()
    for (const { stream } of clients) stream.destroy()
  }
}

describe.each(commandFrames)('the command %s', (_, frame) => {
  it.each([
    ['cut short', cuts(frame)],
    ['with fields that are too large', oversized(frame)],
    ['with bytes after its end', [framed([...frame.subarray(sizeLength), 0, 1, 2])]],
  ])('%s affects no other client', async (_how, frames) => {
    await using bench = testBench({ refusalDelay: 0 })
    const errors = mistakes(bench)
    const check = await witness(bench)
    await sendEach(bench, frames, connected)
    await check()
    const steps = openingKeys.has(keyOf(frame)) ? opening : []
    for (const step of steps.keys())
      await sendEach(bench, frames, (to) => to.connectStream().send(...opening.slice(0, step)))
    await check()
    await settled()
    expect(errors).toEqual([])
    expect(bench.broker.snapshot().connections).toHaveLength(2)
  })
})

it('there is a frame for each of the 31 commands', () => {
  const sent = new Set(commandFrames.map(([, frame]) => keyOf(frame)))
  expect(sent).toEqual(new Set(Object.values(commandKey)))
})

it('a command that is cut short closes the connection, with a reason', async () => {
  await using bench = testBench()
  for (const [name, frame] of commandFrames) {
    const client = connected(bench).send(cuts(frame).at(-1) ?? frame)
    await settled()
    expect(client.takeKeys(), name).toContain(commandKey.close)
    client.stream.destroy()
  }
})

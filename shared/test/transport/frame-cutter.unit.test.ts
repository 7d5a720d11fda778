import { expect, test } from 'vitest'

import { FrameCutter } from '../../src/transport/frame-cutter.ts'

/** A frame with this many bytes of payload. */
function frame(size: number): Buffer {
  const bytes = Buffer.alloc(size + 8, size)
  bytes.writeUInt32BE(size, 3)
  return bytes
}

const frames = [frame(0), frame(300), frame(1), frame(70_000), frame(2)]

test.each([
  [1, 5],
  [6, 5],
  [8, 4],
  [500, 1],
  [80_000, 0],
])('cuts frames out of pieces of %i bytes, and passes on %i headers', (length, headers) => {
  const accepted: Buffer[] = []
  const cutter = new FrameCutter((bytes) => accepted.push(bytes))
  const stream = Buffer.concat(frames)

  for (let at = 0; at < stream.length; at += length) cutter.push(stream.subarray(at, at + length))

  const whole = Buffer.concat(accepted.filter((bytes) => bytes.length > 7))
  expect(whole.equals(stream)).toBe(true)
  expect(accepted.filter((bytes) => bytes.length === 7)).toHaveLength(headers)
})

test('copies what it passes on', () => {
  const accepted: Buffer[] = []
  const cutter = new FrameCutter((bytes) => accepted.push(bytes))
  const memory = Buffer.alloc(100)

  for (const bytes of [frame(20), frame(40).subarray(0, 30), frame(40).subarray(30)]) {
    bytes.copy(memory)
    cutter.push(memory.subarray(0, bytes.length))
  }

  memory.fill(0)
  const whole = accepted.filter((bytes) => bytes.length > 7)
  expect(whole).toEqual([frame(20), frame(40)])
})

import { describe, expect, it } from 'vitest'

import { BodyStore } from '../../src/channel/content/body-store.ts'
import { frameOverhead, frameType } from '../../src/wire/frame.ts'
import { FrameParseError, FrameParser } from '../../src/wire/frame-parser.ts'
import { FrameWriter } from '../../src/wire/frame-writer.ts'

/** The bytes of a conversation with every type of frame. */
function conversation(): Uint8Array {
  const writer = new FrameWriter()
  writer.frameMax = 8192
  writer.method(1, 'channel.open', { outOfBand: '' })
  writer.heartbeat()
  writer.method(1, 'basic.publish', {
    ticket: 0,
    exchange: 'logs',
    routingKey: 'é',
    mandatory: true,
    immediate: false,
  })
  const body = new Uint8Array(9000).fill(7)
  writer.content(1, { properties: { contentType: 'a/b' }, encodedProperties: undefined, body })
  writer.content(1, { properties: {}, encodedProperties: undefined, body: body.subarray(0, 3) })
  return concat(writer.take())
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}

function parse(chunks: readonly Uint8Array[], frameMax = 8192): string[] {
  const parser = new FrameParser(frameMax)
  const frames: string[] = []
  for (const chunk of chunks) {
    parser.push(chunk)
    for (let frame = parser.next(); frame !== undefined; frame = parser.next())
      frames.push(`${frame.type}/${frame.channel}/${frame.payload.length}/${frame.payload.at(-1)}`)
  }
  return frames
}

describe('FrameParser', () => {
  const bytes = conversation()
  const whole = parse([bytes])

  it('reads a stream in one chunk', () => {
    expect(whole.map((frame) => frame.split('/')[0])).toEqual([
      '1',
      '8',
      '1',
      '2',
      '3',
      '3',
      '2',
      '3',
    ])
  })

  it('reads the same frames wherever the stream is cut', () => {
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(parse([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole)
  })

  it('reads the same frames byte by byte', () => {
    expect(parse(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole)
  })

  it('reads a chunk from the middle of a larger buffer', () => {
    const larger = new Uint8Array(bytes.length + 13)
    larger.set(bytes, 13)
    expect(parse([larger.subarray(13)])).toEqual(whole)
  })

  it('puts a frame that arrives in chunks into memory of its own, so that a body is copied once', () => {
    const parser = new FrameParser(8192)
    const bodies: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += 4096) {
      parser.push(bytes.subarray(at, at + 4096))
      for (let frame = parser.next(); frame !== undefined; frame = parser.next())
        if (frame.type === frameType.body) bodies.push(frame.payload)
    }
    const store = new BodyStore()
    const kept = bodies.map((body) => store.keep(body))
    const [large = bytes, , small = bytes] = kept
    expect(kept.map(({ length }) => length)).toEqual([8184, 816, 3])
    expect(large).toBe(bodies[0])
    expect(large.buffer.byteLength).toBe(8184 + frameOverhead)
    expect(small).not.toBe(bodies[2])
  })

  it('refuses a frame that does not end in the end octet', () => {
    const broken = Uint8Array.of(1, 0, 1, 0, 0, 0, 2, 5, 6, 7)
    expect(() => parse([broken])).toThrow(
      expect.objectContaining({ message: '{invalid_frame_end_marker,7}' }),
    )
  })

  it('refuses a frame that is larger than agreed before it is complete', () => {
    const head = Uint8Array.of(3, 0, 1, 0, 0, 32, 1)
    expect(() => parse([head])).toThrow(FrameParseError)
    expect(() => parse([head])).toThrow('{frame_too_large,8193,8184}')
  })

  it('accepts eight more octets, for clients that do not count the overhead', () => {
    expect(parse([Uint8Array.of(3, 0, 1, 0, 0, 32, 0)])).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'

import { settled, testBench } from '../support/scripted-client.ts'

async function answerTo(bytes: readonly number[]): Promise<unknown> {
  await using bench = testBench()
  const client = bench.connect()
  await client.open()
  await client.openChannel()
  client.raw(Uint8Array.from(bytes))
  const { replyText, classId, methodId } = await client.expect('connection.close')
  return [replyText, classId, methodId]
}

const publish = [1, 0, 1, 0, 0, 0, 10, 0, 60, 0, 40, 0, 0, 0, 1, 120, 0, 0xce]
const headerStart = [2, 0, 1, 0, 0, 0, 14, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0]
const header = (size: number): number[] => [...headerStart, size, 0, 0, 0xce]

describe('malformed and unexpected frames', () => {
  it.each([
    [
      'a header without a method',
      header(5),
      'expected method frame, got non method frame instead',
      0,
      0,
    ],
    [
      'a body without a method',
      [3, 0, 1, 0, 0, 0, 1, 120, 0xce],
      'expected method frame, got non method frame instead',
      0,
      0,
    ],
    [
      'a method instead of a header',
      [...publish, ...publish],
      'expected content header for class 60, got non content header frame instead',
      60,
      40,
    ],
    [
      'a method instead of a body',
      [...publish, ...header(5), ...publish],
      'expected content body, got non content body frame instead',
      60,
      40,
    ],
  ])('%s is unexpected', async (...[, bytes, text, classId, methodId]) => {
    expect(await answerTo(bytes)).toEqual([`UNEXPECTED_FRAME - ${text}`, classId, methodId])
  })

  it.each([
    [
      'a bad end octet',
      [1, 0, 1, 0, 0, 0, 5, 0, 20, 0, 10, 0, 0],
      'type 1, all octets = <<0,20,0,10,0>>: {invalid_frame_end_marker,0}',
      0,
      0,
    ],
    [
      'an unknown type',
      [9, 0, 1, 0, 0, 0, 2, 120, 120, 0xce],
      'type 9, all octets = <<"xx">>: unknown_frame',
      0,
      0,
    ],
    [
      'a body longer than announced',
      [...publish, ...header(2), 3, 0, 1, 0, 0, 0, 3, 1, 2, 3, 0xce],
      'content body frame exceeds remaining content size',
      60,
      40,
    ],
    ['a method cut short', [1, 0, 1, 0, 0, 0, 4, 0, 60, 0, 80, 0xce], 'cannot decode <<>>', 60, 80],
    [
      'a method with too many bytes',
      [1, 0, 1, 0, 0, 0, 6, 0, 85, 0, 10, 0, 1, 0xce],
      'cannot decode <<0,1>>',
      85,
      10,
    ],
    [
      'a method frame without a method',
      [1, 0, 1, 0, 0, 0, 0, 0xce],
      'type 1, all octets = <<>>: unknown_frame',
      0,
      0,
    ],
    [
      'a content header without a header',
      [...publish, 2, 0, 1, 0, 0, 0, 2, 0, 60, 0xce],
      'type 2, all octets = <<0,60>>: unknown_frame',
      0,
      0,
    ],
    [
      'a heartbeat with a payload',
      [8, 0, 0, 0, 0, 0, 3, 97, 98, 99, 0xce],
      'type 8, all octets = <<"abc">>: unknown_frame',
      0,
      0,
    ],
    [
      'a name that is not UTF-8',
      [1, 0, 1, 0, 0, 0, 7, 0, 60, 0, 30, 1, 0xff, 0, 0xce],
      'Malformed UTF-8 in shortstr',
      0,
      0,
    ],
  ])('%s is a frame error', async (...[, bytes, text, classId, methodId]) => {
    expect(await answerTo(bytes)).toEqual([`FRAME_ERROR - ${text}`, classId, methodId])
  })

  it.each([
    ['an unknown method', [1, 0, 1, 0, 0, 0, 4, 0, 99, 0, 1, 0xce]],
    [
      'a malformed table',
      [1, 0, 1, 0, 0, 0, 15, 0, 50, 0, 10, 0, 0, 1, 113, 2, 0, 0, 0, 2, 1, 97, 0xce],
    ],
  ])('%s ends the connection without a word', async (_what, bytes) => {
    await using bench = testBench()
    const client = bench.connect()
    await client.open()
    await client.openChannel()
    client.raw(Uint8Array.from(bytes))
    expect((await client.next()).name).toBe('end')
  })

  it('a method on a channel that is not open closes the connection', async () => {
    await using bench = testBench()
    const client = bench.connect()
    await client.open()
    client.send(7, 'confirm.select', { noWait: false })
    expect(await client.expect('connection.close')).toMatchObject({
      replyCode: 504,
      replyText: "CHANNEL_ERROR - expected 'channel.open'",
      classId: 85,
      methodId: 10,
    })
  })

  it('malformed properties are an internal error, as in RabbitMQ', async () => {
    await using bench = testBench()
    const client = bench.connect()
    await client.open()
    await client.openChannel()
    const broken = [2, 0, 1, 0, 0, 0, 14, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0xce]
    client.raw(Uint8Array.from([...publish, ...broken]))
    expect(await client.expect('connection.close')).toMatchObject({
      replyCode: 541,
      replyText: 'INTERNAL_ERROR',
    })
    await settled()
  })
})

import type { Message } from 'amqplib'
import { describe, expect, test } from 'vitest'

import { OffsetSaver } from '../../src/streams/offset-saver.ts'
import { StreamPosition } from '../../src/streams/stream-position.ts'

function at(offset: number): Message {
  return { properties: { headers: { 'x-stream-offset': offset } } } as unknown as Message
}

function position(start: unknown = 'first') {
  const saved: number[] = []
  const store = { load: () => undefined, save: (offset: number) => saved.push(offset) }
  const saver = new OffsetSaver(store, 1, () => {})
  const tracked = new StreamPosition({ arguments: { 'x-stream-filter': 'a' }, start, saver })
  return {
    saved,
    receive: (...offsets: number[]) => offsets.map((offset) => tracked.received(at(offset))),
    finish: (...offsets: number[]) => {
      for (const offset of offsets) tracked.settled(at(offset), true)
    },
    drop: (...offsets: number[]) => {
      for (const offset of offsets) tracked.settled(at(offset), false)
    },
    flush: () => tracked.flush(),
    get start() {
      return tracked.arguments()['x-stream-offset']
    },
    arguments: () => tracked.arguments(),
  }
}

describe('the position in a stream', () => {
  test('is where the consumer was asked to start, until a message arrives', () => {
    expect(position('first').arguments()).toEqual({
      'x-stream-filter': 'a',
      'x-stream-offset': 'first',
    })
  })

  test('starts at the time of its first connection if it only wants new messages', () => {
    const tracked = position('next')
    expect(tracked.start).toBe('next')
    expect(tracked.start).toEqual({ '!': 'timestamp', value: expect.any(Number) })
    tracked.receive(7)
    expect(tracked.start).toBe(7)
  })

  test('is the first message that is not finished', () => {
    const tracked = position()
    tracked.receive(3, 4, 6, 7)
    expect(tracked.start).toBe(3)
    tracked.finish(4, 6)
    expect(tracked.start).toBe(3)
    tracked.finish(3)
    expect(tracked.start).toBe(7)
    tracked.finish(7)
    expect(tracked.start).toBe(8)
  })

  test('only stores offsets below which everything is finished', async () => {
    const tracked = position()
    tracked.receive(0, 1, 2, 3)
    tracked.finish(3, 1)
    await tracked.flush()
    expect(tracked.saved).toEqual([])
    tracked.finish(0)
    await tracked.flush()
    expect(tracked.saved).toEqual([1])
    tracked.finish(2)
    await tracked.flush()
    expect(tracked.saved).toEqual([1, 3])
  })

  test('does not move over a message that was not finished', async () => {
    const tracked = position()
    tracked.receive(0, 1, 2)
    tracked.finish(0)
    tracked.drop(1)
    tracked.finish(2)
    await tracked.flush()
    expect(tracked.saved).toEqual([0])
    expect(tracked.start).toBe(1)
  })

  test('lets a message that arrives again through only if nobody has it', () => {
    const tracked = position()
    expect(tracked.receive(0, 1, 2, 3)).toEqual([true, true, true, true])
    tracked.finish(1)
    tracked.drop(3)
    expect(tracked.receive(0, 1, 2, 3, 4)).toEqual([false, false, false, true, true])
    tracked.finish(0, 2, 3, 4)
    expect(tracked.start).toBe(5)
  })
})

import type { Message } from 'amqplib'
import { afterEach, describe, expect, test, vi } from 'vitest'

import { OffsetSaver } from '../../src/streams/offset-saver.ts'
import { StreamPosition } from '../../src/streams/stream-position.ts'

afterEach(() => {
  vi.useRealTimers()
})

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

  test.each([
    ['next', 0],
    ['last', 0],
    ['10s', 10],
    ['5m', 300],
    ['2h', 7200],
    ['7D', 604_800],
    ['1M', 2_592_000],
    ['1Y', 31_536_000],
  ])('from %s stays at the time that this was on its first connection', (from, before) => {
    vi.useFakeTimers({ now: 1_800_000_000_500, toFake: ['Date'] })
    const tracked = position(from)
    expect(tracked.start).toBe(from)
    vi.advanceTimersByTime(60_000)
    const value = 1_800_000_000 - before
    for (let i = 0; i < 2; i++) expect(tracked.start).toEqual({ '!': 'timestamp', value })
    tracked.receive(7)
    expect(tracked.start).toBe(7)
  })

  test.each(['first', 17, '10 minutes'])('from %s stays there', (from) => {
    const tracked = position(from)
    for (let i = 0; i < 2; i++) expect(tracked.start).toBe(from)
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

import { describe, expect, it } from 'vitest'

import { bodies, bytes, records, testLog, turn, write } from './log.ts'

describe('a log', () => {
  it('shows readers what was written when the turn of the event loop ends', async () => {
    const { log } = testLog()
    const reader = log.read('first')
    let commits = 0
    log.onCommit(() => (commits += 1))
    log.append([bytes('a')])
    log.append([bytes('b')])
    expect(records(reader)).toEqual([])
    await turn()
    expect(records(reader)).toEqual(['0 a', '1 b'])
    expect(commits).toBe(1)
  })

  it('makes one chunk of what was written in one turn', async () => {
    const { log } = testLog()
    await write(log, ['a', 'b'])
    await write(log, ['c'])
    const reader = log.read('first')
    expect(reader.next()).toMatchObject({ firstOffset: 0, entries: 2, records: 2 })
    expect(reader.next()).toMatchObject({ firstOffset: 2, entries: 1, records: 1 })
    expect(reader.next()).toBeUndefined()
    expect(log.lastChunkId).toBe(2)
  })

  it('keeps the order over blocks of any size', async () => {
    const { log } = testLog()
    const sizes = [1, 40_000, 3, 300_000, 0, 32_768, 5000]
    const written = Array.from({ length: 200 }, (_, at) => 'x'.repeat(sizes[at % 7] ?? 0))
    await write(log, written)
    await write(log, written, { chunks: true })
    expect(records(log.read('first'))).toEqual(
      [...written, ...written].map((body, at) => `${at} ${body}`),
    )
  })

  it('says when it is closed', () => {
    const { log } = testLog()
    let closed = 0
    log.onClose(() => (closed += 1))
    log.onClose(() => (closed += 10))[Symbol.dispose]()
    log.close()
    expect(closed).toBe(1)
  })

  it('gives each reader its own position', async () => {
    const { log } = testLog()
    await write(log, bodies(3))
    const one = log.read('first')
    const other = log.read('first')
    expect(records(one)).toHaveLength(3)
    await write(log, ['late'])
    expect(records(one)).toEqual(['3 late'])
    expect(records(other)).toHaveLength(4)
  })
})

describe('a reader starts', () => {
  it('with the first record', async () => {
    const { log } = testLog()
    await write(log, bodies(3))
    expect(records(log.read('first'))).toEqual(['0 m0', '1 m1', '2 m2'])
  })

  it('with the last chunk, not the last record', async () => {
    const { log } = testLog()
    await write(log, ['a'])
    await write(log, ['b', 'c'])
    expect(records(log.read('last'))).toEqual(['1 b', '2 c'])
  })

  it('with the next record, also if the last ones were written in this turn', async () => {
    const { log } = testLog()
    log.append([bytes('a')])
    const reader = log.read('next')
    await write(log, ['b'])
    expect(records(reader)).toEqual(['1 b'])
  })

  it('with the chunk of an offset', async () => {
    const { log } = testLog()
    for (const body of ['a', 'd', 'g']) await write(log, [body, `${body}1`, `${body}2`])
    expect(log.read({ offset: 4 }).next()).toMatchObject({ firstOffset: 3 })
    expect(records(log.read({ offset: 4 }), 4)).toEqual(['4 d1', '5 d2', '6 g', '7 g1', '8 g2'])
  })

  it('with the next record if the offset is still to come', async () => {
    const { log } = testLog()
    await write(log, ['a'])
    const reader = log.read({ offset: 3 })
    await write(log, ['b', 'c', 'd'])
    expect(records(reader, 3)).toEqual(['3 d'])
  })

  it('with the first chunk that is not older than a time', async () => {
    const { log, clock } = testLog()
    await write(log, ['old'])
    clock.advance(1000)
    await write(log, ['new'])
    const now = clock.now()
    expect(records(log.read({ timestamp: now - 1001 }))).toEqual(['0 old', '1 new'])
    expect(records(log.read({ timestamp: now - 999 }))).toEqual(['1 new'])
    expect(records(log.read({ timestamp: now }))).toEqual(['1 new'])
    expect(records(log.read({ timestamp: now + 1 }))).toEqual([])
  })

  it('with what comes first if the log is empty', async () => {
    const { log } = testLog()
    const readers = (['first', 'last', 'next', { offset: 0 }, { timestamp: 0 }] as const).map(
      (start) => log.read(start),
    )
    await write(log, ['a'])
    for (const reader of readers) expect(records(reader)).toEqual(['0 a'])
  })
})

describe('batches', () => {
  const inner = Uint8Array.of(0, 0, 0, 1, 97, 0, 0, 0, 1, 98)
  const batch = { records: 2, uncompressedLength: inner.length, data: inner }

  it('count as their records', async () => {
    const { log } = testLog()
    log.append([bytes('before')])
    expect(log.appendBatch({ ...batch, compression: 0 })).toBe(1)
    expect(log.append([bytes('after')])).toBe(3)
    await turn()
    expect(log.read('first').next()).toMatchObject({ entries: 3, records: 4 })
    expect(records(log.read('first'))).toEqual(['0 before', '1 a', '2 b', '3 after'])
  })

  it('are skipped message by message if they are compressed', async () => {
    const { log } = testLog()
    log.appendBatch({ ...batch, compression: 1 })
    log.append([bytes('after')])
    await turn()
    expect(records(log.read('first'))).toEqual(['2 after'])
  })

  it.each([
    ['a length that is cut off', [0, 0, 0, 1, 97, 0, 0]],
    ['a message that would end after them', [0, 0, 0, 1, 97, 0, 0, 0, 2, 98]],
  ] as const)('end the chunk if they have %s', async (_, data) => {
    const { log } = testLog()
    log.appendBatch({ ...batch, data: Uint8Array.from(data), compression: 0 })
    log.append([bytes('after')])
    await turn()
    await write(log, ['next'])
    expect(records(log.read('first'))).toEqual(['0 a', '3 next'])
  })
})

describe('tracking', () => {
  it('recognizes what a named publisher has written before', () => {
    const { log } = testLog()
    expect(log.advance('p', 5)).toBe(true)
    expect(log.advance('p', 5)).toBe(false)
    expect(log.advance('p', 4)).toBe(false)
    expect(log.advance('q', 4)).toBe(true)
    expect(log.advance('p', 2n ** 60n)).toBe(true)
    expect(log.tracking.sequence('p')).toBe(2n ** 60n)
    expect(log.tracking.sequence('r')).toBeUndefined()
  })

  it('stores offsets of consumers, which takes an offset of the log', async () => {
    const { log } = testLog()
    log.storeOffset('c', 7)
    expect(log.tracking.offset('c')).toBe(7)
    await turn()
    await write(log, ['a'])
    expect(records(log.read('first'))).toEqual(['1 a'])
    expect(log.read('last').next()).toMatchObject({ firstOffset: 1 })
  })

  it('takes no offset if messages are written at the same time', async () => {
    const { log } = testLog()
    log.storeOffset('c', 7)
    await write(log, ['a'])
    expect(records(log.read('first'))).toEqual(['0 a'])
  })
})

import { describe, expect, it } from 'vitest'

import { bodies, records, testLog, write } from './log.ts'

const unlimited = { maxBytes: undefined, maxAge: undefined }
/** A chunk of one message of 100 bytes takes 152 bytes, so three of them fill a segment. */
const maxSegmentSize = 400
const body = 'x'.repeat(100)

function offsets(found: readonly string[]): number[] {
  return found.map((record) => Number.parseInt(record, 10))
}

describe('retention', () => {
  it('keeps everything without limits', async () => {
    const { log } = testLog({ maxSegmentSize })
    await write(log, Array(30).fill(body), { chunks: true })
    expect(log.segmentCount).toBe(10)
    expect(offsets(records(log.read('first')))).toEqual(Array.from({ length: 30 }, (_, at) => at))
  })

  it('removes whole segments beyond a number of bytes, when a segment is full', async () => {
    const { log, memory } = testLog({ maxSegmentSize, retention: { ...unlimited, maxBytes: 1000 } })
    await write(log, Array(9).fill(body), { chunks: true })
    expect(log.firstOffset).toBe(0)
    const before = memory()
    await write(log, [body])
    expect(log.firstOffset).toBe(3)
    expect(memory()).toBeLessThan(before)
    expect(log.firstTimestamp).toBeDefined()
    expect(offsets(records(log.read('first')))).toEqual([3, 4, 5, 6, 7, 8, 9])
  })

  it('removes segments whose last message is too old, when a segment is full', async () => {
    const { log, clock } = testLog({ maxSegmentSize, retention: { ...unlimited, maxAge: 5000 } })
    await write(log, Array(6).fill(body), { chunks: true })
    clock.advance(5001)
    await write(log, [body])
    expect(offsets(records(log.read('first')))).toEqual([6])
  })

  it('also looks once an hour, and keeps the last segment', async () => {
    const { log, clock } = testLog({ maxSegmentSize, retention: { ...unlimited, maxAge: 5000 } })
    await write(log, Array(4).fill(body), { chunks: true })
    clock.advance(3_599_000)
    expect(log.firstOffset).toBe(0)
    clock.advance(2000)
    expect(offsets(records(log.read('first')))).toEqual([3])
    log.close()
    expect(clock.alarms).toBe(0)
  })

  it('lets a reader finish its segment, and continue with the oldest that is left', async () => {
    const { log } = testLog({ maxSegmentSize, retention: { ...unlimited, maxBytes: 400 } })
    await write(log, [body], { chunks: true })
    const reader = log.read('first')
    expect(reader.next()).toMatchObject({ firstOffset: 0 })
    await write(log, Array(19).fill(body), { chunks: true })
    expect(log.firstOffset).toBe(18)
    expect(offsets(records(reader))).toEqual([1, 2, 18, 19])
  })

  it('starts a reader of a removed offset with the oldest record', async () => {
    const { log } = testLog({ maxSegmentSize, retention: { ...unlimited, maxBytes: 400 } })
    await write(log, Array(8).fill(body), { chunks: true })
    expect(offsets(records(log.read({ offset: 1 }), 1))).toEqual([6, 7])
  })

  it('takes an offset in each segment once channels write', async () => {
    const { log } = testLog({ maxSegmentSize })
    log.trackChannels()
    await write(log, Array(7).fill(body), { chunks: true })
    expect(offsets(records(log.read('first')))).toEqual([0, 1, 2, 4, 5, 6, 8])
  })

  it('forgets stored offsets that were removed, when a segment is full', async () => {
    const { log } = testLog({ maxSegmentSize, retention: { ...unlimited, maxBytes: 400 } })
    log.storeOffset('slow', 1)
    await write(log, Array(12).fill(body), { chunks: true })
    expect(log.tracking.offset('slow')).toBeUndefined()
  })

  it('gives all memory back when the log is closed', async () => {
    const { log, memory } = testLog({ maxSegmentSize })
    await write(log, bodies(1000), { chunks: true })
    expect(memory()).toBeGreaterThan(0)
    log.close()
    expect(memory()).toBe(0)
  })
})

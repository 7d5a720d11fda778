import { describe, expect, it } from 'vitest'

import { createFilter, matchesFilter } from '../../../src/core/stream/chunk/bloom-filter.ts'
import { records, testLog, turn, write } from './log.ts'

const only = (...values: string[]) => ({ values, matchUnfiltered: false })

describe('a filter', () => {
  it('leaves out chunks without the value', async () => {
    const { log } = testLog()
    await write(log, ['a', 'b'], { filter: 'apples' })
    await write(log, ['c'], { filter: 'pears' })
    await write(log, ['d'])
    expect(records(log.read('first', only('apples')))).toEqual(['0 a', '1 b'])
    expect(records(log.read('first', only('apples', 'pears')))).toEqual(['0 a', '1 b', '2 c'])
    expect(records(log.read('first', only('plums')))).toEqual([])
  })

  it('lets a whole chunk through if one message may match', async () => {
    const { log } = testLog()
    log.append([new TextEncoder().encode('other')], 'pears')
    await write(log, ['wanted'], { filter: 'apples' })
    expect(records(log.read('first', only('apples')))).toEqual(['0 other', '1 wanted'])
  })

  it('lets messages without a value through if it is asked to', async () => {
    const { log } = testLog()
    await write(log, ['none'])
    await write(log, ['pears'], { filter: 'pears' })
    log.append([new TextEncoder().encode('mixed')])
    await write(log, ['pears too'], { filter: 'pears' })
    const spec = { values: ['apples'], matchUnfiltered: true }
    expect(records(log.read('first', spec))).toEqual(['0 none', '2 mixed', '3 pears too'])
  })

  it('can be asked to return after each chunk that it leaves out', async () => {
    const { log } = testLog()
    await write(log, ['a', 'b'], { filter: 'pears', chunks: true })
    await write(log, ['c'], { filter: 'apples' })
    const reader = log.read('first', only('apples'))
    expect([reader.step(), reader.step()]).toEqual(['skipped', 'skipped'])
    expect(reader.step()).toMatchObject({ firstOffset: 2 })
    expect(reader.step()).toBeUndefined()
  })

  it('stays useful when thousands of messages are written at once', async () => {
    const { log } = testLog()
    const append = (value: string) => log.append([new TextEncoder().encode('m')], value)
    for (const value of ['', 'apples', 'pears']) for (let i = 0; i < 1000; i++) append(value)
    await turn()
    // At most the rest of the chunks in which apples begin and end.
    expect(records(log.read('first', only('apples'))).length).toBeLessThan(1256)
    expect(records(log.read('first', only('plums')))).toEqual([])
  })

  it('never misses a value, and rarely claims another one', () => {
    const values = Array.from({ length: 5 }, (_, at) => `value-${at}`)
    const filter = createFilter(new Set(values), 16) ?? new Uint8Array(0)
    expect(values.every((value) => matchesFilter(filter, only(value)))).toBe(true)
    const others = Array.from({ length: 10_000 }, (_, at) => `other-${at}`)
    const claimed = others.filter((value) => matchesFilter(filter, only(value)))
    // Ten of 127 bits: (10 / 127) ** 2 is 0.6 %.
    expect(claimed.length).toBeGreaterThan(0)
    expect(claimed.length).toBeLessThan(150)
  })
})

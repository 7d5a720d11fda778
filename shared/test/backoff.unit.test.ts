import { describe, expect, test } from 'vitest'

import { checkDelay, delayAfter, type Backoff } from '../src/backoff.ts'

const attempts = [1, 2, 3, 4, 5]

function delays(delay: number | Backoff, random = 0): number[] {
  return attempts.map((attempt) => delayAfter(attempt, delay, () => random))
}

describe('the delay before a retry', () => {
  test('is always the same when it is a number', () => {
    expect(delays(250)).toEqual([250, 250, 250, 250, 250])
  })

  test('doubles, or grows by the factor that is given', () => {
    expect(delays({ from: 100 })).toEqual([100, 200, 400, 800, 1600])
    expect(delays({ from: 100, factor: 3 })).toEqual([100, 300, 900, 2700, 8100])
    expect(delays({ from: 100, factor: 1.5 })).toEqual([100, 150, 225, 338, 506])
  })

  test('never exceeds the cap, which is an hour when nobody says otherwise', () => {
    expect(delays({ from: 100, cap: 500 })).toEqual([100, 200, 400, 500, 500])
    expect(delayAfter(200, { from: 1000 })).toBe(3_600_000)
    expect(delayAfter(200, { from: 1000, factor: 1e300 })).toBe(3_600_000)
  })

  test('with jitter is one of five values, down from the full delay', () => {
    const backoff = { from: 1000, factor: 1, jitter: 0.4 }
    const seen = new Set(
      Array.from({ length: 1000 }, (_, i) => delayAfter(1, backoff, () => i / 1000)),
    )
    expect([...seen]).toEqual([1000, 900, 800, 700, 600])
  })

  test('is at least a millisecond, whatever chance takes off', () => {
    expect(delayAfter(1, { from: 1000, jitter: 1 }, () => 0.999)).toBe(1)
  })

  test.each([
    [0, /delay: whole milliseconds, at least 1/],
    [1.5, /delay: whole milliseconds/],
    [Number.NaN, /delay: whole milliseconds/],
    [{ from: 0 }, /backoff\.from/],
    [{ from: Number.NaN }, /backoff\.from/],
    [{ from: 100, factor: 0.5 }, /backoff\.factor/],
    [{ from: 100, cap: 0 }, /backoff\.cap/],
    [{ from: 100, cap: Infinity }, /backoff\.cap/],
    [{ from: 100, jitter: 1.1 }, /backoff\.jitter/],
  ])('%j is refused', (delay, message) => {
    expect(() => {
      checkDelay(delay)
    }).toThrow(message)
  })
})

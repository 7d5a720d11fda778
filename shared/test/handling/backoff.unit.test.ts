import { describe, expect, test } from 'vitest'

import { checkDelay, delayAfter, type Backoff } from '../../src/handling/backoff.ts'

const attempts = [1, 2, 3, 4, 5]

function delays(delay: number | Backoff, random = 0): number[] {
  return attempts.map((attempt) => delayAfter(attempt, delay, () => random))
}

describe('the delay before a retry', () => {
  test('is constant when it is a number', () => {
    expect(delays(250)).toEqual([250, 250, 250, 250, 250])
  })

  test('doubles, or grows by the given factor', () => {
    expect(delays({ from: 100 })).toEqual([100, 200, 400, 800, 1600])
    expect(delays({ from: 100, factor: 3 })).toEqual([100, 300, 900, 2700, 8100])
    expect(delays({ from: 100, factor: 1.5 })).toEqual([100, 150, 225, 338, 506])
  })

  test('never exceeds the cap, by default an hour', () => {
    expect(delays({ from: 100, cap: 500 })).toEqual([100, 200, 400, 500, 500])
    expect(delayAfter(200, { from: 1000 })).toBe(3_600_000)
    expect(delayAfter(200, { from: 1000, factor: 1e300 })).toBe(3_600_000)
  })

  test('with jitter is one of five values, up to the full delay', () => {
    const backoff = { from: 1000, factor: 1, jitter: 0.4 }
    const seen = new Set(
      Array.from({ length: 1000 }, (_, i) => delayAfter(1, backoff, () => i / 1000)),
    )
    expect([...seen]).toEqual([1000, 900, 800, 700, 600])
  })

  test('is at least a millisecond, whatever the jitter', () => {
    expect(delayAfter(1, { from: 1000, jitter: 1 }, () => 0.999)).toBe(1)
  })

  test.each([
    [0, /^retry: delay must be whole milliseconds, at least 1$/],
    [1.5, /delay must be whole milliseconds/],
    [Number.NaN, /delay must be whole milliseconds/],
    [{ from: 0 }, /delay\.from/],
    [{ from: Number.NaN }, /delay\.from/],
    [{ from: 100, factor: 0.5 }, /delay\.factor/],
    [{ from: 100, cap: 0 }, /delay\.cap/],
    [{ from: 100, cap: Infinity }, /delay\.cap/],
    [{ from: 100, jitter: 1.1 }, /delay\.jitter/],
  ])('%j is refused', (delay, message) => {
    expect(() => {
      checkDelay(delay)
    }).toThrow(message)
  })
})

import { expect, test } from 'vitest'

import { quantile, ratioOf, spreadOf } from '../src/statistics.ts'

test('the median is the middle one, or between the two in the middle', () => {
  expect(spreadOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 })
  expect(spreadOf([4, 1, 2, 100]).median).toBe(3)
})

test('a quantile lies between its neighbours', () => {
  const sorted = Array.from({ length: 101 }, (_, i) => i)
  expect(quantile(sorted, 0.99)).toBe(99)
  expect(quantile([10, 20], 0.25)).toBe(12.5)
  expect(quantile([7], 0.99)).toBe(7)
})

test('a ratio compares what was measured in the same round', () => {
  // The machine was half as fast in the second round, for both.
  expect(ratioOf([80, 40, 88], [100, 50, 100])).toEqual({ median: 0.8, min: 0.8, max: 0.88 })
})

test('no figures give no number', () => {
  expect(spreadOf([]).median).toBeNaN()
})

import { expect, test } from 'vitest'

import { quantile, ratioOf, spreadOf } from '../src/common/statistics.ts'

test('the median is the middle value, or the mean of the two in the middle', () => {
  expect(spreadOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 })
  expect(spreadOf([4, 1, 2, 100]).median).toBe(3)
})

test('a quantile is interpolated between its neighbors', () => {
  const sorted = Array.from({ length: 101 }, (_, i) => i)
  expect(quantile(sorted, 0.99)).toBe(99)
  expect(quantile([10, 20], 0.25)).toBe(12.5)
  expect(quantile([7], 0.99)).toBe(7)
})

test('a ratio compares values of the same round', () => {
  // The machine was half as fast in the second round, for both.
  expect(ratioOf([80, 40, 88], [100, 50, 100])).toEqual({ median: 0.8, min: 0.8, max: 0.88 })
})

test('without values, the median is NaN', () => {
  expect(spreadOf([]).median).toBeNaN()
})

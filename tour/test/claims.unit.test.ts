import { expect, test } from 'vitest'

import { disprove } from '../src/run/claims.ts'

test.each([
  [['a', 'b'], ['a', 'b'], undefined],
  [[], [], 'nothing was printed'],
  [['a'], ['a', 'b'], '1 of 2 missing: "b"'],
  [['a', 'a'], ['a'], '1 unexpected: "a"'],
  [['c'], ['a'], '1 of 1 missing: "a"; 1 unexpected: "c"'],
  [['b', 'a'], ['a', 'b'], 'in the wrong order: "b" was number 1'],
  [[], ['a', 'b', 'c', 'd'], '4 of 4 missing: "a", "b", "c", ...'],
])('%j where %j was expected: %s', (actual, expected, reason) => {
  const claim = { says: '', actual: () => actual }
  expect(disprove({ ...claim, expected }, () => [])).toBe(reason)
  expect(disprove({ ...claim, expected: () => expected }, () => [])).toBe(reason)
})

test('a list that is taken from the output must have as many items as the claim says', () => {
  const claim = { says: '', actual: () => ['a'], expected: () => ['a'] }
  expect(disprove({ ...claim, count: 1 }, () => [])).toBe(undefined)
  expect(disprove({ ...claim, count: 5 }, () => [])).toBe('expected 5, but there were 1')
})

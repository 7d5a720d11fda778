import { expect, test } from 'vitest'

import { disprove } from '../src/claims.ts'

test.each([
  [['a', 'b'], ['a', 'b'], undefined],
  [[], [], 'there was nothing to see'],
  [['a'], ['a', 'b'], '1 of 2 missing: "b"'],
  [['a', 'a'], ['a'], '1 too many: "a"'],
  [['c'], ['a'], '1 of 1 missing: "a"; 1 too many: "c"'],
  [['b', 'a'], ['a', 'b'], 'in another order: "b" came as number 1'],
  [[], ['a', 'b', 'c', 'd'], '4 of 4 missing: "a", "b", "c", ...'],
])('seeing %j where %j was promised: %s', (found, wanted, reason) => {
  const claim = { says: '', found: () => found }
  expect(disprove({ ...claim, wanted }, () => [])).toBe(reason)
  expect(disprove({ ...claim, wanted: () => wanted }, () => [])).toBe(reason)
})

test('a list of what was printed must have as many items as promised', () => {
  const claim = { says: '', found: () => ['a'], wanted: () => ['a'] }
  expect(disprove({ ...claim, count: 1 }, () => [])).toBe(undefined)
  expect(disprove({ ...claim, count: 5 }, () => [])).toBe('expected 5, and there were 1')
})

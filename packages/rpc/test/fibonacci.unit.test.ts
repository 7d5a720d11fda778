import { expect, test } from 'vitest'

import { fibonacci } from '../src/fibonacci.ts'

test.each([
  ['0', 0],
  ['1', 1],
  ['2', 1],
  ['10', 55],
  ['30', 832_040],
  [' 30\n', 832_040],
  ['78', 8_944_394_323_791_464],
])('fib(%j) is %d', (text, expected) => {
  expect(fibonacci(text)).toBe(expected)
})

test('fib(78) is the last exact one: fib(79) is not a safe integer', () => {
  expect(fibonacci('78')).toBeLessThan(Number.MAX_SAFE_INTEGER)
  expect(fibonacci('77') + fibonacci('78')).toBeGreaterThan(Number.MAX_SAFE_INTEGER)
})

test.each(['', '-1', '79', '1.5', '1e1', '0x10', 'thirty', '30 30', '9'.repeat(400)])(
  'fib(%j) is refused',
  (text) => {
    expect(() => fibonacci(text)).toThrow(/^fib takes a whole number from 0 to 78, not ".{0,40}"$/)
  },
)

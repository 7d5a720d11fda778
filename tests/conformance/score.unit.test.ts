import { expect, test } from 'vitest'

import { parseGo, parsePhp, parseTap } from './score.ts'

test('TAP: uses the closing counts, which include suites only once', () => {
  const output = `TAP version 13
    ok 1 - a test
    not ok 2 - another
    ok 3 - a third # SKIP
not ok 1 - the suite of both
# tests 3
# suites 1
# pass 1
# fail 1
# skipped 1
`
  const failed = ['another', 'the suite of both']
  expect(parseTap(output)).toEqual({ passed: 1, total: 2, failed })
})

test('TAP: mocha writes no dash before the name', () => {
  const output = '1..2\nok 1 a test\nnot ok 2 another\n# tests 2\n# pass 1\n# fail 1\n'
  expect(parseTap(output)).toEqual({ passed: 1, total: 2, failed: ['another'] })
})

test('Go: does not count subtests', () => {
  const output = `=== RUN   TestA
    --- PASS: TestA/part (0.00s)
--- PASS: TestA (0.00s)
--- FAIL: TestB (0.01s)
--- SKIP: TestC (0.00s)
--- PASS: ExampleD (0.00s)
FAIL
`
  expect(parseGo(output)).toEqual({ passed: 2, total: 3, failed: ['TestB'] })
})

test('PHP: uses the summary, which names each failed test once', () => {
  const output = `TEST 1/3 [tests/a.phpt]PASS A [tests/a.phpt]
TEST 2/3 [tests/b-1.phpt]FAIL B [tests/b-1.phpt]
=====================================================================
Number of tests :    3                 2
Tests skipped   :    1 ( 33.3%) --------
Tests failed    :    1 ( 33.3%) ( 50.0%)
Tests passed    :    1 ( 33.3%) ( 50.0%)
=====================================================================
FAILED TEST SUMMARY
---------------------------------------------------------------------
B [tests/b-1.phpt]
=====================================================================
`
  expect(parsePhp(output)).toEqual({ passed: 1, total: 2, failed: ['b-1'] })
})

test('a suite that was killed has passed nothing', () => {
  const nothing = { passed: 0, total: 0, failed: [] }
  expect(parseTap('ok 1 - a test\n')).toEqual(nothing)
  expect(parsePhp('TEST 1/3 [tests/a.phpt]PASS A\n')).toMatchObject({ passed: 0 })
})

import { expect, test } from 'vitest'

import { isOlder } from '../../src/index.ts'

test.each([
  ['4.2.10', '4.3', true],
  ['3.13.7', '4.0', true],
  ['4.3', '4.3', false],
  ['4.3.0', '4.3', false],
  ['4.3.5', '4.3.6', true],
  ['4.3.12', '4.3.6', false],
  ['10.0', '9.9', false],
])('%s is older than %s: %s', (version, minimum, older) => {
  expect(isOlder(version, minimum)).toBe(older)
})

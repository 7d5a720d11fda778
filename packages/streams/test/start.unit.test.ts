import { expect, test } from 'vitest'

import { parseStart } from '../src/start.ts'

test.each([
  ['first', 'first'],
  ['17', 17],
  ['1h', '1h'],
  ['2026-11-26', new Date('2026-11-26')],
  ['2026-11-26T09:30:00Z', new Date('2026-11-26T09:30:00Z')],
  ['2026-11-26T09:30', new Date('2026-11-26T09:30')],
])('%s is a position', (text, position) => {
  expect(parseStart(text)).toEqual(position)
})

test.each(['last 5', 'offset 17', '-5', '3.5', '2026-13-01', '2026-11-26 or so'])(
  '%s is not a position, although JavaScript takes some of these for dates',
  (text) => {
    expect(() => parseStart(text)).toThrow(`"${text}" is not a position`)
  },
)

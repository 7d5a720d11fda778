import { describe, expect, test } from 'vitest'

import { layoutFor, shorten, wrap } from '../src/layout.ts'
import { paintFor } from '../src/paint.ts'

const plain = paintFor({ isTTY: false }, {})
const colours = paintFor({ isTTY: true }, {})

describe('the layout', () => {
  test('gives each program a lane where the terminal is wide enough', () => {
    const layout = layoutFor(['producer', 'consumer'], { width: 40, paint: plain })
    expect([
      ...layout.heading(),
      ...layout.lines([
        { program: 'producer', text: '$ pnpm basic producer', look: 'dim' },
        { program: 'consumer', text: '$ go', look: 'dim' },
      ]),
      ...layout.lines([{ program: 'consumer', text: 'waiting for messages', short: true }]),
      ...layout.lines([{ program: 'consumer', text: 'one received' }]),
    ]).toEqual([
      '  producer           consumer',
      '  $ pnpm basic       $ go',
      '  producer',
      '                     waiting for mess…',
      '                     one received',
    ])
  })

  test('puts the name before each line where it is not', () => {
    for (const width of [undefined, 20]) {
      const layout = layoutFor(['a', 'long name'], { width, paint: plain })
      expect(layout.heading()).toEqual([])
      expect(layout.lines([{ program: 'a', text: 'hello, world, and all the rest' }])).toEqual([
        '  a          hello, world, and all the rest',
      ])
    }
  })

  test('never makes a row wider than the terminal', () => {
    const programs = ['one', 'two', 'three', 'four']
    for (let width = 10; width < 200; width++) {
      const layout = layoutFor(programs, { width, paint: plain })
      if (layout.heading().length === 0) continue
      for (const program of programs)
        for (const row of layout.lines([{ program, text: 'x'.repeat(70) }]))
          expect(row.length).toBeLessThanOrEqual(width)
    }
  })

  test('colours a line as its program, and dims what is said about it', () => {
    const layout = layoutFor(['a', 'b'], { width: 80, paint: colours })
    expect(layout.lines([{ program: 'b', text: 'x' }])[0]).toContain('\u001b[33mx\u001b[0m')
    expect(layout.lines([{ program: 'b', text: 'x', look: 'dim' }])[0]).toContain(
      '\u001b[2mx\u001b[0m',
    )
  })
})

test('a line of a series loses its time first, and then its text', () => {
  const line = '0 2026-11-20 08:06:22.123 - Basic - Hello World sent'
  expect(shorten(line, 80)).toBe(line)
  expect(shorten(line, 40)).toBe('0 Basic - Hello World sent')
  expect(shorten(line, 20)).toBe('0 … sent')
  expect(shorten('something else altogether', 10)).toBe('something else altogether')
})

test.each([
  ['a b c', 10, ['a b c']],
  ['one two three', 8, ['one two', 'three']],
  ['unbreakable', 4, ['unbr', 'eaka', 'ble']],
  ['', 4, ['']],
  [' [x] Requesting', 6, [' [x]', 'Reques', 'ting']],
])('%j in %d columns is %j', (text, width, rows) => {
  expect(wrap(text, width)).toEqual(rows)
})

test.each([
  ['a terminal', true, {}, true],
  ['no terminal', false, {}, false],
  ['a terminal that cannot', true, { TERM: 'dumb' }, false],
  ['a terminal, with NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['no terminal, with FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
  ['a terminal, with FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
])('%s is coloured or not', (...[, isTTY, env, colourful]) => {
  expect(paintFor({ isTTY }, env)('x', 'red') !== 'x').toBe(colourful)
})

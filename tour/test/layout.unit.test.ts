import { paintFor } from '@messaging-patterns/shared/cli'
import { describe, expect, test } from 'vitest'

import { layoutFor, shorten, wrap } from '../src/display/layout.ts'

const plain = paintFor({ isTTY: false }, {})
const colors = paintFor({ isTTY: true }, { TERM: 'xterm' })

describe('the layout', () => {
  test('gives each program a column if the terminal is wide enough', () => {
    const layout = layoutFor(['producer', 'consumer'], { width: 40, paint: plain })
    expect([
      ...layout.heading(),
      ...layout.rows([
        { program: 'producer', text: '$ pnpm basic producer', style: 'dim' },
        { program: 'consumer', text: '$ go', style: 'dim' },
      ]),
      ...layout.rows([{ program: 'consumer', text: 'waiting for messages', cut: true }]),
      ...layout.rows([{ program: 'consumer', text: 'one received' }]),
    ]).toEqual([
      '  producer           consumer',
      '  $ pnpm basic       $ go',
      '  producer',
      '                     waiting for mess…',
      '                     one received',
    ])
  })

  test('puts the name before each line if it is not', () => {
    for (const width of [undefined, 20]) {
      const layout = layoutFor(['a', 'long name'], { width, paint: plain })
      expect(layout.heading()).toEqual([])
      expect(layout.rows([{ program: 'a', text: 'hello, world, and all the rest' }])).toEqual([
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
        for (const row of layout.rows([{ program, text: 'x'.repeat(70) }]))
          expect(row.length).toBeLessThanOrEqual(width)
    }
  })

  test('colors a line like its program, and dims notes', () => {
    const layout = layoutFor(['a', 'b'], { width: 80, paint: colors })
    expect(layout.rows([{ program: 'b', text: 'x' }])[0]).toContain('\u001b[33mx\u001b[39m')
    expect(layout.rows([{ program: 'b', text: 'x', style: 'dim' }])[0]).toContain(
      '\u001b[2mx\u001b[22m',
    )
  })
})

test('a line of a series is shortened by its time first, and then by its text', () => {
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

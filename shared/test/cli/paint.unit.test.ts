import { expect, test } from 'vitest'

import { paintFor } from '../../src/cli/index.ts'

const TERM = 'xterm-256color'

test.each([
  { output: 'a terminal', isTTY: true, env: { TERM }, colors: true },
  { output: 'a pipe', isTTY: false, env: { TERM }, colors: false },
  { output: 'a terminal without colors', isTTY: true, env: { TERM: 'dumb' }, colors: false },
  { output: 'a terminal, with NO_COLOR', isTTY: true, env: { TERM, NO_COLOR: '1' }, colors: false },
  {
    output: 'a terminal, with an empty NO_COLOR',
    isTTY: true,
    env: { TERM, NO_COLOR: '' },
    colors: true,
  },
  {
    output: 'a pipe, with FORCE_COLOR',
    isTTY: false,
    env: { TERM, FORCE_COLOR: '1' },
    colors: true,
  },
  {
    output: 'a terminal, with FORCE_COLOR=0',
    isTTY: true,
    env: { TERM, FORCE_COLOR: '0' },
    colors: false,
  },
  {
    output: 'a pipe, with both',
    isTTY: false,
    env: { TERM, FORCE_COLOR: '1', NO_COLOR: '1' },
    colors: false,
  },
])('for $output: colors $colors', ({ isTTY, env, colors }) => {
  const paint = paintFor({ isTTY }, env)
  expect(paint('red', 'x')).toBe(colors ? '\u001b[31mx\u001b[39m' : 'x')
  expect(paint('red', '')).toBe('')
})

import { expect, test } from 'vitest'

import { drawSvg } from '../picture/svg.ts'

test('the picture shows each row at its time and in its color, and scrolls', () => {
  const rows = [
    { at: 0, text: '$ a <b> & c' },
    { at: 500, text: '\u001b[1m\u001b[36mbold\u001b[39m\u001b[22m plain' },
    { at: 900, text: 'last' },
  ]
  const svg = drawSvg(rows, { columns: 20, height: 2, pause: 100 })
  expect(svg).toContain('>$ a &lt;b> &amp; c</text>')
  expect(svg).toContain('<tspan class="s1 s36">bold</tspan> plain</text>')
  expect(svg).toContain('@keyframes r1{0%{opacity:0}50.00%{opacity:1}}')
  expect(svg).toContain('90.00%{transform:translateY(-18px)}')
  expect(svg).not.toContain('\u001b')
  expect(svg).toContain('prefers-color-scheme:dark')
  expect(svg).toContain('prefers-reduced-motion:reduce')
})

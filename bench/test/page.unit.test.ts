import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { groups } from '../src/groups.ts'
import { readJson } from '../src/json.ts'
import { markdownTable } from '../src/page/markdown.ts'
import { pageFiles } from '../src/page/page.ts'
import { plotOf } from '../src/page/plot.ts'
import { formatResults, type Results, type RowResult } from '../src/result.ts'
import { rows } from '../src/rows/all.ts'
import { figure } from '../src/summary.ts'
import { tableOf } from '../src/table.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const results = readJson<Results>(readFileSync(join(root, 'bench/results.json'), 'utf8'))

const row: RowResult = {
  name: 'consume, auto-ack',
  group: 'consume',
  unit: 'messages/s',
  reference: 'amqplib',
  contenders: [
    {
      name: 'shared',
      samples: [
        { value: 36_749, cpu: 9.5 },
        { value: 36_000, cpu: 10 },
      ],
    },
    {
      name: 'amqplib',
      samples: [
        { value: 40_000, cpu: 8 },
        { value: 40_000, cpu: 8 },
      ],
    },
    { name: 'a <b>', samples: [], missing: 'failed: it broke\nin two lines' },
  ],
}

test('the page and its pictures are what the figures come to', () => {
  for (const [file, text] of pageFiles(results))
    expect(readFileSync(join(root, file), 'utf8'), `pnpm bench:page writes ${file}`).toBe(text)
  const drawn = readdirSync(join(root, 'docs/pictures')).filter((name) =>
    name.startsWith('performance-'),
  )
  expect(pageFiles(results).size).toBe(drawn.length + 1)
})

test('each group of rows says what it is about', () => {
  for (const { group, name } of rows) expect(groups[group], name).toMatch(/\.$/)
})

test('a table has the medians in line, and says who is not in it', () => {
  expect(tableOf(row)).toBe(
    [
      'consume, auto-ack',
      '           messages/s                ratio  CPU µs (ratio)',
      '  shared       36,400  0.91 (0.90 to 0.92)     9.75 (1.22)',
      '  amqplib      40,000                    1        8 (1.00)',
      '  a <b>    failed: it broke',
    ].join('\n'),
  )
})

test('a figure has the three digits that count', () => {
  expect([0.012_34, 1.2345, 123.45, 1_234_567].map(figure)).toEqual([
    '0.0123',
    '1.23',
    '123',
    '1,230,000',
  ])
})

test('a table of a page is as the formatter leaves it', () => {
  expect(markdownTable(['Contender', 'ms'], [['a', '1,000'], ['b']])).toEqual([
    '| Contender |    ms |',
    '| --------- | ----: |',
    '| a         | 1,000 |',
    '| b         |       |',
  ])
})

test('a picture places equal factors equally far from the reference', () => {
  const twice = { ...row, contenders: [...row.contenders] }
  twice.contenders[0] = { name: 'half', samples: [{ value: 20_000 }] }
  twice.contenders[2] = { name: 'twice', samples: [{ value: 80_000 }] }
  const dots = [...plotOf([twice], 'dark').matchAll(/cx="([\d.]+)"/g)].map(([, x]) => Number(x))
  const [half = 0, one = 0, two = 0] = dots
  expect(dots).toHaveLength(3)
  expect(one - half).toBeCloseTo(two - one, 0)
  expect(two).toBeGreaterThan(one)
})

test('a picture escapes what it is told, and says in words what it shows', () => {
  const named = { ...row, name: 'a < b' }
  expect(plotOf([named], 'light')).toContain('a &lt; b')
  expect(plotOf([named], 'light')).toMatch(/<title>Ratios to amqplib of .{20,}<\/title>/)
})

test('a file of results has a line a sample, and says the same when it is read', () => {
  const text = formatResults({ ...results, rows: [row] })
  expect(text).toContain('{ "value": 36750, "cpu": 9.5 }')
  expect(readJson<Results>(text).rows[0]?.contenders[1]).toEqual(row.contenders[1])
})

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { benchmarks } from '../src/benchmarks/all.ts'
import { groups } from '../src/benchmarks/groups.ts'
import { readJson } from '../src/common/json.ts'
import { formatResults, type BenchmarkResult, type Results } from '../src/harness/result.ts'
import { markdownTable } from '../src/report/markdown.ts'
import { pageFiles } from '../src/report/page.ts'
import { plotOf } from '../src/report/plot.ts'
import { formatNumber } from '../src/report/summary.ts'
import { textTable } from '../src/report/text-table.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const results = readJson<Results>(readFileSync(join(root, 'bench/results.json'), 'utf8'))

const result: BenchmarkResult = {
  name: 'consume, auto-ack',
  group: 'consume',
  unit: 'messages/s',
  baseline: 'amqplib',
  candidates: [
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
    { name: 'a <b>', samples: [], skipped: 'failed: it broke\nin two lines' },
  ],
}

test('the page and its plots match the results', () => {
  for (const [file, text] of pageFiles(results))
    expect(readFileSync(join(root, file), 'utf8'), `pnpm bench:page writes ${file}`).toBe(text)
  const drawn = readdirSync(join(root, 'docs/pictures')).filter((name) =>
    name.startsWith('performance-'),
  )
  expect(pageFiles(results).size).toBe(drawn.length + 2)
})

test('the page begins with three conclusions, and leaves them out if they were not measured', () => {
  const pageOf = (measured: Results): string => pageFiles(measured).get('docs/performance.md') ?? ''
  expect(pageOf(results)).toMatch(/^# Performance\n\nThree things decide/)
  expect(pageOf(results)).toMatch(/With up to 256 unconfirmed, it publishes [\d,]+00: \d+ times/)
  const withoutPika = results.benchmarks.map((each) => ({
    ...each,
    candidates: each.candidates.filter(({ name }) => name !== 'pika'),
  }))
  expect(pageOf({ ...results, benchmarks: withoutPika })).toMatch(/^# Performance\n\n\n?## What/)
})

test('every group of benchmarks has a description', () => {
  for (const { group, name } of benchmarks) expect(groups[group], name).toMatch(/\.$/)
})

test('a table has aligned medians, and says why a candidate was skipped', () => {
  expect(textTable(result)).toBe(
    [
      'consume, auto-ack',
      '           messages/s                ratio  CPU µs (ratio)',
      '  shared       36,400  0.91 (0.90 to 0.92)     9.75 (1.22)',
      '  amqplib      40,000                    1        8 (1.00)',
      '  a <b>    failed: it broke',
    ].join('\n'),
  )
})

test('a number has three significant digits', () => {
  expect([0.012_34, 1.2345, 123.45, 1_234_567].map(formatNumber)).toEqual([
    '0.0123',
    '1.23',
    '123',
    '1,230,000',
  ])
})

test('a Markdown table is formatted as oxfmt does', () => {
  expect(markdownTable(['Candidate', 'ms'], [['a', '1,000'], ['b']])).toEqual([
    '| Candidate |    ms |',
    '| --------- | ----: |',
    '| a         | 1,000 |',
    '| b         |       |',
  ])
})

test('a plot shows 1/2 and 2 at the same distance from 1', () => {
  const twice = { ...result, candidates: [...result.candidates] }
  twice.candidates[0] = { name: 'half', samples: [{ value: 20_000 }] }
  twice.candidates[2] = { name: 'twice', samples: [{ value: 80_000 }] }
  const dots = [...plotOf([twice], 'dark').matchAll(/cx="([\d.]+)"/g)].map(([, x]) => Number(x))
  const [half = 0, one = 0, two = 0] = dots
  expect(dots).toHaveLength(3)
  expect(one - half).toBeCloseTo(two - one, 0)
  expect(two).toBeGreaterThan(one)
})

test('a plot escapes names, and has a text description', () => {
  const named = { ...result, name: 'a < b' }
  expect(plotOf([named], 'light')).toContain('a &lt; b')
  expect(plotOf([named], 'light')).toMatch(/<title>Ratios to amqplib: consume\. .{20,}<\/title>/)
})

test('a results file has one line per sample, and can be read again', () => {
  const text = formatResults({ ...results, benchmarks: [result] })
  expect(text).toContain('{ "value": 36750, "cpu": 9.5 }')
  expect(readJson<Results>(text).benchmarks[0]?.candidates[1]).toEqual(result.candidates[1])
})

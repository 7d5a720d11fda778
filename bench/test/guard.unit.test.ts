import { expect, test } from 'vitest'

import { judge, limits } from '../src/guard.ts'
import type { BenchmarkResult } from '../src/harness/result.ts'

const limit = limits.find(({ name }) => name === 'shared') ?? expect.fail('no limit for shared')

function resultWith(ratios: readonly number[], skipped?: string): BenchmarkResult {
  return {
    ...limit.benchmark,
    candidates: [
      {
        name: 'shared',
        samples: ratios.map((ratio) => ({ value: 1000 * ratio })),
        ...(skipped !== undefined && { skipped }),
      },
      { name: 'amqplib', samples: ratios.map(() => ({ value: 1000 })) },
    ],
  }
}

test('a median above the limit passes, whatever a single round was', () => {
  expect(judge(limit, resultWith([0.1, 0.9, 0.95])).passed).toBe(true)
})

test('a median below the limit fails, and the line says how far', () => {
  const { passed, line } = judge(limit, resultWith([0.7, 0.71, 2]))
  expect(passed).toBe(false)
  expect(line).toMatch(
    /^FAILED: shared compared with amqplib.*: 0\.71 \(0\.70, 2\.00\), at least 0\.85$/,
  )
})

test('a candidate that could not be measured fails, too', () => {
  const { passed, line } = judge(limit, resultWith([], 'failed: the client exited'))
  expect(passed).toBe(false)
  expect(line).toContain('shared failed: the client exited')
})

test('a time fails above its limit, and passes below it', () => {
  const flood = limits.find(({ benchmark }) => benchmark.unit === 'ms') ?? expect.fail('no time')
  const resultOf = (ms: number): BenchmarkResult => ({
    ...flood.benchmark,
    candidates: [
      { name: flood.name, samples: [{ value: ms }] },
      { name: flood.benchmark.baseline, samples: [{ value: 1 }] },
    ],
  })
  expect(judge(flood, resultOf(4.9)).passed).toBe(true)
  const { passed, line } = judge(flood, resultOf(100))
  expect(passed).toBe(false)
  expect(line).toMatch(/: 100\.00 \(100\.00, 100\.00\), at most 15$/)
})

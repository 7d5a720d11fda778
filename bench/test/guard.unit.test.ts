import { expect, test } from 'vitest'

import { judge, limits } from '../src/guard.ts'
import type { RowResult } from '../src/result.ts'

const limit = limits.find(({ name }) => name === 'shared') ?? expect.fail('no limit for shared')

function resultWith(ratios: readonly number[], missing?: string): RowResult {
  return {
    ...limit.row,
    contenders: [
      {
        name: 'shared',
        samples: ratios.map((ratio) => ({ value: 1000 * ratio })),
        ...(missing !== undefined && { missing }),
      },
      { name: 'amqplib', samples: ratios.map(() => ({ value: 1000 })) },
    ],
  }
}

test('what keeps its limit passes, whatever a single round was', () => {
  expect(judge(limit, resultWith([0.1, 0.9, 0.95])).good).toBe(true)
})

test('what falls below its limit fails, and the line says how far', () => {
  const { good, line } = judge(limit, resultWith([0.7, 0.71, 2]))
  expect(good).toBe(false)
  expect(line).toMatch(/^FAILED: shared beside amqplib.*: 0\.71 \(0\.70, 2\.00\), at least 0\.85$/)
})

test('what could not be measured fails, too', () => {
  const { good, line } = judge(limit, resultWith([], 'failed: the client ended'))
  expect(good).toBe(false)
  expect(line).toContain('shared failed: the client ended')
})

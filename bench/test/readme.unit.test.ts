import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { readJson } from '../src/common/json.ts'
import { spreadOf } from '../src/common/statistics.ts'
import type { Results } from '../src/harness/result.ts'
import { formatNumber } from '../src/report/summary.ts'

function read(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
}

test('the README of the broker has the measured times', () => {
  const { benchmarks } = readJson<Results>(read('bench/results.json'))
  const result = benchmarks.find(({ name }) => name.startsWith('broker, start'))
  const median = (candidate: string): string => {
    const { samples = [] } = result?.candidates.find(({ name }) => name === candidate) ?? {}
    return formatNumber(spreadOf(samples.map(({ value }) => value)).median)
  }
  const readme = read('broker/README.md').replaceAll(/\s+/g, ' ')
  expect(readme).toContain(
    `\`startTestBroker()\` takes ${median('startTestBroker()')} ms, and RabbitMQ in a container ${median('RabbitMQ')} ms`,
  )
})

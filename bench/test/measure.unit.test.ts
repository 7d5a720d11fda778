import { expect, test } from 'vitest'

import type { Benchmark, Candidate } from '../src/harness/benchmark.ts'
import { BrokerPool } from '../src/harness/brokers/broker-pool.ts'
import { measure } from '../src/harness/measure.ts'

const effort = { rounds: 3, secondsPerRound: 0.1 }

/** Creates candidates that only log what they are asked to do. */
function loggingTo(log: string[]) {
  return (name: string, perSecond: number): Candidate => ({
    name,
    start: () =>
      Promise.resolve({
        run(count) {
          log.push(`${name} ${count}`)
          return Promise.resolve({ value: perSecond })
        },
        [Symbol.asyncDispose]() {
          log.push(`${name} ends`)
          return Promise.resolve()
        },
      }),
  })
}

function benchmarkOf(
  candidates: readonly Candidate[],
  options: Partial<Benchmark> = {},
): Benchmark {
  return {
    name: 'a benchmark',
    group: 'a group',
    unit: 'messages/s',
    baseline: 'b',
    candidates,
    ...options,
  }
}

function noBrokers(signal = new AbortController().signal): BrokerPool {
  return new BrokerPool(signal)
}

test('candidates take turns, and each round starts with a different one', async () => {
  const log: string[] = []
  const candidate = loggingTo(log)
  const benchmark = benchmarkOf([candidate('a', 1), candidate('b', 1)], { count: 5, cold: true })
  const result = await measure(benchmark, noBrokers(), effort)
  expect(log.slice(0, 6)).toEqual(['a 5', 'b 5', 'b 5', 'a 5', 'a 5', 'b 5'])
  expect(log.slice(6).toSorted()).toEqual(['a ends', 'b ends'])
  expect(result.candidates.map(({ samples }) => samples.length)).toEqual([3, 3])
})

test('each candidate sends as many messages per round as it can in the time', async () => {
  const log: string[] = []
  const candidate = loggingTo(log)
  await measure(benchmarkOf([candidate('slow', 1000), candidate('b', 50_000)]), noBrokers(), effort)
  const rounds = log.filter((line) => !line.endsWith('ends')).slice(-6)
  expect(rounds.toSorted()).toEqual([...Array(3).fill('b 5000'), ...Array(3).fill('slow 100')])
})

test('a candidate that fails is skipped, and the others continue', async () => {
  const log: string[] = []
  const broken: Candidate = { name: 'a', start: () => Promise.reject(new Error('no such thing')) }
  const benchmark = benchmarkOf([broken, loggingTo(log)('b', 1)], { count: 1 })
  const result = await measure(benchmark, noBrokers(), effort)
  expect(result.candidates[0]).toEqual({ name: 'a', samples: [], skipped: 'failed: no such thing' })
  expect(result.candidates[1]?.samples).toHaveLength(3)
})

test('Ctrl-C ends a benchmark and all of its candidates', async () => {
  const log: string[] = []
  const interruption = new AbortController()
  const interrupting: Candidate = {
    name: 'a',
    async start(brokers) {
      const runner = await loggingTo(log)('a', 1).start(brokers)
      if (typeof runner === 'string') return runner
      return {
        run(count) {
          interruption.abort()
          return runner.run(count)
        },
        [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose](),
      }
    },
  }
  const benchmark = benchmarkOf([interrupting, loggingTo(log)('b', 1)], { count: 1, cold: true })
  await expect(measure(benchmark, noBrokers(interruption.signal), effort)).rejects.toThrow(
    'aborted',
  )
  expect(log).toEqual(['a 1', 'a ends', 'b ends'])
})

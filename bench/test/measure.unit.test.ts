import { expect, test } from 'vitest'

import { measureRow } from '../src/measure.ts'
import type { Entrant, Row } from '../src/row.ts'
import { Stage } from '../src/stage.ts'

const effort = { rounds: 3, seconds: 0.1 }

/** Contenders that only note what they are asked to do. */
function playing(log: string[]) {
  return (name: string, perSecond: number): Entrant => ({
    name,
    enter: () =>
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

function rowOf(entrants: readonly Entrant[], more: Partial<Row> = {}): Row {
  return { name: 'a row', group: 'a group', unit: 'messages/s', reference: 'b', entrants, ...more }
}

test('contenders take turns, and each round begins with another one', async () => {
  const log: string[] = []
  const play = playing(log)
  const row = rowOf([play('a', 1), play('b', 1)], { count: 5, cold: true })
  const result = await measureRow(row, new Stage(new AbortController().signal), effort)
  expect(log.slice(0, 6)).toEqual(['a 5', 'b 5', 'b 5', 'a 5', 'a 5', 'b 5'])
  expect(log.slice(6).toSorted()).toEqual(['a ends', 'b ends'])
  expect(result.contenders.map(({ samples }) => samples.length)).toEqual([3, 3])
})

test('a round has as many messages as each contender does in its time', async () => {
  const log: string[] = []
  const play = playing(log)
  const row = rowOf([play('slow', 1000), play('b', 50_000)])
  await measureRow(row, new Stage(new AbortController().signal), effort)
  const rounds = log.filter((line) => !line.endsWith('ends')).slice(-6)
  expect(rounds.toSorted()).toEqual([...Array(3).fill('b 5000'), ...Array(3).fill('slow 100')])
})

test('one that fails is out of the row, and the others go on', async () => {
  const log: string[] = []
  const broken: Entrant = { name: 'a', enter: () => Promise.reject(new Error('no such thing')) }
  const row = rowOf([broken, playing(log)('b', 1)], { count: 1 })
  const result = await measureRow(row, new Stage(new AbortController().signal), effort)
  expect(result.contenders[0]).toEqual({ name: 'a', samples: [], missing: 'failed: no such thing' })
  expect(result.contenders[1]?.samples).toHaveLength(3)
})

test('Ctrl-C ends a row, and every contender of it', async () => {
  const log: string[] = []
  const interrupt = new AbortController()
  const impatient: Entrant = {
    name: 'a',
    async enter(stage) {
      const runner = await playing(log)('a', 1).enter(stage)
      if (typeof runner === 'string') return runner
      return {
        run(count) {
          interrupt.abort()
          return runner.run(count)
        },
        [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose](),
      }
    },
  }
  const row = rowOf([impatient, playing(log)('b', 1)], { count: 1, cold: true })
  await expect(measureRow(row, new Stage(interrupt.signal), effort)).rejects.toThrow('aborted')
  expect(log).toEqual(['a 1', 'a ends', 'b ends'])
})

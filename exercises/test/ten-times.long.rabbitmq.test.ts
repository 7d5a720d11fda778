import { describe, expect, inject, it } from 'vitest'

import { embedded, rabbitMq } from '../src/judge/brokers.ts'
import { filesOf, readCatalog } from '../src/course/catalog.ts'
import { judge } from '../src/judge/judge.ts'

// A check that sometimes rejects a correct program would be worse than none. So each solution has to
// pass EXERCISES_TIMES times in a row on both brokers, next to others that keep the machine busy.

const times = Number(process.env['EXERCISES_TIMES'] ?? 10)
const { amqp, management } = inject('rabbitmq')
const timeouts = { quiet: 5000, moment: 250 }
const catalog = await readCatalog()

for (const brokers of [embedded, rabbitMq(amqp, management)])
  describe.concurrent(`on ${brokers.name}`, () => {
    for (const entry of catalog)
      it(`passes ${times} times in a row: ${entry.name}`, { timeout: 60_000 * times }, async () => {
        const { solution } = filesOf(entry)
        for (let i = 1; i <= times; i++) {
          const { solved, text } = await judge(entry, solution, { brokers, timeouts })
          expect(solved, `time ${i}: ${text}`).toBe(true)
        }
      })
  })

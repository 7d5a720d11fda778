import { inject } from 'vitest'
import { describe, expect, it } from 'vitest'

import { embedded, rabbitMq } from '../src/brokers.ts'
import { filesOf, readCatalog } from '../src/catalog.ts'
import { judge } from '../src/judge.ts'

// A check that fails now and then would be worse than none: each solution passes many times in a
// row, EXERCISES_TIMES of them, on both brokers.

const times = Number(process.env['EXERCISES_TIMES'] ?? 10)
const { amqp, management } = inject('rabbitmq')
const timeouts = { quiet: 5000, moment: 250 }

for (const brokers of [embedded, rabbitMq(amqp, management)])
  describe(`on ${brokers.name}`, async () => {
    for (const entry of await readCatalog())
      it(`passes ${times} times in a row: ${entry.name}`, { timeout: 20_000 * times }, async () => {
        const { solution } = filesOf(entry)
        for (let i = 1; i <= times; i++) {
          const { solved, text } = await judge(entry, solution, { brokers, timeouts })
          expect(solved, `time ${i}: ${text}`).toBe(true)
        }
      })
  })

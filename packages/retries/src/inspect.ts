// Lesson 9, for the morning after: what was given up, and why?
import { type Delivery } from '@messaging-patterns/shared'
import { countOption, runCommand } from '@messaging-patterns/shared/cli'

import { aboutParked } from './parked.ts'
import { parkingQueue } from './topology.ts'

await runCommand({
  name: 'retries inspect',
  describe: 'Lists the messages that were parked, with reason, time and every attempt.',
  options: { count: { ...countOption, describe: 'At most so many  [all]' } },
  examples: [
    ['', 'all that is parked'],
    ['--json', 'the same for a program'],
  ],

  async run({ args, session, signal, print, status }) {
    const parking = await parkingQueue(session)
    const taken: Delivery[] = []
    const wanted = args.count ?? Infinity

    // A queue cannot be read without taking the messages out. We hold them all, so that none comes
    // twice; get, unlike consume, tells when there is no more.
    while (taken.length < wanted && !signal.aborted) {
      const delivery = await parking.get()
      if (delivery === undefined) break
      taken.push(delivery)

      const { reason, at, from, attempts } = aboutParked(delivery)
      const [id, body] = [delivery.messageId ?? '(no id)', delivery.text()]
      const facts = { event: 'parked', id, body, from, at, reason }
      print(`${id} ${JSON.stringify(body)} parked from "${from}" at ${at}: ${reason}`, facts)
      for (const [i, attempt] of attempts.entries())
        print(`  ${attempt.at} attempt ${i + 1}: ${attempt.error}`, {
          event: 'attempt',
          id,
          ...attempt,
        })
    }

    // Back to where they stood. By nack: looking is no failed attempt, and must not be counted.
    for (const delivery of taken) delivery.nack()
    status(taken.length === 0 ? 'nothing is parked' : `${taken.length} parked`)
  },
})

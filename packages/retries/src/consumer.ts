// Lesson 9, the receiving side: try, try again later, and in the end give up, but never lose.
import { type Delivery } from '@messaging-patterns/shared'
import { countOption, runCommand } from '@messaging-patterns/shared/cli'

import { byBroker, byQueues, type Outcome } from './retrying.ts'
import { Seen } from './seen.ts'
import { versionFor, ways, workQueue } from './topology.ts'
import { attemptOf, crash, work } from './work.ts'

await runCommand({
  name: 'retries consumer',
  describe:
    'Handles messages. A text with "fail" fails each time, one with "flaky" the first time; one with "crash" kills the consumer when it is done.',
  options: {
    way: { choices: ways, default: 'queue', describe: 'Who delays: queues of ours, or the broker' },
    attempts: { ...countOption, default: 3, describe: 'Tries in all  [--way broker: always 3]' },
    'delay-ms': { type: 'number', default: 1000, describe: 'Before the first retry; then doubled' },
    jitter: { type: 'number', default: 0, describe: 'Share of a delay left to chance, 0 to 1' },
    remember: { type: 'string', describe: 'File for the ids of what was done: nothing twice' },
    mended: { type: 'boolean', default: false, describe: 'From now on nothing fails' },
    count: { ...countOption, describe: 'Stop after this many attempts  [never]' },
  },
  examples: [
    ['', 'three attempts, 1 and 2 seconds apart, then the message is parked'],
    ['--way broker', "the same by RabbitMQ 4.3's delayed retry"],
    ['--mended', 'what was parked and sent back is done now'],
    ['--remember done.txt', 'do no message twice that comes twice'],
  ],
  minimumVersion: ({ way }) => versionFor(way),

  async run({ args, session, signal, print, status }) {
    const queue = await workQueue(session, args.way)
    const seen = args.remember === undefined ? undefined : new Seen(args.remember)
    const say = (
      delivery: Delivery,
      event: string,
      { rest = '', ...facts }: Outcome = {},
    ): void => {
      const [body, attempt] = [delivery.text(), attemptOf(delivery)]
      print(`${body} ${event} (attempt ${attempt})${rest}`, { event, body, attempt, ...facts })
    }

    const handler = (delivery: Delivery): void => {
      // Throws for a body that is not what it says: there is no use in trying that again.
      const text = String(delivery.body)
      const id = delivery.messageId ?? ''
      if (seen?.has(id) === true) {
        say(delivery, 'skipped', { rest: ': was done before' })
        return
      }
      if (!args.mended) work(text, attemptOf(delivery))
      seen?.add(id)
      say(delivery, 'done')
      crash(text, delivery)
    }

    const { attempts, 'delay-ms': delay, jitter, count: limit } = args
    const consume = args.way === 'queue' ? byQueues({ attempts, delay, jitter }) : byBroker
    // Said first: a message that is there already is handled as soon as we consume.
    status(`waiting for messages in "${queue.name}"; Ctrl-C stops`)
    const subscription = await consume(queue, handler, { say, limit, signal })
    await subscription.finished()
  },
})

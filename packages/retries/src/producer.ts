// Lesson 8, the producer: sends messages, of which some fail once and some every time.
import { randomUUID } from 'node:crypto'

import { Session } from '@messaging-patterns/shared'

import { runProducer } from './command-line.ts'
import { declare, delayedRetryQueue, workQueue } from './topology.ts'

const menu = ['flaky coffee', 'fail toast', 'tea', 'cake', 'pie']

await runProducer(async ({ args, broker, messages, print }) => {
  const delayed = args['delayed-retry']
  const minimumVersion = delayed ? '4.3' : undefined
  await using session = await Session.open({ ...broker, minimumVersion })
  const queue = await declare(session, delayed ? delayedRetryQueue : workQueue)

  for (const body of messages((number) => `${number} ${menu[number % menu.length]}`)) {
    // A duplicate has the same id as its original. The session would choose an id for each message,
    // and send the message again with this id if it cannot know whether the first one arrived.
    const messageId = randomUUID()
    const contentType = args.broken ? 'application/json' : 'text/plain'
    for (const again of args.twice ? ['', ' again'] : ['']) {
      await queue.send(body, { messageId, contentType })
      print(`${body} sent${again}`, { event: 'sent', messageId, body })
    }
  }
})

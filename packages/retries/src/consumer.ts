// Lesson 8, the consumer: tries a failed message again later, and parks it after its last attempt.
import { Session, type Delivery } from '@messaging-patterns/shared'

import { runConsumer } from './command-line.ts'
import { failureOf, reporter } from './report.ts'
import { declare, workQueue } from './topology.ts'
import { attemptOf, crash, work } from './work.ts'

await runConsumer(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const queue = await declare(session, workQueue)
  const report = reporter(print)

  const handler = (delivery: Delivery): void => {
    // Throws if the body does not match its content type. Such a message is parked at once.
    const body = String(delivery.body)
    if (!args.fixed) work(body, attemptOf(delivery))
    report(delivery, 'done')
    crash(body, delivery)
  }

  // Messages may already be waiting, and are handled as soon as we consume. So we say it first.
  status(`waiting for messages in "${queue.name}"; press Ctrl-C to stop`)
  const { attempts, 'delay-ms': delay, jitter, count: limit } = args
  const subscription = await queue.consume(handler, {
    limit,
    signal,
    // A failed message waits in a queue for its delay, such as "retries.retry.1000". After the
    // delay, the broker moves it back to "retries". After the last attempt it is parked.
    retry: { attempts, delay: { from: delay, factor: 2, jitter } },
    onFailure: (error, delivery, verdict) => report(delivery, 'failed', failureOf(error, verdict)),
  })
  await subscription.finished()
})

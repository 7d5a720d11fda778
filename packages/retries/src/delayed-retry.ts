// Lesson 8, another method: the broker itself delays a message that was rejected.
import { MessagingError, Session } from '@messaging-patterns/shared'

import { runDelayedRetry } from './command-line.ts'
import { reporter } from './report.ts'
import { declare, delayedRetryQueue } from './topology.ts'
import { attemptOf, crash, work } from './work.ts'

await runDelayedRetry(async ({ args, broker, signal, print, status }) => {
  // An older broker ignores the arguments of the queue, and would redeliver the message at once.
  await using session = await Session.open({ ...broker, minimumVersion: '4.3' })
  const queue = await declare(session, delayedRetryQueue)
  const report = reporter(print)

  const deliveries = await queue.consume({ limit: args.count, signal })
  status(`waiting for messages in "${queue.name}"; press Ctrl-C to stop`)

  for await (const delivery of deliveries) {
    try {
      const body = String(delivery.body)
      work(body, attemptOf(delivery))
      report(delivery, 'done')
      crash(body, delivery)
      delivery.ack()
    } catch (error) {
      // A body that nobody can read is dead-lettered at once: that is reject without requeue.
      const requeue = !(error instanceof MessagingError && error.code === 'CONTENT_REFUSED')
      // Reject, not nack: the broker counts a reject as a failure, and redelivers after a delay. At
      // the delivery limit of the queue it dead-letters the message instead. We never learn which.
      delivery.reject({ requeue })
      report(delivery, 'failed', { error: String(error), requeue })
    }
  }
})

// Lesson 8, an idempotent consumer: remembers which messages are done, and skips duplicates.
import { Session, type Delivery } from '@messaging-patterns/shared'

import { runIdempotent } from './command-line.ts'
import { DoneIds } from './done-ids.ts'
import { failureOf, reporter } from './report.ts'
import { declare, workQueue } from './topology.ts'
import { attemptOf, crash, work } from './work.ts'

await runIdempotent(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const queue = await declare(session, workQueue)
  const done = new DoneIds(args.file)
  const report = reporter(print)

  const handler = (delivery: Delivery): void => {
    // A duplicate has the same id as its original, because the producer chose the id. Without an id
    // we cannot recognize one.
    const { messageId: id } = delivery
    if (id !== undefined && done.has(id)) {
      report(delivery, 'skipped')
      return
    }
    const body = String(delivery.body)
    work(body, attemptOf(delivery))
    // Only after the work, so that a retry is not taken for a duplicate. A crash right before it would
    // still repeat the work. A database can do both in one transaction.
    if (id !== undefined) done.add(id)
    report(delivery, 'done')
    crash(body, delivery)
  }

  status(`waiting for messages in "${queue.name}"; press Ctrl-C to stop`)
  const subscription = await queue.consume(handler, {
    limit: args.count,
    signal,
    retry: { attempts: 3, delay: 1000 },
    onFailure: (error, delivery, verdict) => report(delivery, 'failed', failureOf(error, verdict)),
  })
  await subscription.finished()
})

// Lesson 8, for the person on call: which messages were parked, and why?
import { Session, type Delivery } from '@messaging-patterns/shared'

import { runInspect } from './command-line.ts'
import { aboutParked } from './parked.ts'
import { parkingQueue } from './topology.ts'

await runInspect(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const parking = await session.queue(parkingQueue.name, parkingQueue.options)
  const taken: Delivery[] = []
  const wanted = args.count ?? Infinity

  // The only way to read a queue is to take its messages. We keep all of them unacknowledged, so
  // that none is delivered twice. get(), unlike consume(), tells us when the queue is empty.
  while (taken.length < wanted && !signal.aborted) {
    const delivery = await parking.get()
    if (delivery === undefined) break
    taken.push(delivery)

    const { reason, at, from, attempts } = aboutParked(delivery)
    const [id, body] = [delivery.messageId ?? '(no id)', delivery.text()]
    const facts = { event: 'parked', id, body, from, at, reason }
    print(`${id} ${JSON.stringify(body)} parked from "${from}" at ${at}: ${reason}`, facts)
    for (const [i, attempt] of attempts.entries()) {
      const line = `  ${attempt.at} attempt ${i + 1}: ${attempt.error}`
      print(line, { event: 'attempt', id, ...attempt })
    }
  }

  // Requeue them at their old positions. With nack, because looking must not count as a failure.
  for (const delivery of taken) delivery.nack()
  // With --count, more may be parked.
  const what = args.count === undefined ? 'parked' : 'listed'
  status(taken.length === 0 ? 'nothing is parked' : `${taken.length} ${what}`)
})

// Lesson 8, when the oven is fixed: sends parked messages back to the queues that they came from.
import { freshHeaders, Session, type Delivery } from '@messaging-patterns/shared'

import { runReplay } from './command-line.ts'
import { aboutParked } from './parked.ts'
import { declare, delayedRetryQueue, parkingQueue, workQueue } from './topology.ts'

await runReplay(async ({ args: { ids, all }, broker, signal, print, status }) => {
  if (all === ids.length > 0) throw new Error('say which messages: ids from inspect, or --all')
  await using session = await Session.open(broker)
  const parking = await session.queue(parkingQueue.name, parkingQueue.options)
  const wanted = new Set<string>(ids)
  const isWanted = (id: string): boolean => all || wanted.has(id)
  // Why a message that was asked for stays parked, by its id.
  const problems = new Map([...wanted].map((id) => [id, `not parked: ${id}`]))
  const kept: Delivery[] = []

  // Takes only as many messages as are parked now. One that fails again meanwhile stays parked.
  for (let { messages } = await parking.count(); messages > 0 && !signal.aborted; messages--) {
    const delivery = await parking.get()
    if (delivery === undefined) break
    const { messageId: id = '' } = delivery
    const { from } = aboutParked(delivery)
    const origin = [workQueue, delayedRetryQueue].find(({ name }) => name === from)
    if (!isWanted(id) || origin === undefined) {
      kept.push(delivery)
      if (isWanted(id)) problems.set(id, `${id} stays parked: it came from "${from}"`)
      continue
    }

    const queue = await declare(session, origin)
    // First send, then ack: if we crash in between, the message exists twice, but it is never lost.
    await queue.forward(delivery, freshHeaders(delivery))
    delivery.ack()
    problems.delete(id)
    print(`${delivery.text()} sent back to "${from}"`, { event: 'replayed', id, queue: from })
  }

  for (const delivery of kept) delivery.nack()
  // After Ctrl-C, nobody knows whether the others are parked.
  const errors = signal.aborted ? [] : [...problems.values()].map((problem) => new Error(problem))
  if (errors.length > 0) throw new AggregateError(errors)
  status(`${kept.length} still parked`)
})

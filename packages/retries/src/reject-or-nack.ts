// Lesson 8, an experiment: reject and nack both requeue a message. Which one counts as a failure?
import { Session } from '@messaging-patterns/shared'

import { runRejectOrNack } from './command-line.ts'
import { experiment } from './topology.ts'

/** Where we give up, because the broker does not. */
const maxDeliveries = 50

await runRejectOrNack(async ({ broker, signal, print }) => {
  await using session = await Session.open(broker)
  const { deadLetters, queue: limited } = experiment
  const dead = await session.queue(deadLetters.name, deadLetters.options)
  const queue = await session.queue(limited.name, limited.options)
  // An earlier run that was killed may have left a message.
  for (const each of [queue, dead]) await each.purge()

  for (const how of ['reject', 'nack'] as const) {
    await queue.send(how)
    const deadLettered = new AbortController()
    const arrival = await dead.consume(() => deadLettered.abort(), { limit: 1, signal })

    let deliveries = 0
    // The loop ends when the message arrives in the dead-letter queue.
    const stop = AbortSignal.any([signal, deadLettered.signal])
    for await (const delivery of await queue.consume({ signal: stop })) {
      deliveries += 1
      // Without this, the loop would never end.
      if (deliveries === maxDeliveries) break
      delivery[how]({ requeue: true })
    }
    const end = deadLettered.signal.aborted ? 'then dead-lettered' : 'and it would never stop'
    await arrival.cancel()
    // After Ctrl-C there is no result.
    if (signal.aborted) break
    const facts = { event: 'ended', how, deliveries }
    print(`${how}: delivered ${deliveries} times, ${end}`, facts)
  }

  await queue.delete()
  await dead.delete()
})

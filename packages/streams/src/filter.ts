// Lesson 11, a filter: the broker skips some of the messages that a consumer does not want.
import { Session, type Stream } from '@messaging-patterns/shared'

import { runFilter } from './command-line.ts'
import { cities, emptyStream } from './topology.ts'

const names = 'Paris Rome Oslo Lima Cairo Delhi Tokyo Quito Accra Perth'.split(' ')
const orders = Array.from({ length: 100 }, (_, number) => names[number % names.length] ?? '')
const wanted = 'Rome'
const last = 'the last message'

await runFilter(async ({ broker, print }) => {
  await using session = await Session.open(broker)

  const experiment = async (how: string, publish: (stream: Stream) => Promise<void>) => {
    const stream = await emptyStream(session, cities)
    await publish(stream)
    await stream.send(last, { filterValue: wanted })
    const { delivered, matching } = await readFiltered(stream)
    const counts = `${delivered} of ${orders.length} delivered, ${matching} are for ${wanted}`
    print(`${how}: ${counts}`, { event: 'read', how, delivered, matching, wanted })
    await stream.delete()
  }

  await experiment('sent one by one', async (stream) => {
    for (const city of orders) await send(stream, city)
  })
  await experiment('sent at once', async (stream) => {
    await Promise.all(orders.map((city) => send(stream, city)))
  })
})

function send(stream: Stream, city: string): Promise<void> {
  return stream.send('an order', { filterValue: city })
}

/** How many messages the broker delivers to a consumer with a filter, and how many match it. */
async function readFiltered(stream: Stream): Promise<{ delivered: number; matching: number }> {
  let [delivered, matching] = [0, 0]
  for await (const delivery of await stream.consume({ from: 'first', filter: wanted })) {
    delivery.ack()
    if (delivery.text() === last) break
    delivered += 1
    // The consumer has to check again: the broker skips chunks of messages, not single ones.
    if (delivery.headers['x-stream-filter-value'] === wanted) matching += 1
  }
  return { delivered, matching }
}

// Lesson 11, retention: the broker removes old messages when there are too many, read or not.
import { Session } from '@messaging-patterns/shared'

import { runRetention } from './command-line.ts'
import { emptyStream, small } from './topology.ts'

const messages = 200

await runRetention(async ({ broker, print }) => {
  await using session = await Session.open(broker)
  const stream = await emptyStream(session, small)

  for (let number = 0; number < messages; number++)
    await stream.send(`${number} `.padEnd(1000, '.'))
  const published = { event: 'published', stream: stream.name, messages, bytes: messages * 1000 }
  print(`published messages 0 to ${messages - 1}, of 1 kB each`, published)

  // Message 3 is gone. The consumer is not told: it gets the oldest one that is left.
  const deliveries = await stream.consume({ from: 3 })
  let oldest: number | undefined
  let left = 0
  for await (const delivery of deliveries) {
    const number = Number.parseInt(delivery.text(), 10)
    oldest ??= number
    left += 1
    delivery.ack()
    if (number === messages - 1) break
  }
  const facts = { event: 'left', stream: stream.name, oldest, messages: left }
  print(`asked for message 3, and got message ${oldest}; ${left} messages are left`, facts)
  await stream.delete()
})

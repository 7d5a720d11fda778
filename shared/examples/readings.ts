import { fileOffsetStore, Session } from '@messaging-patterns/shared'

await using session = await Session.open()

// Keeps the readings of a week, no matter how often they are read.
const readings = await session.stream('readings', { maxAge: '7D' })
for (const celsius of [19, 20, 22]) await readings.send({ celsius })

// A consumer that asks for the first message gets everything, however often it was read.
let warmest = -Infinity
const history = await readings.consume({ from: 'first', limit: 3 })
for await (const delivery of history) {
  const { celsius } = delivery.body as { celsius: number }
  warmest = Math.max(warmest, celsius)
  delivery.ack() // Removes nothing: it asks for the next message.
}
console.log(`the warmest of the first three: ${warmest} °C`)

// Continues after the last reading that it has finished, also if the program was killed.
const store = fileOffsetStore(process.argv[2] ?? 'readings.offset')
const subscription = await readings.consume(
  (delivery) => console.log(`reading ${delivery.offset}`, delivery.body),
  { resume: { store }, limit: 3 },
)
await subscription.finished()

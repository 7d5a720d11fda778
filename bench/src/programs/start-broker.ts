// Starts the embedded broker inside this process, as a test does, and publishes a message. With the
// argument --helpers, it is the broker of the test helpers. Prints how long loading the broker took,
// and how long it then took until the confirm, in milliseconds.
import { connect } from 'amqplib'

const loading = performance.now()
const start = process.argv.includes('--helpers')
  ? (await import('@messaging-patterns/broker/testing')).startTestBroker
  : (await import('@messaging-patterns/broker')).startBroker
const starting = performance.now()
await using broker = await start()
const model = await connect(broker.url, { noDelay: true })
const channel = await model.createConfirmChannel()
await channel.assertQueue('hello')
channel.sendToQueue('hello', Buffer.from('Hello'), { persistent: true })
await channel.waitForConfirms()
const confirmed = performance.now()
await model.close()
process.stdout.write(
  `${JSON.stringify({ load: starting - loading, start: confirmed - starting })}\n`,
)

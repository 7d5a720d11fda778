// From nothing to the first confirmed message with the embedded broker inside the process, as a test
// has it. Prints the milliseconds, and those that loading it took before.
import { connect } from 'amqplib'

const loading = performance.now()
const { startBroker } = await import('../../../broker/src/index.ts')
const starting = performance.now()
await using broker = await startBroker()
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

// The producer of lesson 1 in plain JavaScript: amqplib only, no arguments, nothing to compile.
import { connect } from 'amqplib'

const model = await connect(process.env.AMQP_URL, { noDelay: true })
const channel = await model.createConfirmChannel()
await channel.assertQueue('hello', { durable: true, arguments: { 'x-queue-type': 'quorum' } })
channel.sendToQueue('hello', Buffer.from('Hello'), { persistent: true, mandatory: true })
await channel.waitForConfirms()
process.stdout.write('Hello sent\n')
await model.close()

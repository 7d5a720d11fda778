// amqp-connection-manager, which adds reconnecting and buffering to amqplib. This is JavaScript because
// the types of version 5.0 do not compile with `exactOptionalPropertyTypes`.
import { connect } from 'amqp-connection-manager'

import { benchExchange, confirmWindow } from '../common/load.ts'
import { bodyOf, contentType, nextId } from './messages.ts'
import { runClient } from './run-client.ts'
import { repeatConcurrently } from '../common/concurrency.ts'

await runClient(async (url) => {
  const manager = connect([url], {
    heartbeatIntervalInSeconds: 60,
    // Its default is the heartbeat interval, whose default is 5.
    reconnectTimeInSeconds: 5,
    connectionOptions: { noDelay: true },
  })
  const channel = manager.createChannel()
  const unconfirmed = manager.createChannel({ confirm: false })
  await Promise.all([channel.waitForConnect(), unconfirmed.waitForConnect()])
  return {
    'publish-one-by-one': (request) => publishOneByOne(request, channel),
    'publish-window': (request) => inWindow(request, publisherOf(request, channel)),
    'publish-unconfirmed': async (request) => {
      await inWindow(request, publisherOf(request, unconfirmed))
      await unconfirmed.checkExchange(benchExchange)
    },
    'publish-to-queue': (request) => {
      const body = bodyOf(request.bytes)
      return inWindow(request, () => channel.sendToQueue(request.queue, body, properties()))
    },
    consume: (request, stopwatch) => consume(manager, request, stopwatch),
    'publish-retrying': (request) => publishOneByOne(request, channel),
  }
})

function properties() {
  return { persistent: true, contentType, messageId: nextId() }
}

/** Returns a function that publishes one message. */
function publisherOf({ bytes }, via) {
  const body = bodyOf(bytes)
  return () => via.publish(benchExchange, '', body, properties())
}

async function publishOneByOne(request, channel) {
  const send = publisherOf(request, channel)
  for (let i = 0; i < request.count; i++) await send()
}

async function inWindow({ count }, send) {
  await repeatConcurrently(count, confirmWindow, send)
}

async function consume(manager, { queue, count, prefetch, autoAck }, stopwatch) {
  const channel = manager.createChannel()
  await channel.waitForConnect()
  let received = 0
  stopwatch.start()
  await new Promise((resolve, reject) => {
    const onMessage = (message) => {
      if (!autoAck) channel.ack(message)
      received += 1
      if (received === count) resolve()
    }
    const options = autoAck ? { noAck: true } : { prefetch }
    channel.consume(queue, onMessage, options).catch(reject)
  })
  stopwatch.stop()
  await channel.close()
}

// amqp-connection-manager: amqplib with reconnecting, and messages that wait meanwhile. It is plain
// JavaScript because the types of 5.0 do not pass with `exactOptionalPropertyTypes`.
import { connect } from 'amqp-connection-manager'

import { confirmWindow, exchange } from './load.ts'
import { bodyOf, contentType, nextId } from './messages.ts'
import { serve } from './serve.ts'
import { underWay } from './under-way.ts'

await serve(async (url) => {
  const manager = connect([url], {
    heartbeatIntervalInSeconds: 60,
    // Its own default, which it takes from that of the heartbeat.
    reconnectTimeInSeconds: 5,
    connectionOptions: { noDelay: true },
  })
  const channel = manager.createChannel()
  const unconfirmed = manager.createChannel({ confirm: false })
  await Promise.all([channel.waitForConnect(), unconfirmed.waitForConnect()])
  return {
    'publish-one': (order) => publishOneByOne(order, channel),
    'publish-window': (order) => inWindow(order, publishing(order, channel)),
    'publish-none': async (order) => {
      await inWindow(order, publishing(order, unconfirmed))
      await unconfirmed.checkExchange(exchange)
    },
    fill: (order) => {
      const body = bodyOf(order.bytes)
      return inWindow(order, () => channel.sendToQueue(order.queue, body, properties()))
    },
    consume: (order, stopwatch) => consume(manager, order, stopwatch),
    insist: (order) => publishOneByOne(order, channel),
  }
})

function properties() {
  return { persistent: true, contentType, messageId: nextId() }
}

/** Publishes a message of the order. */
function publishing({ bytes }, via) {
  const body = bodyOf(bytes)
  return () => via.publish(exchange, '', body, properties())
}

async function publishOneByOne(order, channel) {
  const send = publishing(order, channel)
  for (let i = 0; i < order.count; i++) await send()
}

async function inWindow({ count }, send) {
  await underWay(count, confirmWindow, send)
}

async function consume(manager, { queue, count, prefetch, autoAck }, stopwatch) {
  const channel = manager.createChannel()
  await channel.waitForConnect()
  let got = 0
  stopwatch.start()
  await new Promise((resolve, reject) => {
    const onMessage = (message) => {
      if (!autoAck) channel.ack(message)
      got += 1
      if (got === count) resolve()
    }
    const options = autoAck ? { noAck: true } : { prefetch }
    channel.consume(queue, onMessage, options).catch(reject)
  })
  stopwatch.stop()
  await channel.close()
}

// The official JavaScript client of the stream protocol.
import { connect, Offset, type Client } from 'rabbitmq-stream-js-client'

import { confirmWindow, type LoadRequest } from '../common/load.ts'
import { bodyOf, contentType, nextId } from './messages.ts'
import { runClient, type Stopwatch } from './run-client.ts'

await runClient(async (url) => {
  const { hostname, port, username, password } = new URL(url)
  const client = await connect({ hostname, port: Number(port), username, password, vhost: '/' })
  return {
    'publish-to-queue': (request, stopwatch) => publish(client, request, stopwatch),
    'read-stream': (request, stopwatch) => read(client, request, stopwatch),
  }
})

async function publish(client: Client, request: LoadRequest, stopwatch: Stopwatch) {
  const { queue: stream, count, bytes } = request
  const publisher = await client.declarePublisher({ stream })
  const body = bodyOf(bytes)
  stopwatch.start()
  await new Promise<void>((resolve, reject) => {
    let [sent, confirmed] = [0, 0]
    const pump = (): void => {
      for (; sent < count && sent - confirmed < confirmWindow; sent++)
        publisher
          .send(body, { messageProperties: { contentType, messageId: nextId() } })
          .catch(reject)
    }
    publisher.on('publish_confirm', (error, ids) => {
      if (error !== null) reject(new Error(`not confirmed: ${error}`))
      confirmed += ids.length
      if (confirmed === count) resolve()
      else pump()
    })
    pump()
  })
  stopwatch.stop()
  await client.deletePublisher(publisher.extendedId)
  return undefined
}

async function read(client: Client, request: LoadRequest, stopwatch: Stopwatch) {
  const { queue: stream, count, concurrency } = request
  const consumers: string[] = []
  stopwatch.start()
  await new Promise<void>((resolve, reject) => {
    let received = 0
    const onMessage = (): void => {
      received += 1
      if (received === count * concurrency) resolve()
    }
    for (let at = 0; at < concurrency; at++)
      client
        .declareConsumer({ stream, offset: Offset.first() }, onMessage)
        .then(({ extendedId }) => consumers.push(extendedId), reject)
  })
  stopwatch.stop()
  for (const id of consumers) await client.closeConsumer(id)
  return undefined
}

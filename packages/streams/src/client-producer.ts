// Lesson 11, the producer over the stream protocol: no message is lost, and none is stored twice.
import type { Publisher } from 'rabbitmq-stream-js-client'

import { runClientProducer } from './command-line.ts'
import { withReconnect } from './reconnect.ts'
import { declareLog, log } from './topology.ts'

await runClientProducer(async ({ args, broker, signal, messages, print, status }) => {
  const bodies = [...messages('Streams - Hello World')]
  let first: bigint | undefined
  let sent = 0

  await declareLog(broker)
  const target = { broker, port: args['stream-port'], status }
  await withReconnect(target, async ({ client, connectionClosedListener }) => {
    // Again, because a broker that was restarted may have lost the stream.
    await declareLog(broker)
    const named = { stream: log.name, publisherRef: args.name }
    const publisher = await client.declarePublisher({ ...named, connectionClosedListener })
    // The broker knows the id of the last message that it has from a publisher of this name, even
    // if its confirm was lost. The ids continue where the last run of this program stopped.
    const last = await publisher.getLastPublishingId()
    first ??= last + 1n
    const send = confirming(publisher)
    for (; sent < bodies.length && !signal.aborted; sent++) {
      const body = bodies[sent] ?? ''
      const publishingId = first + BigInt(sent)
      if (publishingId > last) await send(publishingId, body)
      print(`${body} sent`, { event: 'sent', stream: log.name, body })
    }
  })
})

/** Returns a function that sends one message, and resolves when the broker has confirmed it. */
function confirming(publisher: Publisher): (id: bigint, body: string) => Promise<void> {
  let settle: ((error: number | null) => void) | undefined
  publisher.on('publish_confirm', (error) => settle?.(error))
  return async (publishingId, body) => {
    const confirmed = new Promise<void>((resolve, reject) => {
      settle = (error) => {
        if (error === null) resolve()
        else reject(new Error(`the broker refused the message: code ${error}`))
      }
    })
    await publisher.send(Buffer.from(body), { publishingId })
    await confirmed
  }
}

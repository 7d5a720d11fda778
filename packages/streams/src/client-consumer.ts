// Lesson 11, the consumer over the stream protocol: the broker stores its offset.
import { once } from 'node:events'

import { Offset, type Client } from 'rabbitmq-stream-js-client'

import { runClientConsumer } from './command-line.ts'
import { withReconnect } from './reconnect.ts'
import { declareLog, log } from './topology.ts'

/** Each stored offset is an entry in the stream, so we do not store every one. */
const storeEvery = 10

await runClientConsumer(async ({ args, broker, signal, print, status }) => {
  const enough = new AbortController()
  const stop = AbortSignal.any([signal, enough.signal])
  let received = 0

  await declareLog(broker)
  const target = { broker, port: args['stream-port'], status }
  await withReconnect(target, async ({ client, connectionClosedListener }) => {
    // Again, because a broker that was restarted may have lost the stream.
    await declareLog(broker)
    const named = { stream: log.name, consumerRef: args.name }
    const offset = await startOf(client, args.name)
    status(`reading "${log.name}" as "${args.name}"; press Ctrl-C to stop`)
    let unstored: bigint | undefined
    // A promise, because the first messages may arrive before it resolves.
    const consumer = client.declareConsumer(
      { ...named, offset, connectionClosedListener },
      async (message) => {
        if (stop.aborted) return
        const body = message.content.toString()
        const facts = { event: 'received', stream: log.name, offset: Number(message.offset), body }
        print(`${message.offset}: ${body} received`, facts)
        // After the work, so that a crash skips no message.
        unstored = message.offset
        received += 1
        if (received === args.count) enough.abort()
        if (received % storeEvery !== 0) return
        await (await consumer).storeOffset(message.offset)
        unstored = undefined
      },
    )
    await consumer
    if (!stop.aborted) await once(stop, 'abort')
    if (unstored !== undefined) await (await consumer).storeOffset(unstored)
  })
})

/** After the last stored offset, or at the beginning. */
async function startOf(client: Client, reference: string): Promise<Offset> {
  try {
    const stored = await client.queryOffset({ stream: log.name, reference })
    return Offset.offset(stored + 1n)
  } catch (error) {
    // The client has no other way to say that nothing is stored.
    if (String(error).endsWith('code 19')) return Offset.first()
    throw error
  }
}

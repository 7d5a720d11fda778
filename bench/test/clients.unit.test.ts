import { waitFor } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { LoadName, LoadRequest } from '../src/common/load.ts'
import { starters, type Broker } from '../src/harness/brokers.ts'
import { ClientProcess } from '../src/harness/client-process.ts'
import {
  amqplibConfirming,
  amqplibWithoutIds,
  clients,
  flooding,
  streamClient,
} from '../src/harness/clients.ts'
import { Fixture } from '../src/harness/fixture.ts'

const timeout = 60_000
let broker: Broker

beforeAll(async () => {
  broker = await starters.embedded()
}, timeout)

afterAll(async () => {
  await broker[Symbol.asyncDispose]()
})

/** The loads in an order in which each finds what it needs. */
const requests: readonly (Partial<LoadRequest> & { readonly load: LoadName })[] = [
  { load: 'publish-one-by-one', count: 3 },
  { load: 'publish-window', count: 300 },
  { load: 'publish-unconfirmed', count: 3 },
  { load: 'publish-retrying' },
  { load: 'publish-routed', count: 3, exchange: 'amq.topic' },
  { load: 'publish-to-queue', count: 5 },
  { load: 'consume', count: 2, prefetch: 2 },
  { load: 'consume', count: 2, autoAck: true },
  { load: 'read-stream', count: 2, prefetch: 2, concurrency: 2 },
  { load: 'consume-copies', count: 2, prefetch: 2, concurrency: 2 },
  { load: 'serve-calls', prefetch: 10 },
  { load: 'call', count: 5, concurrency: 2 },
]

test.for([...clients, amqplibWithoutIds, amqplibConfirming, streamClient])(
  '$name runs every load that it supports',
  { timeout },
  async ({ name, command, usesStreamProtocol }, { skip }) => {
    const commandLine = command() ?? skip('not installed')
    // The RpcClient of lesson 6 always calls the queue of that lesson.
    const queues = { queue: `test ${name}`, calls: name === 'shared' ? 'rpc_queue' : `rpc ${name}` }
    await using fixture = await Fixture.connect(broker.url)
    await fixture.declareQueue(queues.queue)
    await fixture.declareQueue(queues.calls)
    const stream = `${queues.queue} stream`
    await fixture.declareStream(stream)
    const { signal } = new AbortController()
    const url = usesStreamProtocol === true ? (broker.streamUrl ?? '') : broker.url
    await using client = await ClientProcess.start(commandLine, url, signal)
    const supported = requests.filter(({ load }) => client.supportedLoads.includes(load))
    expect(supported).not.toEqual([])
    for (const request of supported) {
      const queue = queueFor(request.load, queues, stream)
      if (request.load === 'consume') await fixture.fill(queue, request.count ?? 0, 100)
      if (request.load === 'read-stream') await fixture.add(queue, request.count ?? 0, 100)
      if (request.load === 'consume-copies') {
        await fixture.declareCopies(queue, request.concurrency ?? 0)
        await client.run({ load: 'publish-window', count: request.count ?? 0 })
      }
      const { seconds, extra } = await client.run({ ...request, queue })
      expect(seconds, request.load).toBeGreaterThan(0)
      if (request.load === 'call') expect(extra).toHaveProperty('p99 ms')
    }
    expect(new Set(supported.map(({ load }) => load))).toEqual(new Set(client.supportedLoads))
  },
)

function queueFor(
  load: LoadName,
  { queue, calls }: { readonly queue: string; readonly calls: string },
  stream: string,
): string {
  if (load === 'read-stream') return stream
  return load.includes('call') ? calls : queue
}

test('a flood publishes until it is stopped', { timeout }, async () => {
  const model = await connect(broker.url)
  const channel = await model.createChannel()
  const { queue } = await channel.assertQueue('', { exclusive: true, maxLength: 10 })
  await channel.bindQueue(queue, 'amq.fanout', '')
  const messages = async (): Promise<number> => (await channel.purgeQueue(queue)).messageCount
  const { signal } = new AbortController()
  await using flood = await ClientProcess.start(flooding.command() ?? [], broker.url, signal)
  await flood.run({ load: 'start-flood', exchange: 'amq.fanout', concurrency: 2 })
  await waitFor('the first messages', async () => (await messages()) > 0)
  await waitFor('more of them', async () => (await messages()) > 0)
  await flood.run({ load: 'stop-flood' })
  await waitFor('the end', async () => (await messages()) === 0)
  await model.close()
})

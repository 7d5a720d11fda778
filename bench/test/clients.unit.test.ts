import { waitFor } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { LoadName, LoadRequest } from '../src/common/load.ts'
import type { Broker } from '../src/harness/brokers/broker.ts'
import { starters } from '../src/harness/brokers/brokers.ts'
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
    const commandLine = (await command()) ?? skip('not installed')
    // The RpcClient of lesson 6 always calls the queue of that lesson.
    const calls = name === 'shared' ? 'rpc_queue' : `rpc ${name}`
    const stream = `test ${name} stream`
    const queues = { queue: usesStreamProtocol === true ? stream : `test ${name}`, calls }
    await using fixture = await Fixture.connect(broker.url)
    if (usesStreamProtocol !== true) await fixture.declareQueue(queues.queue)
    await fixture.declareQueue(queues.calls)
    await fixture.declareStream(stream)
    const { signal } = new AbortController()
    const url = usesStreamProtocol === true ? (broker.streamUrl ?? '') : broker.url
    await using client = await ClientProcess.start(commandLine, url, signal)
    const supported = requests.filter(({ load }) => client.supportedLoads.includes(load))
    expect(supported).not.toEqual([])
    for (const request of supported) {
      const queue = queueFor(request.load, queues, stream)
      await prepare({ ...request, queue }, { fixture, client })
      const { seconds, extra } = await client.run({ ...request, queue })
      expect(seconds, request.load).toBeGreaterThan(0)
      if (request.load === 'call') expect(extra).toHaveProperty('p99 ms')
    }
    expect(new Set(supported.map(({ load }) => load))).toEqual(new Set(client.supportedLoads))
  },
)

/** Puts the messages in place that a load consumes. */
async function prepare(
  { load, queue = '', count = 0, concurrency = 0 }: Partial<LoadRequest>,
  { fixture, client }: { readonly fixture: Fixture; readonly client: ClientProcess },
): Promise<void> {
  if (load === 'consume') await fixture.fill(queue, count, 100)
  else if (load === 'read-stream') await fixture.add(queue, count, 100)
  else if (load === 'consume-copies') {
    await fixture.declareCopies(queue, concurrency)
    await client.run({ load: 'publish-window', count })
  }
}

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
  const command = (await flooding.command()) ?? []
  await using flood = await ClientProcess.start(command, broker.url, signal)
  await flood.run({ load: 'start-flood', exchange: 'amq.fanout', concurrency: 2 })
  await waitFor('the first messages', async () => (await messages()) > 0)
  await waitFor('more of them', async () => (await messages()) > 0)
  await flood.run({ load: 'stop-flood' })
  await waitFor('the end', async () => (await messages()) === 0)
  await model.close()
})

test('a client that does not answer is killed', { timeout }, async () => {
  const silent = `process.stdin.once('data', () => console.log('{"loads":[]}')).on('data', () => {})`
  const { signal } = new AbortController()
  await using client = await ClientProcess.start([process.execPath, '-e', silent], '', signal)
  await expect(client.run({ load: 'consume' }, 100)).rejects.toThrow('did not answer within 0.1 s')
  await expect(client.run({ load: 'consume' })).rejects.toThrow('the client exited')
})

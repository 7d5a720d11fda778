import { Session, type SessionStatus } from '@messaging-patterns/shared'
import { brokerForFile, Program, waitFor } from '@messaging-patterns/testkit'
import { describe, expect } from 'vitest'

import { Peer } from '../contract/support/peer.ts'
import { fault } from './support/fault.ts'
import { harmless, hostileMessages, RawPublisher, unreadable } from './support/hostile.ts'
import { lineReader } from './support/lines.ts'
import { complete } from './support/traffic.ts'

/** The consumers of the lessons, and what they print for a good message. */
const consumers = [
  { program: 'basic/src/consumer.ts', args: [] },
  { program: 'work-queues/src/consumer.ts', args: ['--work-ms', '0'] },
  { program: 'pubsub/src/consumer.ts', args: [] },
  { program: 'routing/src/consumer.ts', args: ['info'] },
  { program: 'topics/src/consumer.ts', args: ['#'] },
  { program: 'rpc/src/server.ts', args: [] },
  { program: 'headers/src/consumer.ts', args: [] },
  { program: 'retries/src/consumer.ts', args: ['--delay-ms', '1'] },
]
/** It counts messages, and prints the total when it stops. */
const counter = 'packages/confirms/src/consumer.ts'
const queues = ['bodies', 'hello', 'task_queue', 'rpc_queue', 'retries', 'confirms_quorum']
const exchanges = ['logs', 'direct_logs', 'topic_logs', 'headers_logs']

const broker = brokerForFile()

/** Waits for the last message, and reads each line only once: some have sixteen megabytes. */
async function printsGood(program: Program): Promise<void> {
  let good = false
  const read = lineReader(program, (line) => (good ||= line.includes('good')))
  const found = (): boolean => {
    read()
    return good
  }
  await waitFor('the good message', found, { interval: 100 })
}

async function bindEverywhere(peer: Peer): Promise<void> {
  await peer.ok(1, 'ExchangeDeclare', { exchange: 'everywhere', type: 'fanout', durable: true })
  const from = { source: 'everywhere', exchange: 'everywhere', routingKey: 'info' }
  for (const queue of queues) await peer.ok(1, 'QueueBind', { ...from, queue })
  for (const destination of exchanges) await peer.ok(1, 'ExchangeBind', { ...from, destination })
  await peer.ok(1, 'ConfirmSelect')
}

describe('no consumer is killed by', () => {
  fault('a thousand malformed and hostile messages', async ({ tally }) => {
    const env = { AMQP_URL: broker.url }
    const counting = new Program(counter, [], env)
    const printing = consumers.map(
      ({ program, args }) => new Program(`packages/${program}`, args, env),
    )
    const programs = [...printing, counting]
    const statuses: SessionStatus[] = []
    try {
      await using session = await Session.open({
        url: broker.url,
        onStatus: (status) => statuses.push(status),
      })
      const queue = await session.queue('bodies')
      // They all start at the same time.
      for (const program of programs) await program.says(/waiting|Awaiting|counting/)
      await using peer = await Peer.open(broker.url)
      await bindEverywhere(peer)
      const refused: unknown[] = []
      let arrived = 0
      await using _subscription = await queue.consume(
        (delivery) => {
          tally.receive(arrived++)
          expect(delivery.body).toBeDefined()
        },
        { prefetch: 10, onFailure: (error) => refused.push(error) },
      )
      tally.fault()
      const messages = [...hostileMessages(1000), harmless('good')]
      const numbers = messages.map(() => tally.next())
      const publisher = new RawPublisher(peer, { exchange: 'everywhere', routingKey: 'info' })
      await publisher.send(...messages)
      for (const number of numbers) tally.confirm(number)
      for (const program of printing) await printsGood(program)
      const counted = await session.queue('confirms_quorum', {
        arguments: { 'x-expires': 3_600_000 },
      })
      await waitFor('the counting consumer', async () => (await counted.count()).messages === 0)
      await complete(tally)
      tally.recovered()
      expect(statuses).toEqual([])
      for (const error of refused) expect(error).toMatchObject({ code: 'CONTENT_REFUSED' })
      expect({}).not.toHaveProperty('polluted')
      for (const program of programs) program.signal('SIGTERM')
      for (const program of programs) {
        const { code, stderr } = await program.ends()
        expect(code).toBe(0)
        expect(stderr).not.toMatch(/^(error|connection lost|.*Warning)/m)
      }
      expect(counting.stdout).toMatch(/^messages received: 1001,/)
    } finally {
      for (const program of programs) await program[Symbol.asyncDispose]()
    }
  })

  fault(
    'a message that breaks the connection of every client that receives it',
    async ({ tally, skip }) => {
      if (broker.kind === 'embedded') skip('the embedded broker refuses it')
      const program = 'packages/basic/src/consumer.ts'
      await using consumer = new Program(program, [], { AMQP_URL: broker.url })
      await consumer.says(/waiting/)
      await using peer = await Peer.open(broker.url)
      await peer.ok(1, 'ConfirmSelect')
      const publisher = new RawPublisher(peer, { exchange: '', routingKey: 'hello' })
      // By default, a quorum queue delivers a message 21 times.
      await broker.management?.request('PUT', `policies/${broker.vhost}/few-deliveries`, {
        pattern: '^hello$',
        definition: { 'delivery-limit': 3 },
      })
      await publisher.send(unreadable)
      tally.fault()
      tally.next()
      await publisher.send(harmless('good'))
      tally.confirm(tally.next())
      // The message is redelivered up to the delivery limit, and the consumer reconnects each time.
      await consumer.says(/^good received$/m)
      expect(consumer.stderr.match(/connection lost/g)).toHaveLength(4)
      tally.receive(1)
      consumer.signal('SIGTERM')
      expect(await consumer.ends()).toMatchObject({ code: 0 })
      expect(await peer.ok(1, 'QueueDeclare', { queue: 'hello', passive: true })).toMatchObject({
        messageCount: 0,
      })
    },
  )
})

import { TcpProxy } from '@messaging-patterns/testkit'
import { connect, type ChannelModel } from 'amqplib'

import { repeatConcurrently } from '../../common/concurrency.ts'
import type { Benchmark, Candidate, Sample } from '../../harness/benchmark.ts'
import { baselineBroker, titles } from '../../harness/broker-candidate.ts'
import type { Broker } from '../../harness/brokers/broker.ts'
import type { BrokerName } from '../../harness/brokers/brokers.ts'
import { ClientProcess } from '../../harness/client-process.ts'
import { amqplib } from '../../harness/clients.ts'
import { usageOf, type Usage } from '../../harness/usage.ts'
import { Topology } from './topology.ts'

/** A broker that nothing else has used. */
interface NewBroker {
  readonly broker: Broker
  /** Its usage before the load. */
  readonly idle: Usage
  readonly signal: AbortSignal
}

const brokerNames: readonly BrokerName[] = ['embedded', 'rabbitmq']
const mebibyte = 2 ** 20

/** One round on a new broker, because a broker does not release its memory after a load. */
const defaults = { baseline: baselineBroker, count: 1, rounds: 1, cold: true } as const

function onNewBrokers(work: (newBroker: NewBroker) => Promise<Sample>): Candidate[] {
  return brokerNames.map((name) => ({
    name: titles[name],
    async start(brokers) {
      const broker = await brokers.startNew(name)
      const close = async (): Promise<void> => broker[Symbol.asyncDispose]()
      const idle = await usageOf(broker.pid)
      if (idle !== undefined)
        return {
          run: () => work({ broker, idle, signal: brokers.signal }),
          [Symbol.asyncDispose]: close,
        }
      await close()
      return 'memory not available'
    },
  }))
}

async function usageNow({ pid }: Broker): Promise<Usage> {
  const usage = await usageOf(pid)
  if (usage === undefined) throw new Error('the broker has exited')
  return usage
}

async function openConnections({ broker, idle }: NewBroker): Promise<Sample> {
  const models: ChannelModel[] = []
  const began = performance.now()
  try {
    await repeatConcurrently(1000, 50, async () => {
      const model = await connect(broker.url, { noDelay: true, timeout: 30_000 })
      // A connection error also rejects the next operation, so it does not need to be handled here.
      model.on('error', () => {})
      models.push(model)
      const channel = await model.createConfirmChannel()
      channel.publish('amq.fanout', '', Buffer.alloc(100))
      await channel.waitForConfirms()
    })
    return await sampleSince(began, broker, idle)
  } finally {
    await Promise.all(models.map((model) => model.close()))
  }
}

async function declareQueues({ broker, idle }: NewBroker): Promise<Sample> {
  await using topology = await Topology.connect(broker.url)
  const began = performance.now()
  await topology.declareQueues(Array.from({ length: 10_000 }, (_, i) => `bench ${i}`))
  return await sampleSince(began, broker, idle)
}

async function sampleSince(began: number, broker: Broker, idle: Usage): Promise<Sample> {
  const value = performance.now() - began
  const { memory } = await usageNow(broker)
  return {
    value,
    extra: { 'MiB before': idle.memory / mebibyte, 'MiB after': memory / mebibyte },
  }
}

const queue = 'bench memory'

async function publish({ broker, signal }: NewBroker, count: number, bytes: number): Promise<void> {
  const command = (await amqplib.command()) ?? []
  await using publisher = await ClientProcess.start(command, broker.url, signal)
  await publisher.run({ load: 'publish-to-queue', queue, count, bytes })
}

/** Publishes 200 MiB to a queue of at most 1,000 messages, whose consumer stops reading its socket. */
async function deliverToStalledConsumer(newBroker: NewBroker): Promise<Sample> {
  const { broker, idle } = newBroker
  await using proxy = await TcpProxy.start(broker.url)
  const model = await connect(proxy.url)
  // The connection breaks when the proxy closes.
  model.on('error', () => {})
  const channel = await model.createChannel()
  await channel.assertQueue(queue, { maxLength: 1000, arguments: { 'x-queue-type': 'classic' } })
  await channel.consume(queue, () => {}, { noAck: true })
  proxy.silence()
  await publish(newBroker, 20_480, 10_240)
  const { peak } = await usageNow(broker)
  return { value: peak / mebibyte, extra: { 'MiB before': idle.memory / mebibyte } }
}

async function storeMessages(newBroker: NewBroker): Promise<Sample> {
  const { broker, idle } = newBroker
  await using topology = await Topology.connect(broker.url)
  await topology.declareQueues([queue])
  await publish(newBroker, 1_000_000, 100)
  const { memory } = await usageNow(broker)
  return { value: memory / mebibyte, extra: { 'MiB before': idle.memory / mebibyte } }
}

const memory = { ...defaults, group: 'broker, memory', unit: 'MiB' } as const
const objects = { ...defaults, group: 'broker, connections and queues', unit: 'ms' } as const

/** Large numbers of connections, queues and messages, and the memory that they need. */
export const brokerLimitBenchmarks: readonly Benchmark[] = [
  {
    ...objects,
    name: 'broker, 1,000 connections that publish one message each',
    candidates: onNewBrokers(openConnections),
  },
  {
    ...objects,
    name: 'broker, 10,000 queues',
    candidates: onNewBrokers(declareQueues),
  },
  {
    ...memory,
    name: 'broker, peak memory, 200 MiB for a consumer that does not read',
    candidates: onNewBrokers(deliverToStalledConsumer),
  },
  {
    ...memory,
    name: 'broker, memory with 1,000,000 waiting messages of 100 B',
    candidates: onNewBrokers(storeMessages),
  },
]

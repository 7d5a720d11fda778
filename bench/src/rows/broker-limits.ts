import { TcpProxy } from '@messaging-patterns/testkit'
import { connect, type ChannelModel } from 'amqplib'

import { referenceBroker, titles } from '../broker-entrants.ts'
import type { Broker, BrokerName } from '../brokers.ts'
import { ClientProcess } from '../client-process.ts'
import { amqplib } from '../clients.ts'
import { underWay } from '../clients/under-way.ts'
import type { Entrant, Row, Sample } from '../row.ts'
import type { Stage } from '../stage.ts'
import { Topology } from '../topology.ts'
import { usageOf, type Usage } from '../usage.ts'

/** A broker that nobody has used before, and how it was then. */
interface Fresh {
  readonly broker: Broker
  readonly atRest: Usage
  readonly stage: Stage
}

const contenders: readonly BrokerName[] = ['embedded', 'rabbitmq']
const mebibyte = 2 ** 20

/** One round on a fresh broker: what it has once had of memory it does not give back. */
const once = { reference: referenceBroker, count: 1, rounds: 1, cold: true } as const

function onFreshBrokers(work: (fresh: Fresh) => Promise<Sample>): Entrant[] {
  return contenders.map((name) => ({
    name: titles[name],
    async enter(stage) {
      const broker = await stage.start(name)
      const close = async (): Promise<void> => broker[Symbol.asyncDispose]()
      const atRest = await usageOf(broker.pid)
      if (atRest !== undefined)
        return { run: () => work({ broker, atRest, stage }), [Symbol.asyncDispose]: close }
      await close()
      return 'its memory cannot be seen'
    },
  }))
}

async function usageNow({ pid }: Broker): Promise<Usage> {
  const usage = await usageOf(pid)
  if (usage === undefined) throw new Error('the broker is gone')
  return usage
}

async function openConnections({ broker, atRest }: Fresh): Promise<Sample> {
  const models: ChannelModel[] = []
  const began = performance.now()
  try {
    await underWay(1000, 50, async () => {
      const model = await connect(broker.url, { noDelay: true, timeout: 30_000 })
      // What happens to it is heard of by whoever uses it next.
      model.on('error', () => {})
      models.push(model)
      const channel = await model.createConfirmChannel()
      channel.publish('amq.fanout', '', Buffer.alloc(100))
      await channel.waitForConfirms()
    })
    return await tookWith(began, broker, atRest)
  } finally {
    await Promise.all(models.map((model) => model.close()))
  }
}

async function declareQueues({ broker, atRest }: Fresh): Promise<Sample> {
  await using topology = await Topology.open(broker.url)
  const began = performance.now()
  await topology.queues(Array.from({ length: 10_000 }, (_, at) => `bench ${at}`))
  return await tookWith(began, broker, atRest)
}

async function tookWith(began: number, broker: Broker, atRest: Usage): Promise<Sample> {
  const value = performance.now() - began
  const { memory } = await usageNow(broker)
  return {
    value,
    more: { 'MiB at rest': atRest.memory / mebibyte, 'MiB then': memory / mebibyte },
  }
}

const queue = 'bench memory'

async function publish({ broker, stage }: Fresh, count: number, bytes: number): Promise<void> {
  const command = amqplib.command() ?? []
  await using publisher = await ClientProcess.start(command, broker.url, stage.signal)
  await publisher.perform({ load: 'fill', queue, count, bytes })
}

/** A queue of at most a thousand messages, of which 200 MiB come to a consumer that reads nothing. */
async function feedWhoDoesNotRead(fresh: Fresh): Promise<Sample> {
  const { broker, atRest } = fresh
  await using proxy = await TcpProxy.start(broker.url)
  const model = await connect(proxy.url)
  // It ends when the proxy does.
  model.on('error', () => {})
  const channel = await model.createChannel()
  await channel.assertQueue(queue, { maxLength: 1000, arguments: { 'x-queue-type': 'classic' } })
  await channel.consume(queue, () => {}, { noAck: true })
  proxy.silence()
  await publish(fresh, 20_480, 10_240)
  const { peak } = await usageNow(broker)
  return { value: peak / mebibyte, more: { 'MiB at rest': atRest.memory / mebibyte } }
}

async function keepMessages(fresh: Fresh): Promise<Sample> {
  const { broker, atRest } = fresh
  await using topology = await Topology.open(broker.url)
  await topology.queues([queue])
  await publish(fresh, 1_000_000, 100)
  const { memory } = await usageNow(broker)
  return { value: memory / mebibyte, more: { 'MiB at rest': atRest.memory / mebibyte } }
}

const memory = { ...once, group: 'broker, memory', unit: 'MiB' } as const
const many = { ...once, group: 'broker, many at once', unit: 'ms' } as const

/** Much of something, and what it costs the memory of a broker. */
export const brokerLimitRows: readonly Row[] = [
  {
    ...many,
    name: 'broker, 1,000 connections that publish a message each',
    entrants: onFreshBrokers(openConnections),
  },
  {
    ...many,
    name: 'broker, 10,000 queues',
    entrants: onFreshBrokers(declareQueues),
  },
  {
    ...memory,
    name: 'broker, memory at most, 200 MiB for a consumer that does not read',
    entrants: onFreshBrokers(feedWhoDoesNotRead),
  },
  {
    ...memory,
    name: 'broker, memory with 1,000,000 waiting messages of 100 B',
    entrants: onFreshBrokers(keepMessages),
  },
]

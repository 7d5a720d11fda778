import { Session } from '@messaging-patterns/shared'
import { Program, RabbitMqCluster, waitFor, type Node } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect } from 'vitest'

import { fault } from './support/fault.ts'
import type { Tally } from './support/tally.ts'

const producerProgram = 'packages/cluster/src/producer.ts'
const consumerProgram = 'packages/cluster/src/consumer.ts'
const count = 10_000
/** So many messages may wait for their confirms. */
const window = 256

let cluster: RabbitMqCluster

beforeAll(async () => {
  cluster = await RabbitMqCluster.start()
  await using session = await Session.open({ url: cluster.urls() })
  await session.queue('cluster')
})

afterAll(async () => {
  await cluster[Symbol.asyncDispose]()
})

/** Reads what a program has printed since the last time. */
function reader(program: Program, heard: (message: number) => void): () => number {
  let read = 0
  return () => {
    const fresh = program.lines.slice(read)
    for (const line of fresh) heard(Number.parseInt(line, 10))
    read += fresh.length
    return read
  }
}

/** A program of the lesson, connected to the node `first`. */
function start(program: string, first: Node, ...args: readonly string[]): Program {
  return new Program(program, args, { AMQP_URL: cluster.urls(first) })
}

/** Duplicates of the fault before may have come after its consumer had enough. */
async function purge(): Promise<void> {
  await using session = await Session.open({ url: cluster.urls() })
  await (await session.queue('cluster')).purge()
}

/** The lesson's programs, connected to the node `first`, with a fault while the messages pass. */
async function pass(tally: Tally, first: Node, breakIt: () => Promise<void>): Promise<void> {
  await purge()
  const args = ['--count', String(count)]
  await using consumer = start(consumerProgram, first, ...args)
  await consumer.says(/waiting for messages/)
  await using producer = start(producerProgram, first, ...args)
  while (tally.sent < count) tally.next()
  const sent = reader(producer, (message) => tally.confirm(message))
  const received = reader(consumer, (message) => tally.receive(message))
  await waitFor('the first messages', () => sent() > 1000)
  await breakIt()
  // What changes nothing for the messages may take longer than they all do.
  const next = sent() + window
  if (next < count) {
    tally.fault(next)
    const options = { timeout: 120_000, interval: 50 }
    await waitFor('the recovery', () => received() > 0 && tally.hasRecovered, options)
  }
  expect(await producer.ends({ timeout: 60_000 })).toMatchObject({ code: 0 })
  const { code, stderr } = await consumer.ends({ timeout: 60_000 })
  expect(code).toBe(0)
  sent()
  received()
  expect(tally.confirmed).toBe(count)
  // The consumer knows what it has seen and prints it once.
  expect(tally.duplicates).toBe(0)
  const again = Number(/and (\d+) that had come before/.exec(stderr)?.[1])
  expect(again).toBeLessThanOrEqual(window + 100)
  tally.repeat(again)
}

describe('no confirmed message of ten thousand is lost when', () => {
  fault("the leader's node is killed", async ({ tally }) => {
    const leader = await cluster.leader('cluster')
    try {
      await pass(tally, leader, () => cluster.kill(leader))
      expect(tally.hasRecovered).toBe(true)
    } finally {
      await cluster.start(leader)
      await cluster.whole('cluster')
    }
  })

  fault("the leader's node is paused", async ({ tally }) => {
    const leader = await cluster.leader('cluster')
    try {
      await pass(tally, leader, () => cluster.pause(leader))
      expect(tally.hasRecovered).toBe(true)
    } finally {
      await cluster.unpause(leader)
      await cluster.whole('cluster')
    }
  })

  fault("the leader's node is cut off from the two others and its clients", async ({ tally }) => {
    const leader = await cluster.leader('cluster')
    try {
      await pass(tally, leader, () => cluster.disconnect(leader))
      expect(tally.hasRecovered).toBe(true)
    } finally {
      await cluster.connect(leader)
      await cluster.whole('cluster')
    }
  })

  fault(
    'the leader is cut off from the two others, and not from its clients',
    async ({ tally }) => {
      await purge()
      const leader = await cluster.leader('cluster')
      const other = leader === 'rabbit1' ? 'rabbit2' : 'rabbit1'
      // Whoever consumes by way of that node hears nothing more, and cannot know: there is another one.
      await using beside = start(consumerProgram, leader)
      await using elsewhere = start(consumerProgram, other)
      for (const consumer of [beside, elsewhere]) await consumer.says(/waiting for messages/)
      await using producer = start(producerProgram, leader, '--count', String(count))
      while (tally.sent < count) tally.next()
      const sent = reader(producer, (message) => tally.confirm(message))
      const received = [beside, elsewhere].map((consumer) =>
        reader(consumer, (message) => tally.receive(message)),
      )
      const read = (): void => {
        sent()
        for (const each of received) each()
      }
      await waitFor('the first messages', () => sent() > 1000)
      // All might have passed before the nodes are apart.
      producer.signal('SIGSTOP')
      await cluster.isolate(leader)
      try {
        read()
        tally.fault(sent() + window)
        producer.signal('SIGCONT')
        const recovered = (): boolean => {
          read()
          return tally.hasRecovered
        }
        await waitFor('the recovery', recovered, { timeout: 60_000, interval: 50 })
        expect(await producer.ends()).toMatchObject({ code: 0 })
        expect(producer.stderr).toMatch(
          /^connection lost \(no confirm for \d+\.\d s\); reconnecting$/m,
        )
        const complete = (): boolean => {
          read()
          return tally.confirmed === count && tally.complete
        }
        // Also what the consumer beside the leader has in hand: the others miss its node.
        await waitFor('all messages', complete, { timeout: 90_000 })
      } finally {
        await cluster.reunite(leader)
      }
      await cluster.whole('cluster')
      for (const consumer of [beside, elsewhere]) {
        consumer.signal('SIGTERM')
        expect(await consumer.ends()).toMatchObject({ code: 0 })
      }
      // What the cut-off consumer had in hand may have come to the other one as well.
      expect(tally.duplicates).toBeLessThanOrEqual(window + 100)
    },
  )

  fault(
    'two of three nodes are killed, and started again: both sides are told',
    async ({ tally }) => {
      await purge()
      const leader = await cluster.leader('cluster')
      const others = (['rabbit1', 'rabbit2', 'rabbit3'] as const).filter((node) => node !== leader)
      await using producer = start(producerProgram, leader, '--count', String(count))
      await producer.hasLines(1000)
      await Promise.all(others.map((node) => cluster.kill(node)))
      try {
        await using hopeless = start(consumerProgram, leader, '--reconnect-for', '1')
        expect(await producer.ends({ timeout: 60_000 })).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(
            /^error: none of the brokers confirmed the message .*: rabbitmqctl list_queues name members online$/m,
          ),
        })
        expect(await hopeless.ends({ timeout: 60_000 })).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(
            /^error: too few nodes of the cluster are up, .*; start the other nodes, .*rabbitmqctl cluster_status/m,
          ),
        })
      } finally {
        tally.fault()
        await Promise.all(others.map((node) => cluster.start(node)))
      }
      // What it printed was confirmed. Some of what it had under way may be there as well.
      while (tally.sent < producer.lines.length + window) tally.next()
      reader(producer, (message) => tally.confirm(message))()
      await using consumer = start(consumerProgram, leader)
      const received = reader(consumer, (message) => tally.receive(message))
      await waitFor('all confirmed messages', () => received() > 0 && tally.complete, {
        timeout: 120_000,
      })
      tally.recovered()
      await cluster.whole('cluster')
      expect(tally.confirmed).toBeLessThan(count)
      expect(tally.duplicates).toBe(0)
    },
  )

  fault('a node is added, gets a copy of each queue, and leads some', async ({ tally }) => {
    await using session = await Session.open({ url: cluster.urls() })
    for (let i = 0; i < 7; i++) await session.queue(`other-${i}`)
    await cluster.grow()
    await pass(tally, 'rabbit1', async () => {
      await cluster.run('rabbit1', 'rabbitmq-queues', 'grow', 'rabbit@rabbit4', 'all')
      await cluster.run('rabbit1', 'rabbitmq-queues', 'rebalance', 'quorum')
    })
    await cluster.whole('cluster', 4)
    const leaders = (await cluster.queues('rabbit1')).map(({ leader }) => leader)
    const led = (node: Node): number => leaders.filter((each) => each === `rabbit@${node}`).length
    expect([led('rabbit1'), led('rabbit2'), led('rabbit3'), led('rabbit4')]).toEqual([2, 2, 2, 2])
  })
})

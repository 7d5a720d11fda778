import { Session } from '@messaging-patterns/shared'
import { Program, RabbitMqCluster, waitFor, type Node } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect } from 'vitest'

import { fault } from './support/fault.ts'
import type { Tally } from './support/tally.ts'

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

/** The lesson's programs, connected to the node `first`, with a fault while the messages pass. */
async function pass(tally: Tally, first: Node, breakIt: () => Promise<void>): Promise<void> {
  const env = { AMQP_URL: cluster.urls(first) }
  {
    // Duplicates of the fault before may have come after its consumer had enough.
    await using session = await Session.open({ url: env.AMQP_URL })
    await (await session.queue('cluster')).purge()
  }
  const args = ['--count', String(count)]
  await using consumer = new Program('packages/cluster/src/consumer.ts', args, env)
  await consumer.says(/waiting for messages/)
  await using producer = new Program('packages/cluster/src/producer.ts', args, env)
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

import { Session } from '@messaging-patterns/shared'
import {
  Program,
  RabbitMqCluster,
  runProgram,
  waitFor,
  type Node,
} from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { fault } from './support/fault.ts'
import type { Tally } from './support/tally.ts'

const producerProgram = 'packages/cluster/src/producer.ts'
const consumerProgram = 'packages/cluster/src/consumer.ts'
const count = 10_000
/** The number of messages that can be unconfirmed. */
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

/** Returns a function that reads the lines printed since its last call. */
function reader(program: Program, onMessage: (message: number) => void): () => number {
  let read = 0
  return () => {
    const fresh = program.lines.slice(read)
    for (const line of fresh) onMessage(Number.parseInt(line, 10))
    read += fresh.length
    return read
  }
}

/** Starts a program of the lesson, connected to the node `first`. */
function start(program: string, first: Node, ...args: readonly string[]): Program {
  return new Program(program, args, { AMQP_URL: cluster.urls(first) })
}

/** After the previous fault, duplicates may have arrived when its consumer had already stopped. */
async function purge(): Promise<void> {
  await using session = await Session.open({ url: cluster.urls() })
  await (await session.queue('cluster')).purge()
}

/** Runs the lesson's programs, connected to the node `first`, with a fault during the run. */
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
  // If the fault does not delay the messages, all of them may have passed before it is over.
  const next = sent() + window
  if (next < count) {
    tally.fault(next)
    await waitFor('the recovery', () => received() > 0 && tally.hasRecovered)
  }
  expect(await producer.ends()).toMatchObject({ code: 0 })
  const { code, stderr } = await consumer.ends()
  expect(code).toBe(0)
  sent()
  received()
  expect(tally.confirmed).toBe(count)
  // The consumer recognizes duplicates, and prints each message once.
  expect(tally.duplicates).toBe(0)
  const again = Number(/duplicates: (\d+)/.exec(stderr)?.[1])
  expect(again).toBeLessThanOrEqual(window + 100)
  tally.repeat(again)
}

test('the doctor knows the nodes by what they answer', async () => {
  const nodes = cluster.urls().split(',')
  const ports = nodes.map((url) => new URL(url).port)
  const { stdout } = await runProgram('tour/src/doctor.ts', ['--cluster-ports', ...ports])
  expect(stdout).toContain(`✔ ports ${ports.join(', ')}: the 3 nodes of the cluster\n`)
})

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

  fault(
    "the leader's node is cut off from the other two and from its clients",
    async ({ tally }) => {
      const leader = await cluster.leader('cluster')
      try {
        await pass(tally, leader, () => cluster.disconnect(leader))
        expect(tally.hasRecovered).toBe(true)
      } finally {
        await cluster.connect(leader)
        await cluster.whole('cluster')
      }
    },
  )

  fault(
    "the leader's node is cut off from the other two, but not from its clients",
    async ({ tally }) => {
      await purge()
      const leader = await cluster.leader('cluster')
      const other = leader === 'rabbit1' ? 'rabbit2' : 'rabbit1'
      // A consumer on that node receives nothing more and cannot know why, so there is a second one.
      await using onLeader = start(consumerProgram, leader)
      await using elsewhere = start(consumerProgram, other)
      for (const consumer of [onLeader, elsewhere]) await consumer.says(/waiting for messages/)
      await using producer = start(producerProgram, leader, '--count', String(count))
      while (tally.sent < count) tally.next()
      const sent = reader(producer, (message) => tally.confirm(message))
      const received = [onLeader, elsewhere].map((consumer) =>
        reader(consumer, (message) => tally.receive(message)),
      )
      const read = (): void => {
        sent()
        for (const each of received) each()
      }
      await waitFor('the first messages', () => sent() > 1000)
      // Otherwise all messages might pass before the nodes are partitioned.
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
        await waitFor('the recovery', recovered)
        expect(await producer.ends()).toMatchObject({ code: 0 })
        expect(producer.stderr).toMatch(
          /^connection lost \(no confirm for \d+\.\d s\); reconnecting$/m,
        )
        const complete = (): boolean => {
          read()
          return tally.confirmed === count && tally.complete
        }
        // This includes the unacked messages of the leader's consumer: the other nodes consider it down.
        await waitFor('all messages', complete)
      } finally {
        await cluster.reunite(leader)
      }
      await cluster.whole('cluster')
      for (const consumer of [onLeader, elsewhere]) {
        consumer.signal('SIGTERM')
        expect(await consumer.ends()).toMatchObject({ code: 0 })
      }
      // The other consumer may also have received the isolated consumer's unacked messages.
      expect(tally.duplicates).toBeLessThanOrEqual(window + 100)
    },
  )

  fault(
    'two of three nodes are killed and restarted: producer and consumer report it',
    async ({ tally }) => {
      await purge()
      const leader = await cluster.leader('cluster')
      const others = (['rabbit1', 'rabbit2', 'rabbit3'] as const).filter((node) => node !== leader)
      await using producer = start(producerProgram, leader, '--count', String(count))
      await producer.hasLines(1000)
      await Promise.all(others.map((node) => cluster.kill(node)))
      try {
        await using tooEarly = start(consumerProgram, leader, '--reconnect-for', '1')
        expect(await producer.ends()).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(
            /^error: none of the brokers confirmed the message .*: rabbitmqctl list_queues name members online$/m,
          ),
        })
        expect(await tooEarly.ends()).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(
            /^error: too few nodes of the cluster are up, .*; start the other nodes, .*rabbitmqctl cluster_status/m,
          ),
        })
      } finally {
        tally.fault()
        await Promise.all(others.map((node) => cluster.start(node)))
      }
      // The messages that it printed were confirmed. Some of those in flight may have arrived too.
      while (tally.sent < producer.lines.length + window) tally.next()
      reader(producer, (message) => tally.confirm(message))()
      await using consumer = start(consumerProgram, leader)
      const received = reader(consumer, (message) => tally.receive(message))
      await waitFor('all confirmed messages', () => received() > 0 && tally.complete)
      tally.recovered()
      await cluster.whole('cluster')
      expect(tally.confirmed).toBeLessThan(count)
      expect(tally.duplicates).toBe(0)
    },
  )

  fault('a node is added, gets a replica of each queue, and leads some', async ({ tally }) => {
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

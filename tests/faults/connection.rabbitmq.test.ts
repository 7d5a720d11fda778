import { setTimeout as pause } from 'node:timers/promises'

import { Session, type Queue, type SessionStatus } from '@messaging-patterns/shared'
import { brokerForFile, Program, TcpProxy, waitFor } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { fault } from './support/fault.ts'
import { complete, consume, produce, Producer } from './support/traffic.ts'

const broker = brokerForFile()
let proxy: TcpProxy

beforeAll(async () => {
  proxy = await TcpProxy.start(broker.url)
})

afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
})

async function open(statuses: SessionStatus['type'][] = []): Promise<Session> {
  return Session.open({
    url: proxy.url,
    heartbeat: 1,
    onStatus: ({ type }) => statuses.push(type),
  })
}

describe('nothing is lost when', () => {
  fault('both connections are cut under load', async ({ tally }) => {
    await using producing = await open()
    await using consuming = await open()
    const producer = new Producer(await producing.queue('cut'), tally)
    await using _subscription = await consume(consuming, 'cut', tally)
    await waitFor('the load', () => tally.received > 1000)
    proxy.cut()
    tally.fault()
    await waitFor('the recovery', () => tally.hasRecovered)
    await producer.finish()
    await complete(tally)
  })

  fault('both connections go silent, which only the heartbeat notices', async ({ tally }) => {
    const statuses: SessionStatus['type'][] = []
    await using producing = await open(statuses)
    await using consuming = await open(statuses)
    const producer = new Producer(await producing.queue('silent'), tally)
    await using _subscription = await consume(consuming, 'silent', tally)
    await waitFor('the load', () => tally.received > 1000)
    proxy.silence()
    tally.fault()
    await waitFor('the recovery', () => tally.hasRecovered)
    expect(statuses).toContain('disconnected')
    await producer.finish()
    await complete(tally)
  })

  fault(
    'the consumer is much slower than the producer: the broker keeps the rest',
    async ({ tally }) => {
      await using session = await open()
      const queue = await session.queue('slow')
      let [running, most] = [0, 0]
      await using _subscription = await queue.consume(
        async (delivery) => {
          most = Math.max(most, ++running)
          await pause(5)
          tally.receive(Number.parseInt(delivery.text(), 10))
          running -= 1
        },
        { concurrency: 10 },
      )
      await produce(queue, tally, { more: () => tally.sent < 3000, ballast: 10_000 })
      tally.fault()
      // The producer did not wait, and the consumer got no more than its prefetch.
      expect((await queue.count()).messages).toBeGreaterThan(1000)
      await complete(tally)
      tally.recovered()
      expect(most).toBe(10)
      expect(tally.duplicates).toBe(0)
    },
  )

  fault(
    'a queue with a length limit is full: the producer gets nacks, and sends again',
    async ({ tally }) => {
      await using session = await open()
      const queue = await session.queue('full', {
        arguments: { 'x-max-length': 100, 'x-overflow': 'reject-publish' },
      })
      let refused = 0
      // All refused messages wait for room; an immediate retry would only be refused again.
      let waiting: Promise<unknown> | undefined
      const room = async (): Promise<void> => {
        waiting ??= waitFor('room', async () => (await queue.count()).messages < 50)
        await waiting
        waiting = undefined
      }
      const patient = {
        async send(text: string) {
          for (;;)
            try {
              return await queue.send(text)
            } catch (error) {
              expect(error).toMatchObject({ code: 'NACKED' })
              refused += 1
              tally.fault()
              await room()
            }
        },
      }
      await using _subscription = await queue.consume(async (delivery) => {
        await pause(1)
        tally.receive(Number.parseInt(delivery.text(), 10))
      })
      await produce(patient as Queue, tally, { more: () => tally.sent < 500, window: 300 })
      await complete(tally)
      tally.recovered()
      expect(refused).toBeGreaterThan(0)
      expect(tally.duplicates).toBe(0)
    },
  )

  fault('the queue is deleted while in use: producer and consumer report it', async ({ tally }) => {
    const program = 'packages/basic/src/consumer.ts'
    const start = () => new Program(program, [], { AMQP_URL: broker.url })
    const received = (consumer: Program): number => {
      for (const line of consumer.lines.slice(seen)) tally.receive(Number.parseInt(line, 10))
      seen = consumer.lines.length
      return seen
    }
    let seen = 0
    await using session = await open()
    const queue = await session.queue('hello')
    await using first = start()
    await first.says(/waiting for messages/)
    await produce(queue, tally, { more: () => tally.sent < 500 })
    await waitFor('the first half', () => received(first) === 500)

    await queue.delete()
    tally.fault()
    expect(await first.ends()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('its queue was deleted'),
    })
    // Its session may have declared the queue again before it ended.
    await queue.delete()
    const message = tally.next()
    await expect(queue.send(String(message))).rejects.toMatchObject({ code: 'UNROUTABLE' })

    // Restarted, as the error suggests, it declares the queue. The producer resends refused messages.
    await using second = start()
    await second.says(/waiting for messages/)
    await queue.send(String(message))
    tally.confirm(message)
    await produce(queue, tally, { more: () => tally.sent < 1000 })
    seen = 0
    await waitFor('the second half', () => received(second) > 0 && tally.complete)
    expect(tally.duplicates).toBe(0)
  })
})

test('a connection that went silent does not keep its program from exiting', async () => {
  const program = 'tests/faults/support/outlasts-silence.ts'
  await using client = new Program(program, [], { AMQP_URL: proxy.url })
  await client.says(/connected/)
  proxy.silence()
  expect(await client.ends()).toMatchObject({ code: 0, stderr: '' })
})

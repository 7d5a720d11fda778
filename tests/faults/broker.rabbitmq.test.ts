import { Session, type SessionStatus } from '@messaging-patterns/shared'
import { Program, RabbitMqServer, waitFor } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { fault } from './support/fault.ts'
import { complete, consume, Producer } from './support/traffic.ts'

let broker: RabbitMqServer

beforeAll(async () => {
  broker = await RabbitMqServer.start()
})

afterAll(async () => {
  await broker[Symbol.asyncDispose]()
})

function open(statuses: SessionStatus['type'][] = []): Promise<Session> {
  return Session.open({
    url: broker.url,
    heartbeat: 1,
    onStatus: ({ type }) => statuses.push(type),
  })
}

describe('nothing is lost when the broker', () => {
  const ends = [
    ['is restarted gracefully under load', () => broker.stop()],
    ['is killed under load and started again', () => broker.kill()],
  ] as const
  for (const [name, end] of ends)
    fault(name, async ({ tally }) => {
      await using producing = await open()
      await using consuming = await open()
      const producer = new Producer(await producing.queue('restart'), tally)
      await using _subscription = await consume(consuming, 'restart', tally)
      await waitFor('the load', () => tally.confirmed > 2000 && tally.received > 1000)
      await end()
      tally.fault()
      await broker.start()
      await waitFor('the recovery', () => tally.hasRecovered)
      await producer.finish()
      await complete(tally)
      // Delivery is at least once: only messages that were in flight may arrive twice.
      expect(tally.duplicates).toBeLessThanOrEqual(256 + 100)
    })

  fault('runs low on memory: the producer waits, and then continues', async ({ tally }) => {
    const statuses: SessionStatus['type'][] = []
    await using producing = await open(statuses)
    await using consuming = await open()
    const producer = new Producer(await producing.queue('memory'), tally)
    await using _subscription = await consume(consuming, 'memory', tally)
    await waitFor('the load', () => tally.received > 1000)
    await broker.rabbitmqctl('set_vm_memory_high_watermark', '0.000001')
    await waitFor('the alarm', () => statuses.includes('blocked'))
    // Consumers continue: they receive the accepted messages, and then nothing more.
    await complete(tally)
    const { confirmed } = tally
    // Long enough for heartbeats of 1 s to give up a connection.
    await broker.rabbitmqctl('eval', 'timer:sleep(3500).')
    expect(tally.confirmed).toBe(confirmed)
    tally.fault()
    await broker.rabbitmqctl('set_vm_memory_high_watermark', '0.6')
    await waitFor('the recovery', () => tally.hasRecovered)
    expect(statuses).toEqual(['blocked', 'unblocked'])
    await producer.finish()
    await complete(tally)
    expect(tally.duplicates).toBe(0)
  })

  fault(
    'runs low on disk space: the producer program says that it is waiting',
    async ({ tally }) => {
      const program = 'packages/basic/src/producer.ts'
      await using producer = new Program(program, ['--count', '1000000'], { AMQP_URL: broker.url })
      await using session = await open()
      const confirm = (): number => {
        const { lines } = producer
        while (tally.sent < lines.length) tally.confirm(tally.next())
        return lines.length
      }
      await producer.hasLines(200)
      await broker.rabbitmqctl('set_disk_free_limit', String(10 ** 15))
      await producer.says(/^the broker is not accepting messages \(low on disk\); waiting$/m)
      const before = confirm()
      tally.fault()
      await broker.rabbitmqctl('set_disk_free_limit', '50MB')
      await producer.says(/^the broker is accepting messages again$/m)
      await producer.hasLines(before + 200)
      tally.recovered()
      producer.signal('SIGTERM')
      expect(await producer.ends()).toMatchObject({ code: 0 })
      confirm()
      await using _subscription = await consume(session, 'hello', tally)
      await complete(tally)
      expect(tally.duplicates).toBe(0)
    },
  )

  fault('runs low on disk space: the producer program ends when it is interrupted', async () => {
    const program = 'packages/basic/src/producer.ts'
    await using producer = new Program(program, ['--count', '1000000'], { AMQP_URL: broker.url })
    await producer.hasLines(200)
    await broker.rabbitmqctl('set_disk_free_limit', String(10 ** 15))
    await producer.says(/^the broker is not accepting messages \(low on disk\); waiting$/m)
    producer.signal('SIGINT')
    expect(await producer.ends()).toMatchObject({ code: 0 })
    await broker.rabbitmqctl('set_disk_free_limit', '50MB')
  })
})

test('a session that the broker has blocked closes after its close timeout', async () => {
  const statuses: SessionStatus['type'][] = []
  await using session = await Session.open({
    url: broker.url,
    closeTimeout: 500,
    onStatus: ({ type }) => statuses.push(type),
  })
  const queue = await session.queue('closed')
  await broker.rabbitmqctl('set_vm_memory_high_watermark', '0.000001')
  try {
    const rejected = expect(queue.send('late')).rejects.toMatchObject({ code: 'CLOSED' })
    await waitFor('the alarm', () => statuses.includes('blocked'))
    const began = performance.now()
    await session.close()
    // Once for the confirm, and once for the end of the connection.
    expect(performance.now() - began).toBeLessThan(3000)
    await rejected
  } finally {
    await broker.rabbitmqctl('set_vm_memory_high_watermark', '0.6')
  }
})

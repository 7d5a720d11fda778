import { Session, type Queue } from '@messaging-patterns/shared'
import { brokerForFile, Program, waitFor } from '@messaging-patterns/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'

import { fault } from './support/fault.ts'
import type { Tally } from './support/tally.ts'
import { complete, produce } from './support/traffic.ts'

const worker = 'packages/work-queues/src/consumer.ts'

const broker = brokerForFile()
let session: Session
let tasks: Queue

beforeAll(async () => {
  session = await Session.open({ url: broker.url })
})

beforeEach(async () => {
  tasks = await session.queue('task_queue')
})

afterEach(async () => {
  await tasks.delete()
})

afterAll(async () => {
  await session.close()
})

/** A worker. Its tasks count as received when it prints that they are done. */
class Worker extends Program {
  readonly #tally: Tally
  #read = 0

  constructor(tally: Tally, ...args: readonly string[]) {
    super(worker, args, { AMQP_URL: broker.url })
    this.#tally = tally
  }

  /** Counts the tasks done since its last call, and returns the total. */
  count(): number {
    const fresh = this.lines.slice(this.#read)
    this.#read += fresh.length
    for (const line of fresh)
      if (line.endsWith(' done')) this.#tally.receive(Number.parseInt(line, 10))
    return this.#read
  }

  async waits(): Promise<this> {
    await this.says(/waiting for tasks/)
    return this
  }
}

/** Each task takes the time that --work-ms sets for the worker. */
async function sendTasks(tally: Tally, count: number): Promise<void> {
  let left = count
  const queue = { send: (text: string) => tasks.send(`${text}.`) } as Queue
  await produce(queue, tally, { more: () => left-- > 0 })
}

describe('no task is lost when', () => {
  fault('a worker is killed with unacknowledged tasks', async ({ tally }) => {
    await using doomed = await new Worker(tally, '--prefetch', '20', '--work-ms', '20').waits()
    await sendTasks(tally, 100)
    await doomed.hasLines(21)
    doomed.signal('SIGKILL')
    tally.fault()
    await doomed.ends()
    doomed.count()
    await using successor = await new Worker(tally, '--prefetch', '20', '--work-ms', '1').waits()
    await waitFor('the rest', () => successor.count() > 0 && tally.complete)
    tally.recovered()
    // The killed worker's unacknowledged tasks are redelivered, and marked as such.
    const again = successor.lines.filter((line) => line.endsWith('received (redelivered)'))
    expect(again.length).toBeGreaterThan(0)
    expect(again.length).toBeLessThanOrEqual(20)
    // At most one task was done twice: the one whose acknowledgement was in flight.
    expect(tally.duplicates).toBeLessThanOrEqual(1)
  })

  fault('a worker hangs: its task is requeued after the consumer timeout', async ({ tally }) => {
    const { management, vhost } = broker
    await management?.request('PUT', `policies/${vhost}/consumer-timeout`, {
      pattern: '^task_queue$',
      definition: { 'consumer-timeout': 2000 },
      'apply-to': 'quorum_queues',
    })
    await sendTasks(tally, 20)
    // It receives one task and never acknowledges it.
    await using hung = await new Worker(tally, '--forget-ack', '--work-ms', '60000').waits()
    await hung.hasLines(1)
    tally.fault()
    await using healthy = await new Worker(tally, '--work-ms', '1').waits()
    await waitFor('all tasks', () => healthy.count() > 0 && tally.complete)
    tally.recovered()
    expect(tally.duplicates).toBe(0)
    await management?.request('DELETE', `policies/${vhost}/consumer-timeout`)
  })

  fault('three workers are restarted gracefully, one after another', async ({ tally }) => {
    const args = ['--prefetch', '10', '--work-ms', '20']
    let workers = await Promise.all([1, 2, 3].map(() => new Worker(tally, ...args).waits()))
    const all = [...workers]
    try {
      await sendTasks(tally, 1000)
      for (const old of workers) {
        const before = old.lines.length
        await old.hasLines(before + 10)
        tally.fault()
        old.signal('SIGTERM')
        expect(await old.ends()).toMatchObject({ code: 0 })
        all.push(await new Worker(tally, ...args).waits())
        tally.recovered()
      }
      workers = all.slice(3)
      for (const each of workers) await each.hasLines(1)
      await waitFor('all tasks', () => {
        for (const each of all) each.count()
        return tally.received === 1000
      })
      for (const each of workers) each.signal('SIGTERM')
      for (const each of workers) expect(await each.ends()).toMatchObject({ code: 0 })
      for (const each of all) each.count()
    } finally {
      for (const each of all) await each[Symbol.asyncDispose]()
    }
    // Each exactly once: no worker was killed.
    expect(tally.duplicates).toBe(0)
    await waitFor('an empty queue', async () => (await tasks.count()).messages === 0)
  })
})

describe('no message is lost when', () => {
  fault('the producer is killed in the middle of its series', async ({ tally }) => {
    const args = ['--count', '100000']
    await using producer = new Program('packages/basic/src/producer.ts', args, {
      AMQP_URL: broker.url,
    })
    await producer.hasLines(500)
    producer.signal('SIGKILL')
    tally.fault()
    const { stdout } = await producer.ends()
    // The messages that it printed were confirmed. It was killed before one more confirm arrived.
    const printed = stdout.split('\n').filter((line) => line.endsWith(' sent')).length
    for (let i = 0; i <= printed; i++) tally.next()
    for (let i = 0; i < printed; i++) tally.confirm(i)
    const queue = await session.queue('hello')
    await using _subscription = await queue.consume(
      (delivery) => {
        tally.receive(Number.parseInt(delivery.text(), 10))
      },
      { prefetch: 100 },
    )
    await complete(tally)
    tally.recovered()
    expect(tally.duplicates).toBe(0)
  })
})

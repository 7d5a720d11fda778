import { Session, type Queue } from '@messaging-patterns/shared'
import { deadline, Program, testBroker, testDeadline, waitFor } from '@messaging-patterns/testkit'
import { expect } from 'vitest'

import { fault } from './support/fault.ts'
import { lineReader } from './support/lines.ts'
import { produce } from './support/traffic.ts'

const count = Number(process.env['LOAD_MESSAGES'] ?? 100_000)

fault(
  `no fault: ${count.toLocaleString('en')} tasks for four workers`,
  async ({ tally }) => {
    await using broker = await testBroker()
    await using session = await Session.open({ url: broker.url })
    const tasks = await session.queue('task_queue')
    const args = ['--work-ms', '0', '--prefetch', '100']
    const workers = [1, 2, 3, 4].map(
      () => new Program('packages/work-queues/src/consumer.ts', args, { AMQP_URL: broker.url }),
    )
    try {
      for (const worker of workers) await worker.says(/waiting for tasks/)
      const done = workers.map(() => 0)
      const readers = workers.map((worker, i) =>
        lineReader(worker, (line) => {
          if (!line.endsWith(' done')) return
          tally.receive(Number.parseInt(line, 10))
          done[i] = (done[i] ?? 0) + 1
        }),
      )
      const queue = { send: (text: string) => tasks.send(`${text}.`) } as Queue
      tally.fault(count - 1)
      await produce(queue, tally, { more: () => tally.sent < count })
      await waitFor(
        'all tasks',
        () => {
          for (const read of readers) read()
          return tally.received === count
        },
        { timeout: deadline + count, interval: 500 },
      )
      for (const worker of workers) worker.signal('SIGTERM')
      for (const worker of workers) expect(await worker.ends()).toMatchObject({ code: 0 })
      for (const read of readers) read()
      expect(tally.duplicates).toBe(0)
      // Each worker got about the same number of tasks.
      for (const each of done) expect(each).toBeGreaterThan(count / 8)
      expect(await tasks.count()).toEqual({ messages: 0, consumers: 0 })
    } finally {
      for (const worker of workers) await worker[Symbol.asyncDispose]()
    }
  },
  { timeout: testDeadline + count },
)

import { readFileSync } from 'node:fs'

import { withoutBrowser } from '@messaging-patterns/testkit/browser'
import { beforeAll, describe, expect, test } from 'vitest'

import { lessonPrograms } from '../build/programs.ts'
import { openTestPage, type TestPage } from './support/test-page.ts'

const awaits = readFileSync(new URL('support/follow-promises.ts', import.meta.url), 'utf8')

describe.skipIf(withoutBrowser)('a lab', () => {
  let tested: TestPage

  beforeAll(async () => {
    tested = await openTestPage()
    return async () => {
      expect(tested.faults).toEqual([])
      await tested[Symbol.asyncDispose]()
    }
  })

  test('redelivers the task of a program that is killed, and ends one after Ctrl-C', async () => {
    const seen = await tested.page.evaluate(async () => {
      const it = new globalThis.engine.RecordedLab()
      const one = it.start('one', 'work-queues/consumer', '--work-ms', '30000')
      await it.prints('one', 'waiting')
      const producer = it.start('producer', 'work-queues/producer', '--count', '1')
      await it.prints('one', 'received')
      const two = it.start('two', 'work-queues/consumer', '--work-ms', '10')
      await it.prints('two', 'waiting')
      one.kill()
      await it.prints('two', 'done')
      two.interrupt()
      const ends = await Promise.all([one.ended, two.ended, producer.ended])
      await it.until('the ack', () => it.movements.at(-1)?.type === 'acked')
      const moved = it.movements.map(({ type }) => type)
      it.lab.close()
      return { ends, moved, two: it.textOf('two').slice(1) }
    })
    expect(seen.ends).toEqual([
      { code: undefined, signal: 'SIGKILL' },
      { code: 0, signal: undefined },
      { code: 0, signal: undefined },
    ])
    expect(seen.moved).toEqual([
      'published',
      'routed',
      'delivered',
      'requeued',
      'delivered',
      'acked',
    ])
    expect(seen.two).toEqual([
      expect.stringMatching(/received \(redelivered\)$/),
      expect.stringMatching(/done$/),
      'shutting down gracefully; press Ctrl-C again to exit immediately',
      'dots of work done: 1',
    ])
  })

  test('lets a program reconnect when the broker is started again', async () => {
    const seen = await tested.page.evaluate(async () => {
      const it = new globalThis.engine.RecordedLab()
      const consumer = it.start('consumer', 'basic/consumer', '--count', '2')
      await it.prints('consumer', 'waiting')
      await it.start('producer', 'basic/producer', 'before').ended
      await it.until('the ack', () => it.movements.at(-1)?.type === 'acked')
      it.lab.killBroker()
      await it.prints('consumer', 'connection lost')
      const isGone = it.topology?.queues.length
      it.lab.startBroker()
      await it.prints('consumer', 'reconnected')
      await it.start('producer', 'basic/producer', 'after').ended
      const end = await consumer.ended
      await it.until('both messages', () => it.updates.some(({ messages: [m] }) => m?.id === 2))
      const numbers = it.updates.flatMap(({ messages }) => messages.map(({ id }) => id))
      it.lab.close()
      return { isGone, end, numbers }
    })
    expect(seen).toEqual({ isGone: 0, end: { code: 0, signal: undefined }, numbers: [1, 2] })
  })

  test('keeps a paused program from doing anything, and tells which one it is', async () => {
    const seen = await tested.page.evaluate(async () => {
      const it = new globalThis.engine.RecordedLab()
      const consumer = it.start('consumer', 'basic/consumer', '--count', '1')
      await it.prints('consumer', 'waiting')
      consumer.pause()
      await it.start('producer', 'basic/producer', 'Hello').ended
      await it.until('the delivery', () => it.movements.some(({ type }) => type === 'delivered'))
      await it.until('the pause', () => it.topology?.programs[0]?.state === 'paused')
      const during = it.textOf('consumer').length
      consumer.resume()
      await consumer.ended
      const after = it.textOf('consumer').length
      it.lab.close()
      return [during, after]
    })
    expect(seen).toEqual([1, 2])
  })

  test('does not run a program that is paused before it has started', async () => {
    const seen = await tested.page.evaluate(async () => {
      const it = new globalThis.engine.RecordedLab()
      const one = it.start('one', 'basic/consumer', '--help')
      one.pause()
      await it.start('two', 'basic/consumer', '--help').ended
      const during = it.textOf('one').length
      one.resume()
      await one.ended
      it.lab.close()
      return during
    })
    expect(seen).toBe(0)
  })

  test('refuses connections while there is no broker', async () => {
    const seen = await tested.page.evaluate(async () => {
      const it = new globalThis.engine.RecordedLab()
      const producer = it.start('producer', 'basic/producer')
      it.lab.killBroker()
      const end = await producer.ended
      const { code } = await it.start('later', 'basic/producer').ended
      const isRunning = it.lab.brokerIsRunning
      it.lab.close()
      return { end, text: it.textOf('producer'), code, isRunning }
    })
    expect(seen.end).toEqual({ code: 1, signal: undefined })
    expect([seen.code, seen.isRunning]).toEqual([1, false])
    expect(seen.text).toEqual([
      expect.stringMatching(/^error: cannot reach a broker .*ECONNREFUSED/),
    ])
  })

  test('computes in a thread, and says at the program what a page cannot do', async () => {
    const [hash, result] = await tested.page.evaluate(async () => {
      const it = new globalThis.engine.RecordedLab()
      it.start('worker', 'tasks/worker')
      await it.prints('worker', 'waiting for tasks')
      it.start('scheduler', 'tasks/scheduler')
      const line = await it.prints('scheduler', 'hash')
      await it.start('client', 'tasks/call', 'tasks.fibonacci', '10').ended
      it.lab.close()
      return [line?.text, it.textOf('client').at(-1)]
    })
    expect(hash).toContain('run this program in a terminal')
    expect(result).toBe('tasks.fibonacci SUCCESS: 55')
  })

  test('keeps what AsyncLocalStorage has for a task while it awaits promises', async () => {
    const text = await tested.page.evaluate(async (program) => {
      const it = new globalThis.engine.RecordedLab()
      const spec = { id: 'mine', name: 'mine', program: 'basic/consumer', argv: [] }
      await it.lab.start({ ...spec, edits: { 'basic/src/consumer.ts': program } }).ended
      it.lab.close()
      return it.textOf('mine').join()
    }, awaits)
    const steps = 'catch finally first inner last rejected second timer'.split(' ')
    expect(text).toBe(steps.map((step) => `${step} A, ${step} B`).join(', '))
  })

  test('steps from movement to movement while time stands still', async () => {
    const seen = await tested.page.evaluate(async () => {
      const it = new globalThis.engine.RecordedLab()
      it.start('consumer', 'work-queues/consumer', '--work-ms', '50')
      await it.prints('consumer', 'waiting')
      it.lab.rate = 0
      it.start('producer', 'work-queues/producer', '--count', '1')
      const counts: number[] = []
      for (let i = 0; i < 4; i++) {
        await it.lab.step()
        counts.push(it.movements.length)
      }
      const { rate } = it.lab
      it.lab.close()
      return { counts, rate, types: it.movements.map(({ type }) => type) }
    })
    expect(seen).toEqual({
      counts: [1, 2, 3, 4],
      rate: 0,
      types: ['published', 'routed', 'delivered', 'acked'],
    })
  })

  test('stands still again when the broker is killed during a step', async () => {
    const rates = await tested.page.evaluate(async () => {
      const it = new globalThis.engine.RecordedLab()
      it.start('worker', 'work-queues/consumer', '--work-ms', '60000')
      await it.prints('worker', 'waiting')
      it.start('producer', 'work-queues/producer', '--count', '1')
      await it.prints('worker', 'received')
      await it.until('the exit of the producer', () => it.topology?.programs.length === 1)
      const step = it.lab.step()
      const passing = await new Promise<number>((resolve) => {
        const look = (): unknown =>
          it.lab.rate > 0 ? resolve(it.lab.rate) : requestAnimationFrame(look)
        look()
      })
      it.lab.killBroker()
      await step
      const { rate } = it.lab
      it.lab.close()
      return [passing, rate]
    })
    expect(rates).toEqual([1, 0])
  })

  test('runs every program of the lessons, apart from those of the stream protocol', async () => {
    const programs = lessonPrograms().map(({ name }) => name)
    const ends = await tested.page.evaluate(async (names) => {
      const it = new globalThis.engine.RecordedLab()
      const all: (readonly [string, number | undefined, string | undefined])[] = []
      for (const name of names) {
        const { code } = await it.start(name, name, '--help').ended
        all.push([name, code, it.textOf(name)[0]])
      }
      it.lab.close()
      return all
    }, programs)
    expect(programs.length).toBeGreaterThan(30)
    expect(ends).toEqual(
      programs.map((name) => [name, 0, expect.stringContaining(name.replace('/', ' '))]),
    )
  })

  test('prepares workers for programs, without running them', async () => {
    const { page } = tested
    await page.evaluate(() => {
      const it = new globalThis.engine.RecordedLab()
      globalThis.recorded = it
      it.lab.prepare(['basic/consumer', 'basic/producer'])
    })
    // Those two, and the broker.
    await expect.poll(() => page.workers().length).toBe(3)
    const printed = await page.evaluate(async () => {
      const it = globalThis.recorded
      await it.until('the broker', () => it.topology !== undefined)
      const before = it.lines.length
      it.start('consumer', 'basic/consumer')
      await it.start('producer', 'basic/producer', 'Hello').ended
      await it.prints('consumer', 'received')
      return [before, it.lab.programs.size]
    })
    expect(printed).toEqual([0, 2])
    // The worker of the producer is gone, and one waits for the next program.
    await expect.poll(() => page.workers().length).toBe(3)
    await page.evaluate(() => globalThis.recorded.lab.close())
    await expect.poll(() => page.workers()).toEqual([])
  })

  test('runs in slow motion, and over a slow network', async () => {
    const seen = await tested.page.evaluate(async () => {
      const it = new globalThis.engine.RecordedLab()
      const timed = async (run: () => Promise<unknown>) => {
        const began = performance.now()
        await run()
        return performance.now() - began
      }
      it.start('worker', 'work-queues/consumer', '--work-ms', '100')
      await it.prints('worker', 'waiting')
      it.lab.rate = 0.2
      await it.start('producer', 'work-queues/producer', '--count', '1').ended
      await it.prints('worker', 'received')
      const work = await timed(() => it.prints('worker', 'done'))
      it.lab.rate = 1
      it.lab.latency = 50
      const send = await timed(() => it.start('producer', 'basic/producer', 'Hello').ended)
      it.lab.close()
      return { work, send }
    })
    expect(seen.work).toBeGreaterThan(400)
    // The handshake, the declaration, the confirm and the closing are at least six round trips.
    expect(seen.send).toBeGreaterThan(600)
  })
})

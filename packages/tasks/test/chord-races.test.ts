import { Delivery, MessagingError, Queue, Session } from '@messaging-patterns/shared'
import { brokerForEachTest, TcpProxy, waitFor } from '@messaging-patterns/testkit'
import { afterEach, describe, expect, test, vi } from 'vitest'

import { chain, chord, Tasks } from '../src/index.ts'
import { TestProgram } from './support.ts'

const broker = brokerForEachTest()

afterEach(() => {
  vi.restoreAllMocks()
})

const isChord = (name: string): boolean => /^celery\.chord\.[\da-f-]+$/.test(name)

/**
 * Runs `first` before the first call of a method of the queue of a chord. What another worker does at
 * that moment cannot be arranged otherwise.
 */
function beforeCall(method: 'count' | 'consume', first: (name: string) => Promise<unknown>): void {
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its queue below
  const original: (...args: never[]) => unknown = Queue.prototype[method]
  let isFirst = true
  async function replaced(this: Queue, ...args: readonly unknown[]): Promise<unknown> {
    if (isFirst && isChord(this.name)) {
      isFirst = false
      await first(this.name)
    }
    return Reflect.apply(original, this, args)
  }
  vi.spyOn(Queue.prototype, method).mockImplementation(replaced as never)
}

/** Uses a queue as another program does. */
async function elsewhere<T>(name: string, use: (queue: Queue) => Promise<T>): Promise<T> {
  await using session = await Session.open({ url: broker.url })
  // Awaited here, so that the session is still open.
  return await use(await session.queue(name, { passive: true }))
}

async function exists(name: string): Promise<boolean> {
  try {
    await elsewhere(name, (queue) => queue.count())
    return true
  } catch (error) {
    if (error instanceof MessagingError && error.code === 'NOT_FOUND') return false
    throw error
  }
}

test('a task succeeds although another worker has completed its chord, and deleted the queue', async () => {
  await using program = await TestProgram.on(broker)
  const ended: string[] = []
  const double = program.tasks.define('tasks.double', (n: number) => 2 * n)
  const list = program.tasks.define('tasks.list', String)
  await program.work({
    onTask: ({ event, task }) => event !== 'received' && ended.push(`${task} ${event}`),
  })
  let chordName = ''
  beforeCall('count', async (name) => {
    chordName = name
    await elsewhere(name, (queue) => queue.delete())
  })
  await program.connected.send(chord([double.s(1)], list.s()))
  await waitFor('the task', () => ended.length > 0)
  expect(ended).toEqual(['tasks.double succeeded'])
  expect(await exists(chordName)).toBe(false)
})

describe('a worker that is collecting a chord', () => {
  test('loses no result if its connection breaks in between', async () => {
    await using proxy = await TcpProxy.start(broker.url)
    await using session = await Session.open({ url: proxy.url })
    const tasks = new Tasks()
    // The second result is still arriving when the first one is read.
    const fill = tasks.define('tasks.fill', (size: number) => 'x'.repeat(size))
    const lengths = tasks.define('tasks.lengths', (all: readonly string[]) =>
      all.map(({ length }) => length),
    )
    await using connected = await tasks.connect(session)
    await using _ = await connected.startWorker({ concurrency: 1 })
    // oxlint-disable-next-line typescript/unbound-method -- it is called with its delivery below
    const original = Delivery.prototype.json
    let cuts = 0
    vi.spyOn(Delivery.prototype, 'json').mockImplementation(function (this: Delivery) {
      if (cuts === 0 && isChord(this.routingKey)) {
        cuts += 1
        proxy.cut()
      }
      return original.call(this)
    })
    const sizes = [1, 8 * 1024 * 1024]
    const header = sizes.map((size) => fill.s(size))
    const result = await connected.send(chord(header, lengths.s()))
    expect(await result.get()).toEqual(sizes)
    expect(cuts).toBe(1)
  })

  test('goes on if another one has emptied the queue', async () => {
    await using program = await TestProgram.on(broker)
    const double = program.tasks.define('tasks.double', (n: number) => 2 * n)
    const list = program.tasks.define('tasks.list', String)
    await program.work({ concurrency: 1 })
    const purge = vi.fn<(name: string) => Promise<number>>((name) =>
      elsewhere(name, (queue) => queue.purge()),
    )
    beforeCall('consume', purge)
    const timeout = AbortSignal.timeout.bind(AbortSignal)
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(200))
    await program.connected.send(chord([double.s(1)], list.s()))
    expect(await double.call(4)).toBe(8)
    expect(purge).toHaveBeenCalledOnce()
  })
})

test('the queues of chords that are complete do not come back with a new connection', async () => {
  await using proxy = await TcpProxy.start(broker.url)
  await using session = await Session.open({ url: proxy.url })
  const tasks = new Tasks()
  const double = tasks.define('tasks.double', (n: number) => 2 * n)
  const list = tasks.define('tasks.list', JSON.stringify)
  await using connected = await tasks.connect(session)
  await using worker = await connected.startWorker({ concurrency: 20 })
  const declared = vi.spyOn(session, 'queue')
  for (let n = 0; n < 10; n++) {
    const header = Array.from({ length: 20 }, () => double.s(n))
    await (await connected.send(chord(header, list.s()))).get()
  }
  // A task that is not acknowledged would run again, and put its result there again.
  await waitFor('the end of all tasks', () => worker.active.size === 0)
  proxy.cut()
  expect(await double.call(1)).toBe(2)
  const names = new Set(declared.mock.calls.map(([name = '']) => name).filter(isChord))
  expect(names.size).toBe(10)
  for (const name of names) expect(await exists(name), name).toBe(false)
})

test('if a chord fails, the errback of a body of several tasks is called once', async () => {
  await using program = await TestProgram.on(broker)
  const { tasks, connected } = program
  const seen: unknown[] = []
  const fail = tasks.define('tasks.fail', () => {
    throw new Error('on purpose')
  })
  const list = tasks.define('tasks.list', String)
  const log = tasks.define('tasks.log', (id: unknown) => void seen.push(id))
  await program.work({ concurrency: 1 })
  const body = chain(list.s(), list.s(), list.s()).linkError(log.s())
  await expect((await connected.send(chord([fail.s()], body))).get()).rejects.toMatchObject({
    type: 'ChordError',
  })
  await log.call('a marker')
  expect(seen).toEqual([expect.stringMatching(/^[\da-f-]{36}$/), 'a marker'])
})

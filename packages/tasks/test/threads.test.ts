import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'

import { brokerForEachTest, waitFor } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { inThread } from '../src/index.ts'
import { TestProgram } from './support.ts'

const broker = brokerForEachTest()
const module = new URL('blocking.ts', import.meta.url)

/** The next thread that is started. */
async function nextThread(): Promise<Worker> {
  const [thread] = (await once(process, 'worker')) as [Worker]
  return thread
}

async function ends(thread: Worker): Promise<void> {
  await waitFor('the thread to end', () => thread.threadId === -1)
}

test('a thread ends with its function, whatever that leaves behind', async () => {
  const thread = nextThread()
  expect(await inThread<() => string>(module, 'linger')()).toBe('done')
  await ends(await thread)
})

test('the errors of a thread fail the task as they would without it', async () => {
  await using program = await TestProgram.on(broker)
  const { tasks } = program
  const fail = tasks.define('tasks.fail', inThread<(type: string) => void>(module, 'fail'))
  const exit = tasks.define('tasks.exit', inThread<(code: number) => void>(module, 'exit'))
  const odd = tasks.define('tasks.odd', inThread<() => unknown>(module, 'uncloneable'))
  const none = tasks.define('tasks.none', inThread<() => unknown>(module, 'misspelled'))
  await program.work()
  await expect(fail.call('KeyError')).rejects.toMatchObject({
    type: 'KeyError',
    module: 'builtins',
    args: ['id'],
  })
  await expect(fail.call('RangeError')).rejects.toMatchObject({
    type: 'RangeError',
    args: ['too large'],
  })
  await expect(exit.call(3)).rejects.toThrow(/exited with code 3/)
  await expect(odd.call()).rejects.toThrow(/could not be cloned/)
  await expect(none.call()).rejects.toMatchObject({ type: 'TypeError' })
})

test('a thread that blocks is terminated at its hard time limit, and at a cold shutdown', async () => {
  await using program = await TestProgram.on(broker)
  const spin = inThread<(ms: number) => string>(module, 'spin')
  const blocking = program.tasks.define('tasks.spin', spin)
  const worker = await program.work()
  const first = nextThread()
  const limited = await blocking.send([600_000], { timeLimit: 300 })
  await expect(limited.get()).rejects.toMatchObject({ type: 'TimeLimitExceeded', args: [0.3] })
  await ends(await first)
  const second = nextThread()
  await blocking.delay(600_000)
  const thread = await second
  await worker.stop({ cold: true })
  await ends(thread)
})

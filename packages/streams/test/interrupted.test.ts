import { Session } from '@messaging-patterns/shared'
import { brokerForEachTest, programsOn, waitFor } from '@messaging-patterns/testkit'
import { beforeEach, describe, expect, test } from 'vitest'

import { asQueues, fanOut, share } from '../src/topology.ts'
import * as programs from './programs.ts'

const broker = brokerForEachTest()
const { start } = programsOn(broker)
const { linesOf, factsOf } = programs.outputOn(broker)

/** More than any program sends while a test runs. */
const endless = ['--count', '200000']

test.each([
  ['fan-out', programs.fanOut, fanOut.queues[0] ?? ''],
  ['share', programs.share, share.queue],
] as const)(
  '%s stops on Ctrl-C, prints no result and leaves nothing behind',
  async (_name, program, first) => {
    await using session = await Session.open({ url: broker.url })
    await using running = start(program, ...endless)
    await waitFor('the first messages', async () => {
      const queue = await session.queue(first, { passive: true })
      queue.forget()
      return (await queue.count()).messages > 10
    })
    running.signal('SIGINT')
    expect(await running.ends()).toEqual({
      code: 0,
      signal: null,
      stdout: '',
      stderr: 'shutting down gracefully; press Ctrl-C again to exit immediately\n',
    })
    for (const name of Object.keys(asQueues))
      await expect(session.queue(name, { passive: true }), name).rejects.toMatchObject({
        code: 'NOT_FOUND',
      })
  },
)

describe('after a run that was killed', () => {
  beforeEach(async () => {
    await using session = await Session.open({ url: broker.url })
    for (const name of [share.queue, ...fanOut.queues]) {
      const queue = await session.queue(name)
      // As many as there are workers.
      for (let worker = 0; worker < 3; worker++) await queue.send('go home')
    }
  })

  test('share still counts only its own tasks', async () => {
    expect(await linesOf(programs.share)).toEqual([
      'queue: 30 tasks, 3 workers, done 30 times',
      'stream: 30 tasks, 3 workers, done 90 times',
    ])
  })

  test('fan-out still counts only its own messages', async () => {
    const [queues] = await factsOf(programs.fanOut, '--count', '200')
    expect(queues).toMatchObject({ what: '10 queues', stored: 2000, late: 0 })
  })
})

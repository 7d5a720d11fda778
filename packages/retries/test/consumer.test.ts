import { Session } from '@messaging-patterns/shared'
import { brokerForEachTest, programsOn } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { declare, workQueue } from '../src/topology.ts'
import { consumer, outputOn, producer } from './programs.ts'

const quickly = ['--delay-ms', '100']

// Each test has an empty broker, because the tests are about the messages that are left in queues.
const broker = brokerForEachTest()
const { start, run } = programsOn(broker)
const { linesOf, factsOf } = outputOn(broker)

describe('the consumer', () => {
  test('does most messages at once and the flaky one later, and parks the one that always fails', async () => {
    const sent = ['0 flaky coffee', '1 fail toast', '2 tea', '3 cake', '4 pie']
    expect(await linesOf(producer)).toEqual(sent.map((text) => `${text} sent`))
    // The rest of the breakfast takes less than a second, though not much less on a busy machine.
    const lines = await linesOf(consumer, '--count', '8', '--delay-ms', '1000')
    expect(lines.slice(0, 5)).toEqual([
      '0 flaky coffee failed (attempt 1): Error: the oven is busy; retry in 1000 ms',
      '1 fail toast failed (attempt 1): Error: the oven is broken; retry in 1000 ms',
      '2 tea done (attempt 1)',
      '3 cake done (attempt 1)',
      '4 pie done (attempt 1)',
    ])
    expect(lines.slice(5).toSorted()).toEqual([
      '0 flaky coffee done (attempt 2)',
      '1 fail toast failed (attempt 2): Error: the oven is broken; retry in 2000 ms',
      '1 fail toast failed (attempt 3): Error: the oven is broken; parked in "retries.parked"',
    ])
  })

  test('makes as many attempts as --attempts says', async () => {
    await run(producer, 'fail')
    const facts = await factsOf(consumer, '--count', '1', '--attempts', '1')
    expect(facts).toEqual([
      {
        event: 'failed',
        body: 'fail',
        attempt: 1,
        error: 'Error: the oven is broken',
        parkedIn: 'retries.parked',
      },
    ])
  })

  test('takes the delay as it is', async () => {
    await run(producer, 'fail')
    const facts = await factsOf(consumer, '--count', '1', '--delay-ms', '90000')
    expect(facts).toMatchObject([{ retryInMs: 90_000 }])
  })

  test('counts no failure twice, even if another consumer gave the message back before', async () => {
    await run(producer, 'fail')
    await using session = await Session.open({ url: broker.url })
    const queue = await declare(session, workQueue)
    for await (const delivery of await queue.consume({ limit: 1 }))
      delivery.reject({ requeue: true })
    const facts = await factsOf(consumer, '--count', '3', ...quickly)
    expect(facts.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
  })

  test('counts the attempts itself, whatever count a publisher sends', async () => {
    await using session = await Session.open({ url: broker.url })
    const queue = await declare(session, workQueue)
    for (const count of [99, 'many']) {
      await queue.send('tea', { headers: { 'x-delivery-count': count } })
      expect(await linesOf(consumer, '--count', '1')).toEqual(['tea done (attempt 1)'])
    }
  })

  test('--json gives the facts of a failure and of a success, and no text for the screen', async () => {
    await run(producer, 'flaky')
    const facts = await factsOf(consumer, '--count', '2', ...quickly)
    expect(facts).toEqual([
      {
        event: 'failed',
        body: 'flaky',
        attempt: 1,
        error: 'Error: the oven is busy',
        retryInMs: 100,
      },
      { event: 'done', body: 'flaky', attempt: 2 },
    ])
  })

  test('parks a body that it cannot read at once, and continues', async () => {
    await run(producer, '--broken', 'half', 'a', 'body')
    await run(producer, 'tea')
    const [broken, tea] = await linesOf(consumer, '--count', '2')
    expect(broken).toMatch(/^half a body failed \(attempt 1\): .*; parked in "retries\.parked"$/)
    expect(tea).toBe('tea done (attempt 1)')
  })

  test('shuts down gracefully while a message waits, which the next consumer gets', async () => {
    await run(producer, 'flaky')
    await using first = start(consumer, '--delay-ms', '1000')
    await first.hasLines(1)
    first.signal('SIGINT')
    expect(await first.ends()).toMatchObject({ code: 0 })
    expect(await linesOf(consumer, '--count', '1')).toEqual(['flaky done (attempt 2)'])
  })
})

import { isOlder } from '@messaging-patterns/shared'
import { brokerForEachTest, programsOn, waitFor, type Facts } from '@messaging-patterns/testkit'
import { beforeEach, describe, expect, test } from 'vitest'

import { delayedRetry, inspect, outputOn, producer, replay } from './programs.ts'

// Each test has an empty broker, because the tests are about the messages that are left in queues.
const broker = brokerForEachTest()
const { start, run } = programsOn(broker)
const { linesOf, factsOf } = outputOn(broker)

/** What inspect prints once `count` messages are parked: the broker takes a moment to park one. */
function waitForParked(count: number): Promise<Facts[]> {
  return waitFor(`${count} parked`, async () => {
    const parked = (await factsOf(inspect)).filter(({ event }) => event === 'parked')
    return parked.length === count && parked
  })
}

describe("delayed retry, the broker's own method", () => {
  beforeEach((context) => {
    if (isOlder(broker.version, '4.3')) context.skip('delayed retry is new in 4.3')
  })

  test('makes three attempts, one second and two seconds apart; then the broker parks the message', async () => {
    await run(producer, '--delayed-retry', 'fail')
    await using consuming = start(delayedRetry)
    const times: number[] = []
    for (let attempt = 1; attempt <= 3; attempt++) {
      await consuming.hasLines(attempt)
      times.push(performance.now())
    }
    expect(consuming.lines.at(-1)).toBe(
      'fail failed (attempt 3): Error: the oven is broken; rejected with requeue',
    )
    const [first = 0, second = 0, third = 0] = times
    for (const [gap, delay] of [
      [second - first, 1000],
      [third - second, 2000],
    ] as const) {
      expect(gap).toBeGreaterThan(delay - 100)
      expect(gap).toBeLessThan(delay + 2000)
    }
    const [parked] = await waitForParked(1)
    expect(parked).toMatchObject({ body: 'fail', from: 'retries.broker', reason: 'delivery_limit' })
  })

  test('does not hold up later messages, and parks a body that it cannot read at once', async () => {
    await run(producer, '--delayed-retry', 'flaky')
    await run(producer, '--delayed-retry', 'tea')
    await run(producer, '--delayed-retry', '--broken', 'half')
    const lines = await linesOf(delayedRetry, '--count', '4')
    expect(lines.map((line) => line.replace(/: .*;/, ':'))).toEqual([
      'flaky failed (attempt 1): rejected with requeue',
      'tea done (attempt 1)',
      'half failed (attempt 1): rejected without requeue',
      'flaky done (attempt 2)',
    ])
    expect(await waitForParked(1)).toMatchObject([{ body: 'half', reason: 'rejected' }])
    await run(replay, '--all')
    expect(await linesOf(delayedRetry, '--count', '1')).toHaveLength(1)
  })

  test('redelivers a message whose consumer died', async () => {
    await run(producer, '--delayed-retry', 'crash')
    expect(await run(delayedRetry)).toMatchObject({ signal: 'SIGKILL' })
    expect(await linesOf(delayedRetry, '--count', '1')).toEqual(['crash done (attempt 2)'])
  })

  test('--json says whether a message was requeued', async () => {
    await run(producer, '--delayed-retry', 'flaky')
    expect(await factsOf(delayedRetry, '--count', '1')).toEqual([
      {
        event: 'failed',
        body: 'flaky',
        attempt: 1,
        error: 'Error: the oven is busy',
        requeue: true,
      },
    ])
  })
})

test('delayed retry refuses a RabbitMQ older than 4.3', async (context) => {
  if (!isOlder(broker.version, '4.3')) return context.skip('this one is not older')
  for (const outcome of [await run(delayedRetry), await run(producer, '--delayed-retry')])
    expect(outcome).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is older than 4\.3, which is required here/),
    })
})

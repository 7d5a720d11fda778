import { brokerForEachTest, programsOn, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import {
  atOnce,
  consumer,
  count,
  forEver,
  managementShows,
  producer,
  queueHas,
  worker,
} from './programs.ts'

// Each test has an empty broker, because the tests are about the messages that are left in the
// queue.
const broker = brokerForEachTest()
const { run } = programsOn(broker)

describe('the experiments', () => {
  test('with --forget-ack, the broker keeps every task, and redelivers all of them', async () => {
    await using forgetful = await worker(broker, '--forget-ack', '--prefetch', '0', ...atOnce)
    await run(producer, '--count', '3', 'task.')
    await forgetful.hasLines(6)
    expect(forgetful.stderr.match(/not acknowledged/g)).toHaveLength(3)
    if (broker.management !== undefined)
      await managementShows(broker.management, broker.vhost, {
        messages_ready: 0,
        messages_unacknowledged: 3,
      })
    forgetful.signal('SIGINT')
    expect(await forgetful.ends()).toMatchObject({ code: 0 })
    const { stdout } = await run(consumer, '--count', '3', ...atOnce)
    expect(stdout).toBe('task. received (redelivered)\ntask. done\n'.repeat(3))
    await queueHas(broker, { messages: 0, consumers: 0 })
  })

  test('with --forget-ack and a prefetch of 1, a worker gets one task and no other', async () => {
    await using forgetful = await worker(broker, '--forget-ack', ...atOnce)
    await run(producer, '--count', '2', 'task.')
    await forgetful.hasLines(2)
    await using mindful = await worker(broker, ...atOnce)
    await mindful.hasLines(2)
    await run(producer, '--count', '3', 'task.')
    await mindful.hasLines(8)
    expect(forgetful.lines).toHaveLength(2)
  })

  test('with --auto-ack, the tasks of a killed worker are lost', async () => {
    await using victim = await worker(broker, '--auto-ack', ...forEver)
    await run(producer, '--count', '5')
    await victim.hasLines(1)
    // All five have left the queue, although the worker is still working on the first one.
    await waitFor('an empty queue', async () => (await count(broker)).messages === 0)
    victim.signal('SIGKILL')
    await waitFor('the consumer to be gone', async () => (await count(broker)).consumers === 0)
    // A redelivered task would come before this one.
    await run(producer, 'after.')
    const { stdout } = await run(consumer, '--count', '1', ...atOnce)
    expect(stdout).toBe('after. received\nafter. done\n')
    await queueHas(broker, { messages: 0, consumers: 0 })
  })
})

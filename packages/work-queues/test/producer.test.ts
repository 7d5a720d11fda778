import { Session } from '@messaging-patterns/shared'
import { brokerForEachTest, programsOn } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { managementShows, numbersOf, producer, queueHas } from './programs.ts'

// Each test has an empty broker, because the tests are about the messages that are left in the
// queue.
const broker = brokerForEachTest()
const { run } = programsOn(broker)

const fifteen = Array.from({ length: 15 }, (_, i) => i)

describe('the producer', () => {
  test('sends the fifteen tasks of the course, with one dot each', async () => {
    const { code, stdout, stderr } = await run(producer)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = stdout.trimEnd().split('\n')
    expect(numbersOf(lines, 'sent')).toEqual(fifteen)
    expect(lines.map((line) => line.split('.').length - 1)).toEqual(fifteen.map(() => 1))
    await queueHas(broker, { messages: 15, consumers: 0 })
  })

  test('sends exactly the words it is given, as persistent text', async () => {
    const sent = await run(producer, '--', 'A very', 'härd', 'task...', '--count', '007')
    expect(sent.stdout).toBe('A very härd task... --count 007 sent\n')
    await using session = await Session.open({ url: broker.url })
    const task = await (await session.queue('task_queue')).get()
    expect(task?.body).toBe('A very härd task... --count 007')
    expect(task?.message.properties.deliveryMode).toBe(2)
  })

  test('declares a durable quorum queue and nothing else', async (context) => {
    const { management, vhost } = broker
    if (management === undefined) return context.skip('the broker has no management API')
    await run(producer, '--count', '2')
    const queues = await management.queues(vhost)
    expect(queues).toMatchObject([
      {
        name: 'task_queue',
        type: 'quorum',
        durable: true,
        auto_delete: false,
        arguments: { 'x-queue-type': 'quorum' },
      },
    ])
    expect(Object.keys(queues[0]?.arguments ?? {})).toHaveLength(1)
    await managementShows(management, vhost, { messages_ready: 2, messages_unacknowledged: 0 })
  })
})

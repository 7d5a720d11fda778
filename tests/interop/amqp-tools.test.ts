import { Session } from '@messaging-patterns/shared'
import { testBroker, waitFor, type TestBroker } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { findAmqpTools, runOurs, runPeer, startOurs, startPeer } from './peers.ts'

// amqp-publish and amqp-consume are librabbitmq's command-line programs. They only declare exclusive
// queues, so our programs declare everything else.

const amqpTools = findAmqpTools()
const text = 'Grüße, Мир 🌍'
const json = '{"grüße":["Мир 🌍",null,1.5]}'

function publish(broker: TestBroker, ...args: string[]): ReturnType<typeof runPeer> {
  return runPeer(amqpTools, broker, ['amqp-publish', '-u', broker.url, ...args])
}

/** Receives one message, and pipes it through `cat`. */
function consumeArgs(broker: TestBroker, ...args: string[]): string[] {
  return ['amqp-consume', '-u', broker.url, ...args, '-c', '1', 'cat']
}

describe.skipIf(amqpTools.command === undefined)('amqp-publish and amqp-consume', () => {
  test.each([
    { lesson: 'basic', queue: 'hello', ours: [], events: ['received'] },
    {
      lesson: 'work-queues',
      queue: 'task_queue',
      ours: ['--work-ms', '0'],
      events: ['received', 'done'],
    },
  ])(
    'lesson $lesson: send text and JSON to our consumer, and receive what our producer sends',
    async ({ lesson, queue, ours, events }) => {
      await using broker = await testBroker()
      await using consumer = startOurs(broker, `${lesson} consumer`, ours)
      await consumer.says(/waiting/)
      await publish(broker, '-r', queue, '-b', text)
      await publish(broker, '-r', queue, '-C', 'application/json', '-b', json)
      expect(await consumer.hasLines(2 * events.length)).toEqual(
        [text, json].flatMap((body) => events.map((event) => `${body} ${event}`)),
      )
      consumer.signal('SIGTERM')
      await consumer.ends()
      await runOurs(broker, `${lesson} producer`, [text])
      const { stdout } = await runPeer(amqpTools, broker, consumeArgs(broker, '-q', queue))
      expect(stdout).toBe(text)
    },
  )

  test('lesson rpc: call our server, which replies to the queue that they name', async () => {
    await using broker = await testBroker()
    await using session = await Session.open({ url: broker.url })
    const inbox = await session.queue('fib-replies')
    await using server = startOurs(broker, 'rpc server', [])
    await server.says(/Awaiting RPC requests/)
    await publish(broker, '-r', 'rpc_queue', '-t', inbox.name, '-b', '30')
    const { stdout } = await runPeer(amqpTools, broker, consumeArgs(broker, '-q', inbox.name))
    expect(stdout).toBe('832040')
  })

  test.each([
    { lesson: 'pubsub', wanted: [], at: ['-e', 'logs'], line: text },
    {
      lesson: 'routing',
      wanted: ['error'],
      at: ['-e', 'direct_logs', '-r', 'error'],
      line: `error: ${text}`,
    },
    {
      lesson: 'topics',
      wanted: ['*.critical'],
      at: ['-e', 'topic_logs', '-r', 'kern.critical'],
      line: `kern.critical: ${text}`,
    },
  ])('lesson $lesson: are heard by our consumer', async ({ lesson, wanted, at, line }) => {
    await using broker = await testBroker()
    await using ours = startOurs(broker, `${lesson} consumer`, wanted)
    await ours.says(/waiting/)
    await publish(broker, ...at, '-b', text)
    expect(await ours.hasLines(1)).toEqual([`${line} received`])
  })

  test.each([
    // It only binds if there is a key; a fanout exchange ignores it.
    { lesson: 'pubsub', words: [], at: ['-e', 'logs', '-r', 'any'] },
    { lesson: 'routing', words: ['error'], at: ['-e', 'direct_logs', '-r', 'error'] },
    { lesson: 'topics', words: ['kern.info'], at: ['-e', 'topic_logs', '-r', 'kern.#'] },
  ])('lesson $lesson: hear our producer', async ({ lesson, words, at }) => {
    await using broker = await testBroker()
    // Our consumer declares the exchange. amqp-consume does not.
    await using ours = startOurs(broker, `${lesson} consumer`, words)
    await ours.says(/waiting/)
    await using theirs = startPeer(amqpTools, broker, consumeArgs(broker, '-x', ...at))
    // It does not print anything when its queue is bound.
    await waitFor('a message that it received', async () => {
      await runOurs(broker, `${lesson} producer`, [...words, text])
      return theirs.stdout !== ''
    })
    expect(await theirs.ends()).toMatchObject({ code: 0, stdout: text })
  })
})

import { testBroker, waitFor, type TestBroker } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { amqpTools, runOurs, runPeer, startOurs, startPeer } from './peers.ts'

// amqp-publish and amqp-consume are librabbitmq's programs for the shell. They declare nothing but
// an exclusive queue: what they use is declared by ours.

const text = 'Grüße, Мир 🌍'
const json = '{"grüße":["Мир 🌍",null,1.5]}'

function publish(broker: TestBroker, ...args: string[]): ReturnType<typeof runPeer> {
  return runPeer(amqpTools, broker, ['amqp-publish', '-u', broker.url, ...args])
}

/** Takes one message and pipes it through `cat`. */
function consumeArgs(broker: TestBroker, ...args: string[]): string[] {
  return ['amqp-consume', '-u', broker.url, ...args, '-c', '1', 'cat']
}

describe.skipIf(amqpTools.command === undefined)('amqp-publish and amqp-consume', () => {
  test('lesson 1: send text and JSON that our consumer receives', async () => {
    await using broker = await testBroker()
    await using ours = startOurs(broker, 'basic consumer', [])
    await ours.says(/waiting/)
    await publish(broker, '-r', 'hello', '-b', text)
    await publish(broker, '-r', 'hello', '-C', 'application/json', '-b', json)
    expect(await ours.hasLines(2)).toEqual([`${text} received`, `${json} received`])
  })

  test('lesson 1: receive what our producer sends', async () => {
    await using broker = await testBroker()
    await runOurs(broker, 'basic producer', [text])
    const { stdout } = await runPeer(amqpTools, broker, consumeArgs(broker, '-q', 'hello'))
    expect(stdout).toBe(text)
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
    { lesson: 'pubsub', words: [], at: ['-e', 'logs', '-r', ''] },
    { lesson: 'routing', words: ['error'], at: ['-e', 'direct_logs', '-r', 'error'] },
    { lesson: 'topics', words: ['kern.info'], at: ['-e', 'topic_logs', '-r', 'kern.#'] },
  ])('lesson $lesson: hear our producer', async ({ lesson, words, at }) => {
    await using broker = await testBroker()
    // This declares the exchange, which amqp-consume takes for granted.
    await runOurs(broker, `${lesson} producer`, [...words, 'too', 'early'])
    await using theirs = startPeer(amqpTools, broker, consumeArgs(broker, '-x', ...at))
    // It does not say when its queue is bound.
    await waitFor('a message that it heard', async () => {
      await runOurs(broker, `${lesson} producer`, [...words, text])
      return theirs.stdout !== ''
    })
    expect(await theirs.ends()).toMatchObject({ code: 0, stdout: text })
  })
})

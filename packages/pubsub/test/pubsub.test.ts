import { brokerForFile, programsOn, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

const producer = 'packages/pubsub/src/producer.ts'
const consumer = 'packages/pubsub/src/consumer.ts'
const numbered =
  /^\d+ \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} - Pub\/Sub - Hello World (sent|received)$/

const broker = brokerForFile()
const { start, run } = programsOn(broker)

/** Without a consumer, the producer fails. The queues of killed consumers may take a moment to go. */
async function expectNobodyListens(): Promise<void> {
  const outcome = await waitFor('a message that nobody takes', async () => {
    const { code, stdout, stderr } = await run(producer, '--mandatory', 'Hello?')
    return code !== 0 && { code, stdout, stderr }
  })
  expect(outcome).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'error: no queue is bound to exchange "logs" for key ""; ' +
      'start the consumer first, or declare and bind a queue\n',
  })
}

describe('the pubsub lesson', () => {
  test('each of three consumers gets every message of the series, in order', async () => {
    await using one = start(consumer)
    await using two = start(consumer)
    await using three = start(consumer)
    const consumers = [one, two, three]
    for (const each of consumers) await each.says(/waiting for messages from "logs"/)
    const sent = await run(producer)
    expect(sent).toMatchObject({ code: 0, stderr: '' })
    const lines = sent.stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(5)
    for (const [index, line] of lines.entries()) {
      expect(line).toMatch(numbered)
      expect(line).toMatch(new RegExp(`^${index} `))
    }
    const received = lines.map((line) => line.replace(/sent$/, 'received'))
    for (const each of consumers) expect(await each.hasLines(5)).toEqual(received)
  })

  test('words are one message, exactly as given', async () => {
    await using listening = start(consumer, '--count', '1', '--json')
    await listening.says(/waiting/)
    const sent = await run(producer, '--', 'Grüße,', 'Мир 🌍', '--count', '007')
    expect(sent.stdout).toBe('Grüße, Мир 🌍 --count 007 sent\n')
    const { code, stdout } = await listening.ends()
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      event: 'received',
      exchange: 'logs',
      body: 'Grüße, Мир 🌍 --count 007',
    })
  })

  test('a consumer does not get messages that were published before it started', async () => {
    const early = await run(producer, 'too', 'early')
    expect(early).toMatchObject({ code: 0, stdout: 'too early sent\n', stderr: '' })
    await using late = start(consumer)
    await late.says(/waiting/)
    await run(producer, 'in', 'time')
    expect(await late.hasLines(1)).toEqual(['in time received'])
  })

  test('--mandatory is an error without a consumer, and changes nothing with one', async () => {
    await expectNobodyListens()
    await using listening = start(consumer)
    await listening.says(/waiting/)
    const heard = await run(producer, '--mandatory', 'Hello!')
    expect(heard).toMatchObject({ code: 0, stdout: 'Hello! sent\n', stderr: '' })
    expect(await listening.hasLines(1)).toEqual(['Hello! received'])
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'a consumer shuts down gracefully on %s, and its queue goes with it',
    async (signal) => {
      await using listening = start(consumer)
      await listening.says(/waiting/)
      listening.signal(signal)
      expect(await listening.ends()).toMatchObject({ code: 0, signal: null, stdout: '' })
      // If the queue were still bound, it would take the message.
      await expectNobodyListens()
    },
  )

  test('the exchange is a fanout and not durable, and each queue is deleted with its consumer', async (context) => {
    const { management, vhost } = broker
    if (management === undefined) return context.skip('the broker has no management API')
    await using one = start(consumer)
    await using two = start(consumer)
    for (const each of [one, two]) await each.says(/waiting/)
    expect(await management.exchanges(vhost)).toMatchObject([
      {
        name: 'logs',
        type: 'fanout',
        durable: false,
        auto_delete: false,
        internal: false,
        arguments: {},
      },
    ])
    const queues = await waitFor('two queues', async () => {
      const all = await management.queues(vhost)
      return all.length === 2 && all
    })
    for (const queue of queues) {
      expect(queue).toMatchObject({ type: 'classic', exclusive: true, arguments: {} })
      expect(one.stderr + two.stderr).toContain(`in the queue ${queue.name};`)
    }
    expect(await management.bindings(vhost, 'logs')).toMatchObject([
      { routing_key: '' },
      { routing_key: '' },
    ])
    one.signal('SIGINT')
    // A killed consumer cannot delete its queue: the broker does.
    two.signal('SIGKILL')
    await Promise.all([one.ends(), two.ends()])
    await waitFor('no queue', async () => (await management.queues(vhost)).length === 0)
    const remaining = await management.exchanges(vhost)
    expect(remaining.map(({ name }) => name)).toEqual(['logs'])
  })

  test.each([
    [consumer, ['word'], /Unknown argument: word/],
    [producer, ['--color'], /Unknown argument: color/],
    [producer, ['--count', '0'], /--count must be a whole number, 1 or more; got "0"/],
  ])('%s %s is a usage error', async (program, args, message) => {
    const { code, stdout, stderr } = await run(program, ...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^pnpm pubsub .*\[options\]/)
    expect(stderr).toMatch(message)
  })
})

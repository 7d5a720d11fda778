import { isOlder, Session } from '@messaging-patterns/shared'
import {
  brokerForFile,
  factsIn,
  programsOn,
  waitFor,
  type Program,
} from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

const producer = 'packages/topics/src/producer.ts'
const consumer = 'packages/topics/src/consumer.ts'

const broker = brokerForFile()
const { start, run } = programsOn(broker)

/** The keys that a consumer got before "done", sorted. */
async function keysOf(listening: Program): Promise<readonly string[]> {
  await listening.says(/^done: that is all received$/m)
  const keys = listening.lines.map((line) => /^(.*): to \1 received$/.exec(line)?.[1])
  expect(keys.pop()).toBeUndefined()
  return keys.map((key) => key ?? 'a line of another form').toSorted()
}

describe('the topics lesson', () => {
  test("the official tutorial's nine keys go where it says, once per queue", async () => {
    await using orange = start(consumer, '*.orange.*', 'done')
    await using rabbits = start(consumer, '*.*.rabbit', 'lazy.#', 'done')
    await orange.says(/waiting for "\*\.orange\.\*", "done" from "topic_logs"/)
    await rabbits.says(/waiting/)
    const keys = [
      'quick.orange.rabbit',
      'lazy.orange.elephant',
      'quick.orange.fox',
      'lazy.brown.fox',
      'lazy.pink.rabbit',
      'quick.brown.fox',
      'orange',
      'quick.orange.new.rabbit',
      'lazy.orange.new.rabbit',
    ]
    const sent = await Promise.all(keys.map((key) => run(producer, key, 'to', key)))
    expect(sent.map(({ stdout }) => stdout)).toEqual(keys.map((key) => `${key}: to ${key} sent\n`))
    await run(producer, 'done', 'that', 'is', 'all')
    expect(await keysOf(orange)).toEqual([
      'lazy.orange.elephant',
      'quick.orange.fox',
      'quick.orange.rabbit',
    ])
    expect(await keysOf(rabbits)).toEqual([
      'lazy.brown.fox',
      'lazy.orange.elephant',
      'lazy.orange.new.rabbit',
      'lazy.pink.rabbit',
      'quick.orange.rabbit',
    ])
  })

  test('# matches any number of words and * exactly one, also for empty words and the empty key', async () => {
    const keys = ['a', 'b', 'a.b', 'a..b', 'a.x.b', 'a.x.y.b', 'a.b.x', '.']
    await using everything = start(consumer, '#')
    await using middle = start(consumer, 'a.#.b', 'done')
    await using one = start(consumer, 'a.*.b', 'done')
    await using empty = start(consumer, '--', '', 'done')
    for (const each of [everything, middle, one, empty]) await each.says(/waiting/)
    // Published from here, because eight more processes would take long and prove nothing more.
    await using session = await Session.open({ url: broker.url })
    const logs = await session.exchange('topic_logs', 'topic', { durable: false })
    for (const key of keys) await logs.publish(key, `to ${key}`)
    expect((await run(producer, '', 'to', '')).stdout).toBe(': to  sent\n')
    await run(producer, 'done', 'that', 'is', 'all')
    expect(await keysOf(everything)).toEqual(['', ...keys].toSorted())
    expect(await keysOf(middle)).toEqual(['a..b', 'a.b', 'a.x.b', 'a.x.y.b'])
    expect(await keysOf(one)).toEqual(['a..b', 'a.x.b'])
    expect(await keysOf(empty)).toEqual([''])
  })

  test('three consumers: by facility, by severity, by a key without a pattern', async () => {
    await using kernel = start(consumer, 'kern.*')
    await using critical = start(consumer, '*.critical')
    await using exact = start(consumer, 'kern.critical', '--count', '5')
    for (const each of [kernel, critical, exact]) await each.says(/waiting/)
    await run(producer, 'kern.info', 'a note')
    await run(producer, 'cron.critical', 'a missed job')
    const sent = await run(producer, 'kern.critical')
    const series = sent.stdout
      .trimEnd()
      .replaceAll(/ sent$/gm, ' received')
      .split('\n')
    expect(series).toHaveLength(5)
    for (const [index, line] of series.entries())
      expect(line).toMatch(
        new RegExp(
          String.raw`^kern\.critical: ${index} \d{4}-\d\d-\d\d [\d:.]{12} - Topics - Hello World received$`,
        ),
      )
    expect(await kernel.hasLines(6)).toEqual(['kern.info: a note received', ...series])
    expect(await critical.hasLines(6)).toEqual(['cron.critical: a missed job received', ...series])
    const { code, stdout } = await exact.ends()
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${series.join('\n')}\n` })
  })

  test('--json has the key; it is anonymous.info unless given', async () => {
    await using listening = start(consumer, 'anonymous.*', 'grüße.#', '--count', '2', '--json')
    await listening.says(/waiting/)
    const series = await run(producer, '--count', '1', '--json')
    await run(producer, 'grüße.мир', 'Мир 🌍')
    const received = await listening.ends()
    expect(received.code).toBe(0)
    const facts = factsIn(received)
    expect(facts).toEqual([
      {
        event: 'received',
        exchange: 'topic_logs',
        routingKey: 'anonymous.info',
        body: expect.stringMatching(/^0 .* - Topics - Hello World$/) as unknown,
      },
      { event: 'received', exchange: 'topic_logs', routingKey: 'grüße.мир', body: 'Мир 🌍' },
    ])
    expect(facts[0]).toEqual({ ...factsIn(series)[0], event: 'received' })
  })

  test('two # in a binding key are fine; since 4.3.5, RabbitMQ refuses a third, and we say what to do', async (context) => {
    await using two = start(consumer, '#.error.#')
    await two.says(/waiting/)
    if (isOlder(broker.version, '4.3.5'))
      return context.skip(`RabbitMQ ${broker.version} takes any number of #`)
    const { code, stdout, stderr } = await run(consumer, '#.disk.#.error.#')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(
      /^error: the broker refused it: PRECONDITION_FAILED - .*'#\.disk\.#\.error\.#'.*; bind a broader key, such as "#", and let the consumer skip what it does not need\n$/,
    )
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'a consumer shuts down gracefully on %s',
    async (signal) => {
      await using listening = start(consumer, '#')
      await listening.says(/waiting/)
      listening.signal(signal)
      expect(await listening.ends()).toMatchObject({ code: 0, signal: null, stdout: '' })
    },
  )

  test('the exchange is a topic and not durable, and a queue has one binding per pattern', async (context) => {
    const { management, vhost } = broker
    if (management === undefined) return context.skip('the broker has no management API')
    await using listening = start(consumer, 'kern.*', '#')
    await listening.says(/waiting/)
    expect(await management.exchanges(vhost)).toMatchObject([
      {
        name: 'topic_logs',
        type: 'topic',
        durable: false,
        auto_delete: false,
        internal: false,
        arguments: {},
      },
    ])
    const queue = await waitFor('one queue', async () => {
      const [first, second] = await management.queues(vhost)
      return second === undefined && first
    })
    expect(queue).toMatchObject({ type: 'classic', exclusive: true, arguments: {} })
    const bindings = await management.bindings(vhost, 'topic_logs')
    expect(bindings.map((binding) => binding.routing_key).toSorted()).toEqual(['#', 'kern.*'])
    for (const binding of bindings) expect(binding.destination).toBe(queue.name)
    listening.signal('SIGINT')
    await listening.ends()
    await waitFor('no queue', async () => (await management.queues(vhost)).length === 0)
    const remaining = await management.exchanges(vhost)
    expect(remaining.map(({ name }) => name)).toEqual(['topic_logs'])
  })

  test.each([
    [consumer, [], /\nMissing: <patterns\.\.>\n$/],
    [consumer, ['#', '--color'], /Unknown argument: color/],
    [producer, ['a.b', '--count', '0'], /--count must be a whole number, 1 or more; got "0"/],
  ])('%s %s is a usage error', async (program, args, message) => {
    const { code, stdout, stderr } = await run(program, ...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^pnpm topics .*\[options\]/)
    expect(stderr).toMatch(message)
  })
})

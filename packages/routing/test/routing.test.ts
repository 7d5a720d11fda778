import {
  brokerForFile,
  factsIn,
  programsOn,
  runProgram,
  waitFor,
} from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

const producer = 'packages/routing/src/producer.ts'
const consumer = 'packages/routing/src/consumer.ts'

const broker = brokerForFile()
const { start, run } = programsOn(broker)

describe('the routing lesson', () => {
  test('each of three consumers gets the series of its severity', async () => {
    const severities = ['info', 'warning', 'error'] as const
    await using info = start(consumer, 'info')
    await using warning = start(consumer, 'warning')
    await using error = start(consumer, 'error')
    const consumers = { info, warning, error }
    const printed = { info: '', warning: '', error: '' }
    for (const severity of severities)
      await consumers[severity].says(new RegExp(`waiting for "${severity}" from "direct_logs"`))
    for (const severity of severities) {
      const sent = await run(producer, severity)
      expect(sent).toMatchObject({ code: 0, stderr: '' })
      const lines = sent.stdout.trimEnd().split('\n')
      expect(lines).toHaveLength(5)
      for (const [index, line] of lines.entries())
        expect(line).toMatch(
          new RegExp(
            String.raw`^${severity}: ${index} \d{4}-\d\d-\d\d [\d:.]{12} - Routing - Hello World sent$`,
          ),
        )
      printed[severity] = sent.stdout.replaceAll(' sent\n', ' received\n')
    }
    // Whatever else a consumer gets comes before this message.
    for (const severity of severities) {
      await run(producer, severity, 'the', 'last')
      await consumers[severity].says(/the last received\n/)
      expect(consumers[severity].stdout).toBe(
        `${printed[severity]}${severity}: the last received\n`,
      )
    }
  })

  test('a queue can have several severities, a severity several queues, or none at all', async () => {
    await using all = start(consumer, 'info', 'warning', 'error')
    await using errors = start(consumer, 'error')
    await all.says(/waiting for "info", "warning", "error" from/)
    await errors.says(/waiting/)
    await run(producer, 'warning', 'mind', 'the', 'step')
    // No consumer asked for "debug". "errors" only begins with a severity that one asked for.
    for (const severity of ['debug', 'errors'])
      expect(await run(producer, severity, 'nobody', 'asked')).toMatchObject({ code: 1 })
    await run(producer, 'error', 'boom')
    expect(await all.hasLines(2)).toEqual([
      'warning: mind the step received',
      'error: boom received',
    ])
    expect(await errors.hasLines(1)).toEqual(['error: boom received'])
  })

  test('words are one message, exactly as given, and the severity is info unless given', async () => {
    await using infos = start(consumer, '--count', '2', '--json', '--', 'info', '--force')
    await infos.says(/waiting/)
    const series = await run(producer, '--count', '1', '--json')
    const sent = await run(producer, '--', '--force', 'Grüße,', 'Мир 🌍', '--json')
    expect(sent.stdout).toBe('--force: Grüße, Мир 🌍 --json sent\n')
    const received = await infos.ends()
    expect(received.code).toBe(0)
    const facts = factsIn(received)
    expect(facts).toEqual([
      { ...factsIn(series)[0], event: 'received' },
      {
        event: 'received',
        exchange: 'direct_logs',
        routingKey: '--force',
        body: 'Grüße, Мир 🌍 --json',
      },
    ])
    expect(facts[0]).toMatchObject({
      routingKey: 'info',
      body: expect.stringMatching(/^0 .* - Routing - Hello World$/) as unknown,
    })
  })

  test('a typo in a severity is an error of the producer, because no queue takes the message', async () => {
    await using errors = start(consumer, 'error')
    await errors.says(/waiting/)
    const { code, stdout, stderr } = await run(producer, 'eror', 'Disk full')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^error: .*"direct_logs".*"eror".*; start the consumer first/)
    expect(await run(producer, 'error', 'Disk full')).toMatchObject({ code: 0, stderr: '' })
    expect(await errors.hasLines(1)).toEqual(['error: Disk full received'])
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'a consumer shuts down gracefully on %s',
    async (signal) => {
      await using listening = start(consumer, 'info')
      await listening.says(/waiting/)
      listening.signal(signal)
      expect(await listening.ends()).toMatchObject({ code: 0, signal: null, stdout: '' })
    },
  )

  test('the exchange is direct and not durable, and a queue has one binding per severity', async (context) => {
    const { management, vhost } = broker
    if (management === undefined) return context.skip('the broker has no management API')
    await using listening = start(consumer, 'warning', 'error')
    await listening.says(/waiting/)
    expect(await management.exchanges(vhost)).toMatchObject([
      {
        name: 'direct_logs',
        type: 'direct',
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
    const bindings = await management.bindings(vhost, 'direct_logs')
    expect(bindings.map((binding) => binding.routing_key).toSorted()).toEqual(['error', 'warning'])
    for (const binding of bindings) expect(binding.destination).toBe(queue.name)
    listening.signal('SIGINT')
    await listening.ends()
    await waitFor('no queue', async () => (await management.queues(vhost)).length === 0)
    const remaining = await management.exchanges(vhost)
    expect(remaining.map(({ name }) => name)).toEqual(['direct_logs'])
  })

  test('a usage error names the missing argument, whatever the locale', async () => {
    const byTsx = [process.execPath, '--import', 'tsx', consumer]
    const { stderr } = await runProgram(byTsx, [], { LANG: 'de_DE.UTF-8' })
    expect(stderr).toMatch(/\nMissing: <severities\.\.>\n$/)
  })

  test.each([
    [consumer, [], /\nMissing: <severities\.\.>\n$/],
    [consumer, ['--count', '1'], /\nMissing: <severities\.\.>\n$/],
    [consumer, ['info', '--color'], /Unknown argument: color/],
    [producer, ['info', '--count', '0'], /--count must be a whole number, 1 or more; got "0"/],
  ])('%s %s is a usage error', async (program, args, message) => {
    const { code, stdout, stderr } = await run(program, ...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^pnpm routing .*\[options\]/)
    expect(stderr).toMatch(message)
  })
})

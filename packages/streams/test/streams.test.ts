import { Session } from '@messaging-patterns/shared'
import { brokerForEachTest, programsOn, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { log } from '../src/topology.ts'
import { asReceived, consumer, outputOn, producer, withoutOffsets } from './programs.ts'

// Each test has an empty broker, because the tests are about what a stream keeps.
const broker = brokerForEachTest()
const { start, run } = programsOn(broker)
const { linesOf, factsOf } = outputOn(broker)

describe('the consumer', () => {
  test('reads the whole history, and again: reading removes nothing', async () => {
    const sent = await linesOf(producer)
    expect(sent).toHaveLength(5)
    const first = await linesOf(consumer, '--from', 'first', '--count', '5')
    expect(first.map((line) => Number.parseInt(line, 10))).toEqual([0, 1, 2, 3, 4])
    expect(withoutOffsets(first)).toEqual(asReceived(sent))
    expect(await linesOf(consumer, '--from', 'first', '--count', '5')).toEqual(first)
  })

  test('starts at an offset, and after the end waits for it', async () => {
    await linesOf(producer, '--count', '3')
    expect(await factsOf(consumer, '--from', '1', '--count', '2')).toMatchObject([
      { event: 'received', stream: 'streams', offset: 1 },
      { offset: 2 },
    ])
    await using waiting = start(consumer, '--from', '4', '--count', '1')
    await waiting.says(/reading/)
    await linesOf(producer, '--count', '2')
    const { stdout } = await waiting.ends()
    expect(stdout).toMatch(/^4: 1 .* received\n$/)
  })

  test('starts with the last message that was written', async () => {
    await linesOf(producer, '--count', '3')
    expect(await linesOf(consumer, '--from', 'last', '--count', '1')).toEqual([
      expect.stringMatching(/^2: 2 .* received$/),
    ])
  })

  test('gets only new messages by default, and so misses what came while it was away', async () => {
    await linesOf(producer, 'before')
    await using first = start(consumer, '--count', '1')
    await first.says(/reading/)
    await linesOf(producer, 'while reading')
    expect(await first.ends()).toMatchObject({ stdout: '1: while reading received\n' })
    await linesOf(producer, 'while away')
    await using second = start(consumer, '--count', '1')
    await second.says(/reading/)
    await linesOf(producer, 'back again')
    expect(await second.ends()).toMatchObject({ stdout: '3: back again received\n' })
  })

  test('starts from a time, or from an age', async () => {
    await linesOf(producer, 'old')
    // The broker compares whole seconds.
    const time = new Date(Math.ceil(Date.now() / 1000 + 1) * 1000)
    await waitFor('the time', () => Date.now() > time.getTime())
    await linesOf(producer, 'new')
    const since = ['--count', '1', '--from']
    expect(await linesOf(consumer, ...since, time.toISOString())).toEqual(['1: new received'])
    expect(await linesOf(consumer, ...since, '1h')).toEqual(['0: old received'])
  })

  test('stops at the prefetch if it never acknowledges', async () => {
    await linesOf(producer, '--count', '10')
    await using stuck = start(consumer, '--from', 'first', '--prefetch', '3', '--forget-ack')
    await stuck.hasLines(3)
    // Another consumer has read everything meanwhile, and this one still has three.
    await linesOf(consumer, '--from', 'first', '--count', '10')
    expect(stuck.lines).toHaveLength(3)
    stuck.signal('SIGINT')
    expect(await stuck.ends()).toMatchObject({ code: 0 })
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('shuts down gracefully on %s', async (signal) => {
    await using program = start(consumer, '--from', 'first')
    await program.says(/reading/)
    program.signal(signal)
    expect(await program.ends()).toMatchObject({ code: 0, signal: null, stdout: '' })
  })

  test.each([
    [consumer, ['--from', 'yesterday'], /"yesterday" is not a position: write first, last, next/],
    [consumer, ['--prefetch', '0'], /--prefetch must be a whole number, 1 or more; got "0"/],
    [producer, ['--count', '0'], /--count must be a whole number, 1 or more; got "0"/],
  ])('%s %s is a usage error', async (program, args, message) => {
    const { code, stdout, stderr } = await run(program, ...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^pnpm streams .*\[options\]/)
    expect(stderr).toMatch(message)
  })
})

test('the stream is durable, and keeps its messages for a week', async (context) => {
  const { management, vhost } = broker
  if (management === undefined) return context.skip('the broker has no management API')
  await linesOf(producer, '--count', '1')
  expect(await management.queues(vhost)).toMatchObject([
    {
      name: log.name,
      type: 'stream',
      durable: true,
      auto_delete: false,
      arguments: { 'x-queue-type': 'stream', 'x-max-age': '7D' },
    },
  ])
})

test('a program that expects a queue of this name is refused', async () => {
  await using session = await Session.open({ url: broker.url })
  await session.stream(log.name, log.options)
  await expect(session.queue(log.name)).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' })
})

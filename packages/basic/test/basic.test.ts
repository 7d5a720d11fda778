import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { brokerForFile, deadline, programsOn, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

const producer = 'packages/basic/src/producer.ts'
const consumer = 'packages/basic/src/consumer.ts'
const numbered =
  /^(\d+) \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} - Basic - Hello World (sent|received)$/

const broker = brokerForFile()
const { start, run } = programsOn(broker)

describe('the basic lesson', () => {
  test('the series passes through the queue in order', async () => {
    const sent = await run(producer)
    expect(sent).toMatchObject({ code: 0, stderr: '' })
    const received = await run(consumer, '--count', '5')
    expect(received.code).toBe(0)
    const lines = sent.stdout.trimEnd().split('\n')
    expect(lines.map((line) => numbered.exec(line)?.[1])).toEqual(['0', '1', '2', '3', '4'])
    expect(received.stdout).toBe(sent.stdout.replaceAll(' sent\n', ' received\n'))
  })

  test('words are one message, exactly as given', async () => {
    const words = ['Grüße,', 'Мир 🌍', '--count', '007']
    await run(producer, '--', ...words)
    const { stdout } = await run(consumer, '--count', '1', '--json')
    expect(JSON.parse(stdout)).toEqual({
      event: 'received',
      queue: 'hello',
      body: 'Grüße, Мир 🌍 --count 007',
    })
  })

  test('a consumer that starts first prints messages as they arrive, and ends on Ctrl-C', async () => {
    await using waiting = start(consumer)
    await waiting.says(/waiting for messages in "hello"/)
    await run(producer, 'first')
    await waiting.hasLines(1)
    await run(producer, 'second')
    expect(await waiting.hasLines(2)).toEqual(['first received', 'second received'])
    const asked = performance.now()
    waiting.signal('SIGINT')
    expect(await waiting.ends()).toMatchObject({ code: 0 })
    // Sooner than a connection that does not close would be cut.
    expect(performance.now() - asked).toBeLessThan(5000)
  })

  test('three consumers share the messages', async () => {
    await using one = start(consumer)
    await using two = start(consumer)
    await using three = start(consumer)
    const consumers = [one, two, three]
    for (const each of consumers) await each.says(/waiting/)
    await run(producer, '--count', '30')
    const lines = await waitFor('30 lines', () => {
      const all = consumers.flatMap((each) => each.lines)
      return all.length === 30 && all
    })
    const numbers = lines.map((line) => Number(numbered.exec(line)?.[1]))
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i))
    for (const each of consumers) expect(each.lines.length).toBeGreaterThan(0)
  })

  test('the programs leave nothing behind but the durable quorum queue', async (context) => {
    const { management, vhost } = broker
    if (management === undefined) return context.skip('the broker has no management API')
    await run(producer, '--count', '2')
    await run(consumer, '--count', '2')
    const queues = await management.queues(vhost)
    expect(queues).toMatchObject([
      { name: 'hello', type: 'quorum', durable: true, auto_delete: false },
    ])
    expect(queues[0]?.arguments).toEqual({ 'x-queue-type': 'quorum' })
    await waitFor('no message in the queue', async () => (await management.messages(vhost)) === 0)
  })

  test.each([
    [consumer, ['word'], /Unknown argument: word/],
    [producer, ['--color'], /Unknown argument: color/],
    [producer, ['--count', '0'], /--count must be a whole number, 1 or more; got "0"/],
    [producer, ['--count', 'ten'], /--count must be a whole number, 1 or more; got "ten"/],
    [producer, ['--count', ''], /--count must be a whole number, 1 or more; got ""/],
    [producer, ['--count=1e99'], /--count must be at most 2147483647; got "1e99"/],
    [producer, ['--count', '1', '--count', '2'], /--count takes one number; got "1" and "2"/],
    [producer, ['--count'], /Not enough arguments following: count/],
  ])('%s %s is a usage error', async (program, args, message) => {
    const { code, stdout, stderr } = await run(program, ...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^pnpm basic .*\[options\]/)
    expect(stderr).toMatch(message)
  })

  test('--help explains the program on stdout', async () => {
    const { code, stdout, stderr } = await run(producer, '--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('pnpm basic producer Hello World!')
  })

  test('the program exits with code 0 when the reader of its output exits', async () => {
    // Messages keep arriving, so the consumer still prints after the reader has exited.
    await using endless = start(producer, '--count', '1000000')
    await endless.hasLines(1)
    const pipe = `node --import tsx ${consumer} --quiet | head -n 3; echo "\${PIPESTATUS[0]}"`
    const env = { ...process.env, AMQP_URL: broker.url }
    const shell = await promisify(execFile)('bash', ['-c', pipe], { env, timeout: deadline })
    expect(shell.stdout.split('\n').slice(3)).toEqual(['0', ''])
  })
})

import { brokerForFile, Program, waitFor } from '@messaging-patterns/testkit'
import type { ConfirmChannel } from 'amqplib'
import { describe, expect, test } from 'vitest'

import { Admin } from '../src/broker/admin.ts'
import { tourOn } from './tour-on.ts'

const broker = brokerForFile()
const { tour, leftovers, onChannel } = tourOn(broker)

describe('a tour on a broker that has queues already', () => {
  test('consumes no messages of another client', async () => {
    await onChannel(async (channel) => {
      await channel.assertQueue('hello', { arguments: { 'x-queue-type': 'quorum' } })
      for (const text of ['mine', 'mine too']) channel.sendToQueue('hello', Buffer.from(text))
      await channel.waitForConfirms()
    })
    const { code, stdout } = await tour('basic')
    expect(code).toBe(1)
    expect(stdout).toMatch(/✘ the queue "hello" holds 2 messages, .* pnpm reset basic$/m)
    await onChannel(async (channel) => {
      expect(await channel.deleteQueue('hello')).toEqual({ messageCount: 2 })
    })
  })

  test('keeps a queue that existed before, and names one that has a consumer', async () => {
    await using consumer = new Program('packages/basic/src/consumer.ts', [], {
      AMQP_URL: broker.url,
    })
    await consumer.says(/waiting/)
    const busy = await tour('basic')
    expect(busy.code).toBe(1)
    expect(busy.stdout).toMatch(/✘ the queue "hello" has 1 consumer that would receive/)
    consumer.signal('SIGINT')
    await consumer.ends()
    expect((await tour('basic')).code).toBe(0)
    expect(await leftovers()).toEqual(['hello'])
    await onChannel((channel) => channel.deleteQueue('hello'))
  })

  test('deletes a stream that was empty, and leaves one that holds messages', async () => {
    const declare = (channel: ConfirmChannel) =>
      channel.assertQueue('streams', {
        arguments: { 'x-queue-type': 'stream', 'x-max-age': '7D' },
      })
    await onChannel(declare)
    expect((await tour('streams')).code).toBe(0)
    expect(await leftovers()).toEqual([])
    await onChannel(async (channel) => {
      await declare(channel)
      channel.sendToQueue('streams', Buffer.from('mine'))
      await channel.waitForConfirms()
    })
    // RabbitMQ counts the messages of a stream every five seconds.
    await using admin = await Admin.connect(broker.url)
    await waitFor('the count', async () => {
      const state = await admin.queue('streams')
      return typeof state === 'object' && state.messages === 1
    })
    const { code, stdout } = await tour('streams')
    expect(code).toBe(1)
    expect(stdout).toMatch(/✘ the stream "streams" holds 1 message, .* pnpm reset streams$/m)
    await admin.deleteQueue('streams')
  })

  test('a queue with other arguments fails the lesson, with the command that fixes it', async () => {
    await onChannel((channel) => channel.assertQueue('hello'))
    const { code, stdout } = await tour('basic')
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /✘ .*exited with code 1.*: error: queue "hello" already exists with different arguments.*pnpm reset/,
    )
    await onChannel((channel) => channel.deleteQueue('hello'))
  })
})

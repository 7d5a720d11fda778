import { EventEmitter } from 'node:events'

import type { ChannelModel } from 'amqplib'
import { expect, test } from 'vitest'

import { ChannelConsumer } from '../../src/consuming/channel-consumer.ts'

test('a channel that is closed together with the answer to consume is an error of consume', async () => {
  const channel = Object.assign(new EventEmitter(), {
    prefetch: () => Promise.resolve(),
    consume: () =>
      new Promise((resolve) => {
        setImmediate(() => {
          resolve({ consumerTag: 'tag' })
          channel.emit('error', new Error('closed by the broker'))
        })
      }),
  })
  const model = { createChannel: () => Promise.resolve(channel) } as unknown as ChannelModel
  const closed: Error[] = []
  const consumer = await ChannelConsumer.open(model, 1, {
    received: () => {},
    cancelled: () => {},
    closed: (error) => closed.push(error),
  })
  await expect(consumer.consume('queue', {})).rejects.toThrow('closed by the broker')
  expect(closed).toEqual([])
})

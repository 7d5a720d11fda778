import { expect } from 'vitest'

import { quorum, since, test, unique } from './support/contract.ts'
import { consume, drain, fill, hold, publish, untilReady } from './support/messages.ts'
import type { ConfirmChannel } from 'amqplib'

type Mixed = readonly (readonly [body: string, priority?: number])[]

async function fillMixed(channel: ConfirmChannel, queue: string, messages: Mixed): Promise<void> {
  for (const [body, priority] of messages)
    await publish(channel, { key: queue }, { body, ...(priority !== undefined && { priority }) })
}

test('delivers the highest priority first, and each level in order', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, maxPriority: 5 })
  await fillMixed(channel, queue, [['none'], ['1', 1], ['9', 9], ['5', 5], ['5b', 5], ['0', 0]])
  expect(await drain(channel, queue)).toEqual(['9', '5', '5b', '1', 'none', '0'])
})

test('ignores priorities on a classic queue without levels', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fillMixed(channel, queue, [
    ['low', 0],
    ['high', 9],
  ])
  expect(await drain(channel, queue)).toEqual(['low', 'high'])
})

test('keeps the priority property above the highest level', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, maxPriority: 2 })
  await fillMixed(channel, queue, [['x', 200]])
  expect((await hold(channel, queue)).properties.priority).toBe(200)
})

test('requeues a message to its priority level', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, maxPriority: 5 })
  await fillMixed(channel, queue, [
    ['a', 1],
    ['b', 3],
    ['c', 3],
  ])
  const held = await hold(channel, queue)
  channel.nack(held)
  await untilReady(channel, queue, 3)
  expect(await drain(channel, queue)).toEqual(['b', 'c', 'a'])
})

test('delivers waiting messages by priority to a new consumer', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, maxPriority: 3 })
  await fillMixed(channel, queue, [['low', 1], ['high', 3], ['none']])
  const inbox = await consume(channel, queue)
  await inbox.has(3)
  expect(inbox.bodies()).toEqual(['high', 'low', 'none'])
})

test('drops the next message to deliver from a full priority queue', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, maxPriority: 3, maxLength: 2 })
  await fillMixed(channel, queue, [
    ['low', 1],
    ['high', 3],
    ['middle', 2],
  ])
  expect(await drain(channel, queue)).toEqual(['middle', 'low'])
})

since('4.3')(
  'delivers by strict priority from a quorum queue, without declaring levels',
  async ({ channel }) => {
    const queue = unique('quorum')
    await channel.assertQueue(queue, quorum())
    const messages: Mixed = [
      ['none'],
      ['1', 1],
      ['31', 31],
      ['200', 200],
      ['4', 4],
      ['0', 0],
      ['4b', 4],
      ['5', 5],
    ]
    await fillMixed(channel, queue, messages)
    expect(await drain(channel, queue)).toEqual(['31', '200', '5', 'none', '4', '4b', '1', '0'])
  },
)

test('keeps the order of messages without a priority on a quorum queue', async ({ channel }) => {
  const queue = unique('quorum')
  await channel.assertQueue(queue, quorum())
  await fill(channel, queue, 'abcdef')
  expect(await drain(channel, queue)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
})

import { expect } from 'vitest'

import { since, test } from './support/contract.ts'
import { connectionClose, method } from './support/expected.ts'
import { consume, fill, ready } from './support/messages.ts'

test('delivers no more than the prefetch until there is an ack', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, 'abcd')
  await channel.prefetch(2)
  const inbox = await consume(channel, queue)
  const [first] = await inbox.has(2)
  expect(await ready(channel, queue)).toBe(2)
  if (first !== undefined) channel.ack(first)
  await inbox.has(3)
  expect(await ready(channel, queue)).toBe(1)
  expect(inbox.bodies()).toEqual(['a', 'b', 'c'])
})

test('applies the prefetch per consumer', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, 'abcd')
  await channel.prefetch(1)
  const inboxes = [await consume(channel, queue), await consume(channel, queue)]
  for (const inbox of inboxes) await inbox.has(1)
  expect(await ready(channel, queue)).toBe(2)
})

test('applies a new prefetch to later consumers', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.prefetch(1)
  const before = await consume(channel, queue)
  await channel.prefetch(3)
  const after = await consume(channel, queue)
  await fill(channel, queue, 'abcdef')
  await after.has(3)
  expect(before.bodies()).toHaveLength(1)
  expect(await ready(channel, queue)).toBe(2)
})

test('delivers without limit with prefetch 0', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.prefetch(1)
  await channel.prefetch(0)
  const inbox = await consume(channel, queue)
  await fill(channel, queue, 'abcdef')
  expect(await inbox.has(6)).toHaveLength(6)
})

test('does not limit an auto-ack consumer', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.prefetch(1)
  const inbox = await consume(channel, queue, { noAck: true })
  await fill(channel, queue, 'abcdef')
  expect(await inbox.has(6)).toHaveLength(6)
})

test('keeps the prefetch full after a nack', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, 'abc')
  await channel.prefetch(1)
  const inbox = await consume(channel, queue)
  const [first] = await inbox.has(1)
  if (first !== undefined) channel.nack(first, false, false)
  await inbox.has(2)
  expect(inbox.bodies()).toEqual(['a', 'b'])
})

since('4.3')('applies a global prefetch to each consumer', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, 'abcd')
  await channel.prefetch(1, true)
  const inboxes = [await consume(channel, queue), await consume(channel, queue)]
  for (const inbox of inboxes) await inbox.has(1)
  expect(await ready(channel, queue)).toBe(2)
})

test('refuses a prefetch size with 540', async ({ peer }) => {
  expect(await peer.call(1, 'BasicQos', { prefetchSize: 10 })).toEqual(
    connectionClose(540, 'NOT_IMPLEMENTED - prefetch_size!=0 (10)', 'BasicQos'),
  )
})

test('accepts channel.flow with active', async ({ peer }) => {
  expect(await peer.call(1, 'ChannelFlow', { active: true })).toEqual(
    method('ChannelFlowOk', { active: true }),
  )
})

test('refuses channel.flow without active with 540', async ({ peer }) => {
  expect(await peer.call(1, 'ChannelFlow', { active: false })).toEqual(
    connectionClose(540, 'NOT_IMPLEMENTED - active=false', 'ChannelFlow'),
  )
})

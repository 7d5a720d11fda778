import { expect } from 'vitest'

import {
  encodeFrame,
  encodeHeader,
  encodeMethod,
  fieldsOf,
  type Fields,
  type Frame,
} from './support/codec.ts'
import { since, test, unique } from './support/contract.ts'
import { body, channelClose, connectionClose, header, method } from './support/expected.ts'
import { drain, fill, publish, take } from './support/messages.ts'

const returned = { replyCode: 312, replyText: 'NO_ROUTE', exchange: '', routingKey: 'nobody' }

test('returns an unroutable mandatory message, and then confirms it', async ({ peer }) => {
  await peer.ok(1, 'ConfirmSelect')
  const properties = { messageId: 'm1', headers: { a: 1 } }
  peer.publish(1, { routingKey: 'nobody', body: 'hello', properties, mandatory: true })
  expect(await peer.take(4)).toEqual([
    method('BasicReturn', returned),
    header(5, properties),
    body('hello'),
    method('BasicAck', { deliveryTag: 1, multiple: false }),
  ])
})

test('returns an empty message without a body frame', async ({ peer }) => {
  await peer.ok(1, 'ConfirmSelect')
  peer.publish(1, { routingKey: 'nobody', mandatory: true })
  expect(await peer.take(3)).toEqual([
    method('BasicReturn', returned),
    header(0),
    method('BasicAck', { deliveryTag: 1, multiple: false }),
  ])
})

test('does not return a mandatory message that is routed', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'ConfirmSelect')
  peer.publish(1, { routingKey: String(queue), body: 'x', mandatory: true })
  expect(await peer.next()).toEqual(method('BasicAck', { deliveryTag: 1, multiple: false }))
})

test('drops and confirms an unroutable message', async ({ peer }) => {
  await peer.ok(1, 'ConfirmSelect')
  peer.publish(1, { routingKey: 'nobody', body: 'x' })
  expect(await peer.next()).toEqual(method('BasicAck', { deliveryTag: 1, multiple: false }))
})

test('confirms every message once, individually or in batches', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'ConfirmSelect')
  for (let count = 0; count < 100; count++)
    peer.publish(1, { routingKey: String(queue), body: `${count}` })
  const confirmed: number[] = []
  while (confirmed.length < 100) {
    const ack = await peer.next()
    expect(ack).toMatchObject(method('BasicAck'))
    const { multiple } = fieldsOf(ack)
    const deliveryTag = Number(fieldsOf(ack)['deliveryTag'])
    const from = multiple === true ? firstMissing(confirmed) : deliveryTag
    for (let tag = from; tag <= deliveryTag; tag++)
      if (!confirmed.includes(tag)) confirmed.push(tag)
  }
  confirmed.sort((one, two) => one - two)
  expect(confirmed).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
  // The next frame answers the next call, so nothing was confirmed twice.
  expect(await peer.call(1, 'BasicQos', {})).toEqual(method('BasicQosOk'))
})

function firstMissing(tags: readonly number[]): number {
  let tag = 1
  while (tags.includes(tag)) tag++
  return tag
}

since('4.3')('does not confirm a message that a stream cannot store', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  const stream = unique('stream')
  const streamArguments = { 'x-queue-type': 'stream' }
  await peer.ok(1, 'QueueDeclare', { queue: stream, durable: true, arguments: streamArguments })
  await peer.ok(1, 'ConfirmSelect')
  const headers = { 'x-stream-filter-value': 1 }
  // In one write, so that the broker confirms nothing in between.
  peer.write(Buffer.concat([encoded(String(queue)), encoded(stream, { headers })]))
  const frames = [await peer.next()]
  while (isAck(frames.at(-1))) frames.push(await peer.next())
  expect(frames.pop()).toEqual(connectionClose(541, 'INTERNAL_ERROR'))
  expect(frames.map((frame) => fieldsOf(frame)['deliveryTag'])).not.toContain(2)
})

function encoded(routingKey: string, properties: Fields = {}): Buffer {
  return Buffer.concat([
    encodeMethod(1, 'BasicPublish', { exchange: '', routingKey }),
    encodeHeader(1, 1, properties),
    encodeFrame({ type: 3 }, 1, Buffer.from('x')),
  ])
}

function isAck(frame: Frame | undefined): boolean {
  return frame?.kind === 'method' && frame.name === 'BasicAck'
}

test('numbers confirms from 1 on each channel', async ({ peer }) => {
  await peer.ok(2, 'ChannelOpen')
  for (const channel of [1, 2]) {
    await peer.ok(channel, 'ConfirmSelect')
    peer.publish(channel, { routingKey: 'nobody' })
    expect(await peer.next()).toEqual(
      method('BasicAck', { deliveryTag: 1, multiple: false }, channel),
    )
  }
})

test('numbers messages from confirm.select on', async ({ peer }) => {
  peer.publish(1, { routingKey: 'nobody' })
  await peer.ok(1, 'ConfirmSelect')
  peer.publish(1, { routingKey: 'nobody' })
  expect(await peer.next()).toMatchObject(method('BasicAck', { deliveryTag: 1 }))
})

test('accepts confirm.select twice', async ({ peer }) => {
  await peer.ok(1, 'ConfirmSelect')
  peer.publish(1, { routingKey: 'nobody' })
  expect(await peer.next()).toMatchObject(method('BasicAck', { deliveryTag: 1 }))
  await peer.ok(1, 'ConfirmSelect')
  peer.publish(1, { routingKey: 'nobody' })
  expect(await peer.next()).toMatchObject(method('BasicAck', { deliveryTag: 2 }))
})

test('does not answer confirm.select with no-wait', async ({ peer }) => {
  peer.send(1, 'ConfirmSelect', { nowait: true })
  peer.publish(1, { routingKey: 'nobody' })
  expect(await peer.next()).toMatchObject(method('BasicAck', { deliveryTag: 1 }))
})

test('confirms a message for a quorum queue', async ({ channel }) => {
  const queue = unique('quorum')
  await channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum' } })
  await publish(channel, { key: queue }, { body: 'safe' })
  expect(await drain(channel, queue)).toEqual(['safe'])
})

test('closes the connection with 540 for an immediate message', async ({ peer }) => {
  peer.publish(1, { routingKey: 'nobody', body: 'x', immediate: true })
  expect(await peer.next()).toEqual(
    connectionClose(540, 'NOT_IMPLEMENTED - immediate=true', 'BasicPublish'),
  )
})

test('refuses a user-id of another user with 406', async ({ peer }) => {
  peer.publish(1, { body: 'x', properties: { userId: 'bob' } })
  expect(await peer.next()).toEqual(
    channelClose(
      406,
      "PRECONDITION_FAILED - user_id property set to 'bob' but authenticated user was 'guest'",
      { by: 'BasicPublish' },
    ),
  )
})

test("accepts the user-id of the connection's user", async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await publish(channel, { key: queue }, { userId: 'guest' })
  expect((await take(channel, queue)).properties.userId).toBe('guest')
})

test.for([
  ['abc', 'no_integer'],
  ['-1', '{value_negative,-1}'],
  ['1.5', '{leftover_string,".5"}'],
  ['', 'no_integer'],
] as const)('refuses the expiration "%s" with 406', async ([expiration, why], { peer }) => {
  peer.publish(1, { body: 'x', properties: { expiration } })
  expect(await peer.next()).toEqual(
    channelClose(406, `PRECONDITION_FAILED - invalid expiration '${expiration}': ${why}`, {
      by: 'BasicPublish',
    }),
  )
})

test('accepts an empty body', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await publish(channel, { key: queue }, { contentType: 'none' })
  const message = await take(channel, queue)
  expect(message.content).toHaveLength(0)
  expect(message.properties.contentType).toBe('none')
})

test('accepts a body of many frames with every octet', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const content = Buffer.alloc(
    1_000_003,
    Buffer.from(Array.from({ length: 256 }, (_, octet) => octet)),
  )
  await publish(channel, { key: queue }, { body: content })
  expect((await take(channel, queue)).content.equals(content)).toBe(true)
})

test('accepts a body that is split into frames of one octet', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'ConfirmSelect')
  peer.send(1, 'BasicPublish', { exchange: '', routingKey: queue })
  peer.sendHeader(1, 5)
  for (const octet of 'hello') peer.sendBody(1, Buffer.from(octet))
  expect(await peer.next()).toMatchObject(method('BasicAck'))
  expect(await peer.call(1, 'BasicGet', { queue })).toMatchObject(method('BasicGetOk'))
  expect(await peer.take(2)).toEqual([header(5), body('hello')])
})

since('4.0')('accepts 16 MiB, and refuses one more octet with 406', async ({ client, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const limit = 16 * 1024 * 1024
  await publish(channel, { key: queue }, { body: Buffer.alloc(limit) })
  expect((await take(channel, queue)).content).toHaveLength(limit)
  const other = await client.openChannel()
  const refusal = new Promise<Error>((resolve) => other.once('error', resolve))
  other.sendToQueue(queue, Buffer.alloc(limit + 1))
  expect(await refusal).toMatchObject({
    code: 406,
    classId: 60,
    methodId: 40,
    message: expect.stringContaining(
      'PRECONDITION_FAILED - message size 16777217 is larger than configured max size 16777216',
    ),
  })
})

test('keeps the order of messages from one channel', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const bodies = Array.from({ length: 500 }, (_, index) => `${index}`)
  await fill(channel, queue, bodies)
  expect(await drain(channel, queue)).toEqual(bodies)
})

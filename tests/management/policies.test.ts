import type { ConfirmChannel } from 'amqplib'
import { expect } from 'vitest'

import { unique } from '../contract/support/contract.ts'
import { fill, hold, publish, take, textOf } from '../contract/support/messages.ts'
import { fillChunks, offsetOf, readFrom, streamOf } from '../contract/support/streams.ts'
import type { Api } from './support/api.ts'
import { test } from './support/management.ts'

interface Policy {
  readonly queue: string
  readonly definition: object
  readonly kind?: 'policies' | 'operator-policies'
  readonly more?: object
}

/** Sets a policy for one queue or exchange. Returns what deletes it. */
async function setPolicy(
  api: Api,
  vhost: string,
  { queue, definition, kind = 'policies', more }: Policy,
): Promise<() => Promise<void>> {
  const path = `${kind}/${vhost}/${unique('policy')}`
  const { status } = await api.put(path, { pattern: `^${queue}$`, definition, ...more })
  expect(status).toBe(201)
  return async () => {
    expect((await api.delete(path)).status).toBe(204)
  }
}

test('has operator policies as parameters too', async ({ api, vhost }) => {
  const name = unique('policy')
  const path = `parameters/operator_policy/${vhost}/${name}`
  const policy = { pattern: '^x', definition: { 'max-length': 1 }, priority: 2, 'apply-to': 'all' }
  expect(await api.put(path, { value: policy })).toMatchObject({ status: 201 })
  const component = 'operator_policy'
  expect((await api.get(path)).body).toEqual({ component, name, vhost, value: policy })
  expect((await api.get(`operator-policies/${vhost}/${name}`)).body).toMatchObject(policy)
  expect(await api.delete(path)).toMatchObject({ status: 204 })
  expect(await api.get(path)).toMatchObject({ status: 404 })
})

test('shows, lists and deletes a policy', async ({ api, vhost }) => {
  const name = unique('policy')
  const path = `policies/${vhost}/${name}`
  const body = { pattern: '^q', definition: { 'max-length': 1 } }
  expect(await api.put(path, body)).toMatchObject({ status: 201, body: undefined })
  expect(await api.put(path, body)).toMatchObject({ status: 204, body: undefined })
  const expected = { vhost, name, ...body, 'apply-to': 'all', priority: 0 }
  expect((await api.get(path)).body).toEqual(expected)
  expect((await api.get(`policies/${vhost}`)).body).toContainEqual(expected)
  expect((await api.get('policies')).body).toContainEqual(expected)
  expect(await api.delete(path)).toMatchObject({ status: 204, body: undefined })
  expect((await api.get(path)).status).toBe(404)
})

test('shortens a queue at once', async ({ api, vhost, channel }) => {
  const queue = unique('q')
  await channel.assertQueue(queue)
  await fill(channel, queue, ['a', 'b', 'c'])
  await setPolicy(api, vhost, { queue, definition: { 'max-length': 1 } })
  await expect.poll(async () => (await channel.checkQueue(queue)).messageCount).toBe(1)
  expect(textOf(await take(channel, queue))).toBe('c')
})

test('applies the smaller one of a limit and an argument, until it is deleted', async ({
  api,
  vhost,
  channel,
}) => {
  const queue = unique('q')
  await channel.assertQueue(queue, { maxLength: 2 })
  const deletePolicy = await setPolicy(api, vhost, { queue, definition: { 'max-length': 5 } })
  await fill(channel, queue, ['a', 'b', 'c'])
  expect(await channel.checkQueue(queue)).toMatchObject({ messageCount: 2 })
  const operator = { queue, definition: { 'max-length': 1 }, kind: 'operator-policies' } as const
  const deleteOperator = await setPolicy(api, vhost, operator)
  await expect.poll(async () => (await channel.checkQueue(queue)).messageCount).toBe(1)
  await deleteOperator()
  await deletePolicy()
  await expect
    .poll(async () => {
      await fill(channel, queue, ['d', 'e'])
      return (await channel.checkQueue(queue)).messageCount
    })
    .toBe(2)
})

test('gives new messages a time to live, and not the waiting ones', async ({
  api,
  vhost,
  channel,
}) => {
  const queue = unique('q')
  await channel.assertQueue(queue)
  await fill(channel, queue, ['old'])
  await setPolicy(api, vhost, { queue, definition: { 'message-ttl': 0 } })
  await expect
    .poll(async () => {
      await fill(channel, queue, ['new'])
      await channel.get(queue, { noAck: true })
      return (await channel.checkQueue(queue)).messageCount
    })
    .toBe(0)
})

test('sets a dead letter exchange, unless an argument does', async ({ api, vhost, channel }) => {
  const [queue, own, dead, other] = [unique('q'), unique('own'), unique('dead'), unique('other')]
  for (const name of [dead, other]) await channel.assertQueue(name)
  await channel.assertQueue(queue)
  await channel.assertQueue(own, { deadLetterExchange: '', deadLetterRoutingKey: other })
  const definition = { 'dead-letter-exchange': '', 'dead-letter-routing-key': dead }
  await setPolicy(api, vhost, { queue: `(${queue}|${own})`, definition })
  await expect
    .poll(async () => {
      await fill(channel, queue, ['a'])
      channel.nack(await hold(channel, queue), false, false)
      return (await channel.checkQueue(dead)).messageCount > 0
    })
    .toBe(true)
  await fill(channel, own, ['b'])
  channel.nack(await hold(channel, own), false, false)
  expect(textOf(await take(channel, other))).toBe('b')
})

test('deletes a queue that is not used', async ({ api, vhost, channel }) => {
  const queue = unique('q')
  await channel.assertQueue(queue)
  await setPolicy(api, vhost, { queue, definition: { expires: 50 } })
  await expect.poll(async () => (await api.get(`queues/${vhost}/${queue}`)).status).toBe(404)
})

async function outcome(channel: ConfirmChannel, queue: string): Promise<'ack' | 'nack'> {
  try {
    await publish(channel, { key: queue }, { body: 'a' })
    return 'ack'
  } catch {
    return 'nack'
  }
}

test('rejects new messages with overflow', async ({ api, vhost, channel }) => {
  const queue = unique('q')
  await channel.assertQueue(queue)
  const definition = { 'max-length': 1, overflow: 'reject-publish' }
  await setPolicy(api, vhost, { queue, definition })
  await expect.poll(() => outcome(channel, queue)).toBe('nack')
})

test('lets a full quorum queue take messages again once it is deleted', async ({
  api,
  vhost,
  channel,
}) => {
  const queue = unique('q')
  await channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum' } })
  const definition = { 'max-length': 1, overflow: 'reject-publish' }
  const deletePolicy = await setPolicy(api, vhost, { queue, definition })
  await expect.poll(() => outcome(channel, queue)).toBe('nack')
  await deletePolicy()
  await expect.poll(() => outcome(channel, queue)).toBe('ack')
})

test('gives an exchange an alternate exchange', async ({ api, vhost, channel }) => {
  const [exchange, queue] = [unique('e'), unique('q')]
  await channel.assertExchange(exchange, 'direct')
  await channel.assertQueue(queue)
  await channel.bindQueue(queue, 'amq.fanout', '')
  await setPolicy(api, vhost, {
    queue: exchange,
    definition: { 'alternate-exchange': 'amq.fanout' },
    more: { 'apply-to': 'exchanges' },
  })
  await expect
    .poll(async () => {
      await publish(channel, { exchange, key: 'nowhere' })
      return (await channel.checkQueue(queue)).messageCount > 0
    })
    .toBe(true)
})

test('applies the policy with the highest priority, to the types of queue that it is for', async ({
  api,
  vhost,
  channel,
}) => {
  const [classic, quorum] = [unique('q'), unique('q')]
  const both = `(${classic}|${quorum})`
  const rule = (maxLength: number, priority: number, applyTo: string) =>
    setPolicy(api, vhost, {
      queue: both,
      definition: { 'max-length': maxLength },
      more: { priority, 'apply-to': applyTo },
    })
  await rule(4, 1, 'queues')
  await rule(3, 2, 'classic_queues')
  await rule(2, 3, 'exchanges')
  await channel.assertQueue(classic)
  await channel.assertQueue(quorum, { arguments: { 'x-queue-type': 'quorum' } })
  const columns = 'columns=effective_policy_definition'
  const shown = async (name: string) => (await api.get(`queues/${vhost}/${name}?${columns}`)).body
  await expect
    .poll(() => shown(classic), { timeout: 25_000 })
    .toEqual({
      effective_policy_definition: { 'max-length': 3 },
    })
  await expect
    .poll(() => shown(quorum), { timeout: 25_000 })
    .toEqual({
      effective_policy_definition: { 'max-length': 4 },
    })
})

test('applies to streams what they support', async ({ api, vhost, channel }) => {
  const names = { classic: unique('q'), quorum: unique('q'), stream: unique('q') }
  for (const [type, queue] of Object.entries(names))
    await channel.assertQueue(queue, { arguments: { 'x-queue-type': type } })
  const all = `(${Object.values(names).join('|')})`
  const rule = (definition: object, priority: number, applyTo: string) =>
    setPolicy(api, vhost, { queue: all, definition, more: { priority, 'apply-to': applyTo } })
  await rule({ 'max-length-bytes': 1_000_000 }, 1, 'queues')
  // Nothing of a policy applies if one of its settings is for another type.
  await rule({ 'max-length-bytes': 2_000_000, expires: 1_000_000 }, 2, 'all')
  await rule({ 'max-length-bytes': 3_000_000, 'delivery-limit': 3 }, 3, 'all')
  const definitionOf = async (type: keyof typeof names) =>
    (await api.get(`queues/${vhost}/${names[type]}?columns=effective_policy_definition`)).body
  const shows = (type: keyof typeof names, definition: object) =>
    expect
      .poll(() => definitionOf(type), { timeout: 25_000 })
      .toEqual({ effective_policy_definition: definition })
  await shows('classic', { 'max-length-bytes': 2_000_000, expires: 1_000_000 })
  await shows('quorum', { 'max-length-bytes': 3_000_000, 'delivery-limit': 3 })
  await shows('stream', { 'max-length-bytes': 1_000_000 })
  await rule({ 'max-age': '1h' }, 4, 'streams')
  await shows('stream', { 'max-age': '1h' })
  await shows('classic', { 'max-length-bytes': 2_000_000, expires: 1_000_000 })
})

async function fillHundred(channel: ConfirmChannel, queue: string): Promise<void> {
  const body = 'x'.repeat(400)
  await fillChunks(
    channel,
    queue,
    Array.from({ length: 100 }, () => ({ body })),
  )
}

/** Fills a stream with a hundred chunks, and returns the offset of the oldest one that is left. */
async function oldestAfterFill(channel: ConfirmChannel, queue: string): Promise<number> {
  await fillHundred(channel, queue)
  return oldestOf(channel, queue)
}

/** The offset of the oldest message of a stream. */
async function oldestOf(channel: ConfirmChannel, queue: string): Promise<number> {
  const inbox = await readFrom(channel, queue, 'first')
  const [oldest] = await inbox.has(1)
  await channel.cancel(inbox.consumerTag)
  return oldest === undefined ? -1 : Number(offsetOf(oldest))
}

test('limits a stream, also where an argument would not', async ({ api, vhost, channel }) => {
  const queue = unique('limited')
  const definition = { 'max-length-bytes': 5000, 'stream-max-segment-size-bytes': 2000 }
  await setPolicy(api, vhost, { queue, definition, more: { 'apply-to': 'streams' } })
  await channel.assertQueue(queue, {
    arguments: { 'x-queue-type': 'stream', 'x-max-length-bytes': 1_000_000 },
  })
  await expect.poll(() => oldestAfterFill(channel, queue)).toBeGreaterThan(80)
})

test('takes the limit of a stream away, and gives it back', async ({ api, vhost, channel }) => {
  const queue = await streamOf(channel, [], {
    'x-stream-max-segment-size-bytes': 2000,
    'x-max-length-bytes': 5000,
  })
  const definition = { 'max-length-bytes': 1_000_000 }
  const deletePolicy = await setPolicy(api, vhost, { queue, definition })
  const applied = async () => {
    const { body } = await api.get(`queues/${vhost}/${queue}`)
    return (body as { readonly policy?: unknown }).policy
  }
  await expect.poll(applied, { timeout: 25_000 }).toEqual(expect.any(String))
  expect(await oldestAfterFill(channel, queue)).toBe(0)
  await deletePolicy()
  await expect.poll(() => oldestAfterFill(channel, queue)).toBeGreaterThan(80)
})

test('shortens a stream without a new message', async ({ api, vhost, channel }) => {
  const queue = await streamOf(channel, [], { 'x-stream-max-segment-size-bytes': 2000 })
  await fillHundred(channel, queue)
  await setPolicy(api, vhost, { queue, definition: { 'max-length-bytes': 5000 } })
  await expect.poll(() => oldestOf(channel, queue), { timeout: 25_000 }).toBeGreaterThan(80)
})

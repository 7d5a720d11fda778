import { expect } from 'vitest'

import type { Fields } from './support/codec.ts'
import { since, test, unique } from './support/contract.ts'
import { channelClose, method } from './support/expected.ts'

interface Refusal {
  readonly what: string
  readonly method: string
  readonly fields: Fields
  readonly code: number
  /** VHOST is a placeholder for the virtual host of the run. */
  readonly text: string
}

const notOnDefault = 'ACCESS_REFUSED - operation not permitted on the default exchange'

const refusals: Refusal[] = [
  {
    what: 'a passive declare of an exchange that is not there',
    method: 'ExchangeDeclare',
    fields: { exchange: 'nope', passive: true },
    code: 404,
    text: "NOT_FOUND - no exchange 'nope' in vhost 'VHOST'",
  },
  {
    what: 'a name with the reserved prefix',
    method: 'ExchangeDeclare',
    fields: { exchange: 'amq.x', type: 'direct' },
    code: 403,
    text: "ACCESS_REFUSED - exchange name 'amq.x' contains reserved prefix 'amq.*'",
  },
  {
    what: 'another type for amq.direct',
    method: 'ExchangeDeclare',
    fields: { exchange: 'amq.direct', type: 'topic', durable: true },
    code: 406,
    text: "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'amq.direct' in vhost 'VHOST': received 'topic' but current is 'direct'",
  },
  {
    what: 'amq.topic as not durable',
    method: 'ExchangeDeclare',
    fields: { exchange: 'amq.topic', type: 'topic' },
    code: 406,
    text: "PRECONDITION_FAILED - inequivalent arg 'durable' for exchange 'amq.topic' in vhost 'VHOST': received 'false' but current is 'true'",
  },
  {
    what: 'to delete an exchange of the system',
    method: 'ExchangeDelete',
    fields: { exchange: 'amq.fanout' },
    code: 403,
    text: "ACCESS_REFUSED - deletion of system exchange 'amq.fanout' in vhost 'VHOST' not allowed",
  },
  {
    what: 'to declare the default exchange',
    method: 'ExchangeDeclare',
    fields: { exchange: '', type: 'direct', durable: true },
    code: 403,
    text: notOnDefault,
  },
  {
    what: 'to delete the default exchange',
    method: 'ExchangeDelete',
    fields: { exchange: '' },
    code: 403,
    text: notOnDefault,
  },
  {
    what: 'to bind an exchange to the default exchange',
    method: 'ExchangeBind',
    fields: { destination: 'amq.direct', source: '' },
    code: 403,
    text: notOnDefault,
  },
  {
    what: 'to bind the default exchange to another',
    method: 'ExchangeBind',
    fields: { destination: '', source: 'amq.direct' },
    code: 403,
    text: notOnDefault,
  },
  {
    what: 'to bind from an exchange that is not there',
    method: 'ExchangeBind',
    fields: { destination: 'amq.direct', source: 'nope' },
    code: 404,
    text: "NOT_FOUND - no exchange 'nope' in vhost 'VHOST'",
  },
  {
    what: 'to bind to an exchange that is not there',
    method: 'ExchangeBind',
    fields: { destination: 'nope', source: 'amq.direct' },
    code: 404,
    text: "NOT_FOUND - no exchange 'nope' in vhost 'VHOST'",
  },
]

test.for(refusals)('refuses $what with $code', async (refusal, { broker, peer }) => {
  expect(await peer.call(1, refusal.method, refusal.fields)).toEqual(
    channelClose(refusal.code, refusal.text.replace('VHOST', broker.vhost), {
      by: refusal.method,
    }),
  )
})

since('4.0')('refuses an unknown exchange type with 406', async ({ peer }) => {
  expect(await peer.call(1, 'ExchangeDeclare', { exchange: 'x', type: 'zz' })).toEqual(
    channelClose(406, "PRECONDITION_FAILED - unknown exchange type 'zz'", {
      by: 'ExchangeDeclare',
    }),
  )
})

test.for([
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.topic', 'topic'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
] as const)('has "%s" predeclared', async ([exchange, type], { peer }) => {
  const passive = { exchange, type, passive: true }
  expect(await peer.call(1, 'ExchangeDeclare', passive)).toEqual(method('ExchangeDeclareOk'))
  const equal = { exchange, type, durable: true }
  expect(await peer.call(1, 'ExchangeDeclare', equal)).toEqual(method('ExchangeDeclareOk'))
})

test('accepts a second, equivalent declare', async ({ channel }) => {
  const exchange = unique('equal')
  const options = { durable: true, autoDelete: true, alternateExchange: 'amq.fanout' }
  await channel.assertExchange(exchange, 'topic', options)
  await expect(channel.assertExchange(exchange, 'topic', options)).resolves.toEqual({ exchange })
})

const inequivalent: [string, Fields, string][] = [
  ['type', { type: 'topic' }, "received 'topic' but current is 'direct'"],
  ['durable', { durable: false }, "received 'false' but current is 'true'"],
  ['auto_delete', { autoDelete: true }, "received 'true' but current is 'false'"],
  ['internal', { internal: true }, "received 'true' but current is 'false'"],
  [
    'alternate-exchange',
    { arguments: { 'alternate-exchange': 'amq.fanout' } },
    "received the value 'amq.fanout' of type 'longstr' but current is none",
  ],
]

test.for(inequivalent)(
  'refuses a declare with a different %s',
  async ([argument, other, difference], { broker, peer }) => {
    const exchange = unique('inequivalent')
    const declared = { exchange, type: 'direct', durable: true }
    await peer.ok(1, 'ExchangeDeclare', declared)
    expect(await peer.call(1, 'ExchangeDeclare', { ...declared, ...other })).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - inequivalent arg '${argument}' for exchange '${exchange}' in vhost '${broker.vhost}': ${difference}`,
        { by: 'ExchangeDeclare' },
      ),
    )
  },
)

test('only checks the name in a passive declare', async ({ peer }) => {
  const exchange = unique('passive')
  await peer.ok(1, 'ExchangeDeclare', { exchange, type: 'direct', durable: true })
  const other = { exchange, type: 'topic', passive: true, autoDelete: true }
  expect(await peer.call(1, 'ExchangeDeclare', other)).toEqual(method('ExchangeDeclareOk'))
})

test('does not answer declare with no-wait', async ({ peer }) => {
  const exchange = unique('nowait')
  peer.send(1, 'ExchangeDeclare', { exchange, type: 'direct', durable: true, nowait: true })
  expect(await peer.call(1, 'ExchangeDeclare', { exchange, passive: true })).toEqual(
    method('ExchangeDeclareOk'),
  )
  expect(await peer.openChannel(2)).toMatchObject(method('ChannelOpenOk', {}, 2))
})

test('confirms the deletion of an exchange that does not exist', async ({ peer }) => {
  expect(await peer.call(1, 'ExchangeDelete', { exchange: 'nope' })).toEqual(
    method('ExchangeDeleteOk'),
  )
})

test('refuses to delete an exchange in use with if-unused', async ({ broker, peer }) => {
  const exchange = unique('used')
  await peer.ok(1, 'ExchangeDeclare', { exchange, type: 'fanout', durable: true })
  await peer.ok(1, 'QueueDeclare', { queue: 'user', exclusive: true })
  await peer.ok(1, 'QueueBind', { queue: 'user', exchange })
  expect(await peer.call(1, 'ExchangeDelete', { exchange, ifUnused: true })).toEqual(
    channelClose(
      406,
      `PRECONDITION_FAILED - exchange '${exchange}' in vhost '${broker.vhost}' in use`,
      { by: 'ExchangeDelete' },
    ),
  )
})

test('deletes an exchange in use and its bindings without if-unused', async ({ channel }) => {
  const exchange = unique('used')
  await channel.assertExchange(exchange, 'fanout')
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(queue, exchange, '')
  await channel.deleteExchange(exchange)
  await expect(channel.checkExchange(exchange)).rejects.toMatchObject({ code: 404 })
})

test('deletes an auto-delete exchange with its last binding', async ({ channel }) => {
  const exchange = unique('auto')
  await channel.assertExchange(exchange, 'direct', { autoDelete: true })
  const { queue } = await channel.assertQueue('', { exclusive: true })
  for (const key of ['a', 'b']) await channel.bindQueue(queue, exchange, key)
  await channel.unbindQueue(queue, exchange, 'a')
  await channel.checkExchange(exchange)
  await channel.unbindQueue(queue, exchange, 'b')
  await expect(channel.checkExchange(exchange)).rejects.toMatchObject({ code: 404 })
})

test('keeps an auto-delete exchange that was never bound', async ({ channel }) => {
  const exchange = unique('auto')
  await channel.assertExchange(exchange, 'direct', { autoDelete: true })
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.unbindQueue(queue, exchange, 'never')
  await expect(channel.checkExchange(exchange)).resolves.toBeDefined()
})

test('deletes an auto-delete exchange with its last queue', async ({ channel }) => {
  const exchange = unique('auto')
  await channel.assertExchange(exchange, 'fanout', { autoDelete: true })
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(queue, exchange, '')
  await channel.deleteQueue(queue)
  await expect(channel.checkExchange(exchange)).rejects.toMatchObject({ code: 404 })
})

test('deletes an auto-delete exchange with the last exchange that is bound to it', async ({
  channel,
}) => {
  const source = unique('auto')
  const destination = unique('destination')
  await channel.assertExchange(source, 'fanout', { autoDelete: true })
  await channel.assertExchange(destination, 'fanout')
  await channel.bindExchange(destination, source, '')
  await channel.deleteExchange(destination)
  await expect(channel.checkExchange(source)).rejects.toMatchObject({ code: 404 })
})

test('removes line breaks from an exchange name', async ({ channel }) => {
  const exchange = unique('stripped')
  await channel.assertExchange(`${exchange}\r\n`, 'direct')
  await expect(channel.checkExchange(exchange)).resolves.toBeDefined()
})

test('accepts a name of 255 octets', async ({ channel }) => {
  const exchange = unique('x').padEnd(255, 'x')
  await channel.assertExchange(exchange, 'direct')
  await expect(channel.checkExchange(exchange)).resolves.toBeDefined()
})

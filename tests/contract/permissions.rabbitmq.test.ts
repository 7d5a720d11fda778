import { randomUUID } from 'node:crypto'

import type { Management, TestBroker } from '@messaging-patterns/testkit'
import { expect } from 'vitest'

import { since, test } from './support/contract.ts'
import type { Fields } from './support/codec.ts'
import { channelClose, connectionClose } from './support/expected.ts'
import { Peer } from './support/peer.ts'

// These tests create users through RabbitMQ's management API, so they only run on RabbitMQ. The tests
// of users and permissions in broker/ expect the same answers.

interface Permissions {
  readonly configure: string
  readonly write: string
  readonly read: string
}

interface User extends AsyncDisposable {
  readonly url: string
  readonly name: string
}

function managementOf(broker: TestBroker): Management {
  if (broker.management === undefined) throw new Error('these cases are for RabbitMQ')
  return broker.management
}

/** Creates a user with these permissions on the virtual host of the run, or with none. */
async function userWith(broker: TestBroker, permissions?: Permissions): Promise<User> {
  const management = managementOf(broker)
  const name = `user-${randomUUID().slice(0, 8)}`
  await management.request('PUT', `users/${name}`, { password: 'secret', tags: '' })
  if (permissions !== undefined)
    await management.request('PUT', `permissions/${broker.vhost}/${name}`, permissions)
  const url = new URL(broker.url)
  url.username = name
  url.password = 'secret'
  return {
    url: url.href,
    name,
    async [Symbol.asyncDispose]() {
      await management.request('DELETE', `users/${name}`)
    },
  }
}

const all: Permissions = { configure: '.*', write: '.*', read: '.*' }

test('refuses a virtual host that the user cannot access with 530', async ({ broker }) => {
  await using user = await userWith(broker)
  await using peer = new Peer(user.url)
  expect(await peer.handshake()).toEqual(
    connectionClose(
      530,
      `NOT_ALLOWED - access to vhost '${broker.vhost}' refused for user '${user.name}'`,
      'ConnectionOpen',
    ),
  )
})

const refusals: [by: string, fields: Fields, what: string, missing: keyof Permissions][] = [
  ['QueueDeclare', { queue: 'q', durable: true }, "configure access to queue 'q'", 'configure'],
  ['QueueDelete', { queue: 'q' }, "configure access to queue 'q'", 'configure'],
  [
    'ExchangeDeclare',
    { exchange: 'e', type: 'fanout' },
    "configure access to exchange 'e'",
    'configure',
  ],
  ['ExchangeDelete', { exchange: 'e' }, "configure access to exchange 'e'", 'configure'],
  ['QueueBind', { queue: 'q', exchange: 'amq.fanout' }, "write access to queue 'q'", 'write'],
  [
    'QueueBind',
    { queue: 'q', exchange: 'amq.fanout' },
    "read access to exchange 'amq.fanout'",
    'read',
  ],
  [
    'ExchangeBind',
    { destination: 'amq.fanout', source: 'amq.topic' },
    "write access to exchange 'amq.fanout'",
    'write',
  ],
  [
    'ExchangeBind',
    { destination: 'amq.fanout', source: 'amq.topic' },
    "read access to exchange 'amq.topic'",
    'read',
  ],
  ['BasicConsume', { queue: 'q' }, "read access to queue 'q'", 'read'],
  ['BasicGet', { queue: 'q' }, "read access to queue 'q'", 'read'],
  ['QueuePurge', { queue: 'q' }, "read access to queue 'q'", 'read'],
]

// Before 4.0, the text did not name the kind of access.
since('4.0').for(refusals)(
  'refuses %s %o: no %s without %s permission',
  async ([by, fields, what, missing], { broker, channel }) => {
    await channel.assertQueue('q')
    await using user = await userWith(broker, { ...all, [missing]: '^$' })
    await using peer = await Peer.open(user.url)
    expect(await peer.call(1, by, fields)).toEqual(
      channelClose(
        403,
        `ACCESS_REFUSED - ${what} in vhost '${broker.vhost}' refused for user '${user.name}'`,
        { by },
      ),
    )
  },
)

since('4.0')('refuses to publish without write access to the exchange', async ({ broker }) => {
  await using user = await userWith(broker, { ...all, write: '^$' })
  await using peer = await Peer.open(user.url)
  peer.publish(1, { exchange: 'amq.fanout', body: 'x' })
  expect(await peer.next()).toEqual(
    channelClose(
      403,
      `ACCESS_REFUSED - write access to exchange 'amq.fanout' in vhost '${broker.vhost}' refused for user '${user.name}'`,
      { by: 'BasicPublish' },
    ),
  )
})

test("allows what the user's patterns match", async ({ broker }) => {
  const mine = '^mine-'
  await using user = await userWith(broker, {
    configure: mine,
    write: `${mine}|^amq\\.default$`,
    read: mine,
  })
  await using peer = await Peer.open(user.url)
  await peer.ok(1, 'QueueDeclare', { queue: 'mine-1', durable: true })
  await peer.ok(1, 'ConfirmSelect')
  peer.publish(1, { routingKey: 'mine-1', body: 'x' })
  expect(await peer.next()).toMatchObject({ name: 'BasicAck' })
  expect(await peer.call(1, 'BasicGet', { queue: 'mine-1' })).toMatchObject({ name: 'BasicGetOk' })
})

import { expect } from 'vitest'

import type { Fields } from './support/codec.ts'
import { since, test, unique } from './support/contract.ts'
import { body, channelClose, connectionClose, header, method } from './support/expected.ts'
import { Peer } from './support/peer.ts'
import {
  everything,
  userOn,
  type Permissions,
  type TestUser,
  type UserSpec,
} from './support/users.ts'

const nothing = '^$'

/** What a broker answers to a method that the user has no permission for. */
function refused(what: string, { name, vhost }: TestUser, by: string): object {
  const text = `ACCESS_REFUSED - ${what} in vhost '${vhost}' refused for user '${name}'`
  return channelClose(403, text, { by })
}

test('refuses a virtual host that the user has no permissions on with 530', async ({ broker }) => {
  await using user = await userOn(broker, {})
  await using peer = new Peer(user.url)
  expect(await peer.handshake()).toEqual(
    connectionClose(
      530,
      `NOT_ALLOWED - access to vhost '${user.vhost}' refused for user '${user.name}'`,
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

// Before 4.0 the text did not say which access.
since('4.0').for(refusals)(
  'refuses %s %o: no %s, for want of %s',
  async ([by, fields, what, missing], { broker }) => {
    await using user = await userOn(broker, { permissions: { ...everything, [missing]: nothing } })
    await using owner = await Peer.open(user.ownerUrl)
    await owner.ok(1, 'QueueDeclare', { queue: 'q', durable: true })
    await using peer = await Peer.open(user.url)
    expect(await peer.call(1, by, fields)).toEqual(refused(what, user, by))
  },
)

since('4.0')('refuses to publish without write access to the exchange', async ({ broker }) => {
  await using user = await userOn(broker, { permissions: { ...everything, write: nothing } })
  await using peer = await Peer.open(user.url)
  peer.publish(1, { exchange: 'amq.fanout', body: 'x' })
  expect(await peer.next()).toEqual(
    refused("write access to exchange 'amq.fanout'", user, 'BasicPublish'),
  )
})

test('lets a user do what the patterns allow', async ({ broker }) => {
  const mine = '^mine-'
  const permissions = { configure: mine, write: `${mine}|^amq\\.default$`, read: mine }
  await using user = await userOn(broker, { permissions })
  await using peer = await Peer.open(user.url)
  await peer.ok(1, 'QueueDeclare', { queue: 'mine-1', durable: true })
  await peer.ok(1, 'ConfirmSelect')
  peer.publish(1, { routingKey: 'mine-1', body: 'x' })
  expect(await peer.next()).toMatchObject({ name: 'BasicAck' })
  expect(await peer.call(1, 'BasicGet', { queue: 'mine-1' })).toMatchObject({ name: 'BasicGetOk' })
})

interface Redirection {
  readonly argument: string
  readonly kind: string
  readonly by: string
  readonly declare: (name: string, args: Fields) => Fields
}

// Both send messages on to another exchange, so both ask for the same permissions.
const redirections: Redirection[] = [
  {
    argument: 'alternate-exchange',
    kind: 'exchange',
    by: 'ExchangeDeclare',
    declare: (exchange, args) => ({ exchange, type: 'fanout', durable: true, arguments: args }),
  },
  {
    argument: 'x-dead-letter-exchange',
    kind: 'queue',
    by: 'QueueDeclare',
    declare: (queue, args) => ({ queue, durable: true, arguments: args }),
  },
]

since('4.0').for(redirections)(
  'asks for read access to a new $kind before write access to its $argument',
  async ({ argument, kind, by, declare }, { broker }) => {
    const name = unique('new')
    const fields = declare(name, { [argument]: 'other' })
    const attempts: [Partial<Permissions>, string][] = [
      [{ configure: nothing }, `configure access to ${kind} '${name}'`],
      [{ read: nothing, write: nothing }, `read access to ${kind} '${name}'`],
      [{ read: `^${name}$`, write: nothing }, "write access to exchange 'other'"],
    ]
    for (const [permissions, what] of attempts) {
      await using user = await userOn(broker, { permissions: { ...everything, ...permissions } })
      await using peer = await Peer.open(user.url)
      expect(await peer.call(1, by, fields)).toEqual(refused(what, user, by))
    }
    const permissions = { configure: `^${name}$`, read: `^${name}$`, write: '^other$' }
    await using user = await userOn(broker, { permissions })
    await using peer = await Peer.open(user.url)
    expect(await peer.call(1, by, fields)).toMatchObject(method(`${by}Ok`))
  },
)

since('4.0').for(redirections)(
  'calls the default exchange amq.default as the $argument of a $kind',
  async ({ argument, by, declare }, { broker }) => {
    await using user = await userOn(broker, { permissions: { ...everything, write: nothing } })
    await using peer = await Peer.open(user.url)
    expect(await peer.call(1, by, declare(unique('new'), { [argument]: '' }))).toEqual(
      refused("write access to exchange 'amq.default'", user, by),
    )
  },
)

test.for(redirections)(
  'asks for configure access alone where the $kind with an $argument exists already',
  async ({ argument, kind, by, declare }, { broker }) => {
    const name = unique('known')
    const permissions = { configure: '.*', read: nothing, write: nothing }
    await using user = await userOn(broker, { permissions })
    await using owner = await Peer.open(user.ownerUrl)
    await owner.ok(1, by, declare(name, { [argument]: 'other' }))
    await using peer = await Peer.open(user.url)
    await peer.ok(1, by, declare(name, { [argument]: 'other' }))
    expect(await peer.call(1, by, declare(name, { [argument]: 'a third' }))).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - inequivalent arg '${argument}' for ${kind} '${name}' in vhost '${user.vhost}': received 'a third' but current is 'other'`,
        { by },
      ),
    )
  },
)

test.for(redirections)(
  'looks at the type of the $argument of a $kind before the permissions',
  async ({ argument, kind, by, declare }, { broker }) => {
    const name = unique('new')
    const permissions = { configure: '.*', read: nothing, write: nothing }
    await using user = await userOn(broker, { permissions })
    await using peer = await Peer.open(user.url)
    expect(await peer.call(1, by, declare(name, { [argument]: 5 }))).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - invalid type 'byte' for arg '${argument}' in ${kind} '${name}' in vhost '${user.vhost}'`,
        { by },
      ),
    )
  },
)

const beforePermissions: [what: string, by: string, fields: Fields, code: number, text: string][] =
  [
    [
      'a reserved name of a queue',
      'QueueDeclare',
      { queue: 'amq.x', durable: true },
      403,
      "ACCESS_REFUSED - queue name 'amq.x' contains reserved prefix 'amq.*'",
    ],
    [
      'a quorum queue without a name',
      'QueueDeclare',
      { queue: '', durable: true, arguments: { 'x-queue-type': 'quorum' } },
      406,
      'PRECONDITION_FAILED - Cannot declare a server-named queue for type rabbit_quorum_queue',
    ],
    [
      'an unknown type of exchange',
      'ExchangeDeclare',
      { exchange: '', type: 'zz' },
      406,
      "PRECONDITION_FAILED - unknown exchange type 'zz'",
    ],
    [
      'the default exchange',
      'ExchangeDeclare',
      { exchange: '', type: 'direct' },
      403,
      'ACCESS_REFUSED - operation not permitted on the default exchange',
    ],
  ]

since('4.0').for(beforePermissions)(
  'refuses %s before it asks for permissions',
  async ([, by, fields, code, text], { broker }) => {
    await using user = await userOn(broker, { permissions: { ...everything, configure: nothing } })
    await using peer = await Peer.open(user.url)
    expect(await peer.call(1, by, fields)).toEqual(channelClose(code, text, { by }))
  },
)

since('4.0')(
  'asks for configure access to the name that it gave to a queue',
  async ({ broker }) => {
    const declare = { queue: '', exclusive: true }
    await using outsider = await userOn(broker, {
      permissions: { ...everything, configure: nothing },
    })
    await using outside = await Peer.open(outsider.url)
    expect(await outside.call(1, 'QueueDeclare', declare)).toMatchObject(
      method('ChannelClose', {
        replyCode: 403,
        replyText: expect.stringMatching(/^ACCESS_REFUSED - configure access to queue 'amq\.gen-/),
      }),
    )
    await using insider = await userOn(broker, {
      permissions: { ...everything, configure: '^amq\\.gen-' },
    })
    await using inside = await Peer.open(insider.url)
    expect(await inside.call(1, 'QueueDeclare', declare)).toMatchObject(method('QueueDeclareOk'))
  },
)

const others: Pick<UserSpec, 'tags'>[] = [
  { tags: [] },
  { tags: ['administrator'] },
  { tags: ['management', 'policymaker'] },
  { tags: ['Impersonator'] },
]

test.for(others)(
  'refuses the name of another user as user-id from a user with the tags $tags',
  async (spec, { broker }) => {
    await using user = await userOn(broker, { ...spec, permissions: everything })
    await using peer = await Peer.open(user.url)
    peer.publish(1, { body: 'x', properties: { userId: 'bob' } })
    expect(await peer.next()).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - user_id property set to 'bob' but authenticated user was '${user.name}'`,
        { by: 'BasicPublish' },
      ),
    )
  },
)

const impersonators: Pick<UserSpec, 'tags'>[] = [
  { tags: ['impersonator'] },
  { tags: ['administrator', 'impersonator'] },
]

test.for(impersonators)(
  'takes any user-id from a user with the tags $tags',
  async (spec, { broker }) => {
    await using user = await userOn(broker, { ...spec, permissions: everything })
    await using peer = await Peer.open(user.url)
    const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
    for (const userId of ['bob', '', user.name]) {
      peer.publish(1, { routingKey: String(queue), body: 'x', properties: { userId } })
      expect(await peer.call(1, 'BasicGet', { queue, noAck: true })).toMatchObject(
        method('BasicGetOk'),
      )
      expect(await peer.take(2)).toEqual([header(1, { userId }), body('x')])
    }
  },
)

import { startBroker } from '@messaging-patterns/broker'
import { RabbitMqServer, type TestBroker } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect, inject } from 'vitest'

import type { Fields } from './support/codec.ts'
import { isSince, test as strict, unique } from './support/contract.ts'
import { channelClose, method } from './support/expected.ts'
import { Peer } from './support/peer.ts'

// A program from before quorum queues declares "task_queue" without a type. A broker with this
// setting lets it use the quorum queue of that name.

const setting = 'quorum_queue.property_equivalence.relaxed_checks_on_redeclaration = true\n'

async function relaxedRabbitMq(): Promise<TestBroker> {
  const files = { '/etc/rabbitmq/conf.d/90-relaxed.conf': setting }
  const server = await RabbitMqServer.start({ files })
  return {
    kind: 'rabbitmq',
    url: server.url,
    // These tests only use AMQP.
    streamUrl: '',
    vhost: '/',
    version: inject('rabbitmq').version,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function relaxedEmbedded(): Promise<TestBroker> {
  const broker = await startBroker({ relaxedChecksOnRedeclaration: true })
  return {
    kind: 'embedded',
    url: broker.url,
    // These tests only use AMQP.
    streamUrl: '',
    vhost: '/',
    version: '4.3.6',
    [Symbol.asyncDispose]: () => broker.close(),
  }
}

let relaxed: TestBroker

/* oxlint-disable no-empty-pattern -- vitest reads from the pattern which fixtures a fixture uses */
const test = strict.extend<{ readonly broker: TestBroker }>({
  broker: [({}, use) => use(relaxed), { scope: 'file' }],
})
/* oxlint-enable no-empty-pattern */

function quorum(args: Fields = {}): Fields {
  return { 'x-queue-type': 'quorum', ...args }
}

interface Redeclaration {
  /** The arguments of the quorum queue, apart from its type. */
  readonly first?: Fields
  readonly again: Fields
}

/** Declares a quorum queue, then declares it again; returns the answer to the second. */
async function redeclare(peer: Peer, queue: string, { first, again }: Redeclaration) {
  await peer.ok(1, 'QueueDeclare', { queue, durable: true, arguments: quorum(first) })
  return peer.call(1, 'QueueDeclare', { queue, durable: true, ...again })
}

const accepted: [what: string, redeclaration: Redeclaration][] = [
  ['without a type', { again: {} }],
  ['of the type classic', { again: { arguments: { 'x-queue-type': 'classic' } } }],
  ['that is not durable', { again: { durable: false } }],
  ['that is auto-delete', { again: { autoDelete: true } }],
  ['that is exclusive', { again: { exclusive: true } }],
  ['with priorities', { again: { arguments: { 'x-max-priority': 5 } } }],
  ['that is lazy', { again: { arguments: { 'x-queue-mode': 'lazy' } } }],
  ['with an overflow that does not exist', { again: { arguments: { 'x-overflow': 'zz' } } }],
  ['without its overflow', { first: { 'x-overflow': 'reject-publish' }, again: {} }],
  ['without its delivery limit', { first: { 'x-delivery-limit': 5 }, again: {} }],
  ['without its strategy', { first: { 'x-dead-letter-strategy': 'at-most-once' }, again: {} }],
  ['without its timeout', { first: { 'x-consumer-timeout': 60_000 }, again: {} }],
  ['without its delayed retry', { first: { 'x-delayed-retry-type': 'all' }, again: {} }],
  [
    'with the same TTL',
    { first: { 'x-message-ttl': 60_000 }, again: { arguments: { 'x-message-ttl': 60_000 } } },
  ],
]

const compared: [argument: string, current: unknown, received: unknown][] = [
  ['x-dead-letter-exchange', 'one', 'two'],
  ['x-expires', 60_000, 70_000],
  ['x-max-length', 5, 6],
  ['x-max-length-bytes', 5000, 6000],
  ['x-single-active-consumer', true, false],
  ['x-message-ttl', 60_000, 70_000],
]

const refused: [what: string, again: Fields, argument: string][] = [
  ['another property of a quorum queue', { durable: false, arguments: quorum() }, 'durable'],
  [
    'another argument of a quorum queue',
    { arguments: quorum({ 'x-overflow': 'drop-head' }) },
    'x-overflow',
  ],
  ['an empty type', { arguments: { 'x-queue-type': '' } }, 'x-queue-type'],
  ['an unknown type', { arguments: { 'x-queue-type': 'zz' } }, 'x-queue-type'],
]

/** `AMQP_URL` names a broker whose configuration is not ours to choose. */
const isOurs = inject('broker') === 'embedded' || inject('rabbitmq').container !== undefined

describe.skipIf(!isOurs || !isSince('4.3'))('with relaxed checks on redeclaration', () => {
  beforeAll(async () => {
    relaxed = await (inject('broker') === 'rabbitmq' ? relaxedRabbitMq() : relaxedEmbedded())
  })
  afterAll(() => relaxed[Symbol.asyncDispose]())

  test.for(accepted)('a quorum queue stands for one %s', async ([, redeclaration], { peer }) => {
    const queue = unique('tasks')
    expect(await redeclare(peer, queue, redeclaration)).toEqual(
      method('QueueDeclareOk', { queue, messageCount: 0, consumerCount: 0 }),
    )
  })

  test('the queue stays durable, and open to other connections', async ({ broker, peer }) => {
    const queue = unique('tasks')
    const again = { exclusive: true, durable: false, autoDelete: true }
    expect(await redeclare(peer, queue, { again })).toMatchObject(method('QueueDeclareOk'))
    peer.vanish()
    await using other = await Peer.open(broker.url)
    const { consumerTag } = await other.ok(1, 'BasicConsume', { queue })
    await other.ok(1, 'BasicCancel', { consumerTag })
    const declare = { queue, durable: true, arguments: quorum() }
    expect(await other.call(1, 'QueueDeclare', declare)).toMatchObject(method('QueueDeclareOk'))
  })

  test.for(compared)('%s must be the same', async ([name, current, received], { broker, peer }) => {
    const queue = unique('tasks')
    const redeclaration = { first: { [name]: current }, again: { arguments: { [name]: received } } }
    expect(await redeclare(peer, queue, redeclaration)).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - inequivalent arg '${name}' for queue '${queue}' in vhost '${broker.vhost}': received '${String(received)}' but current is '${String(current)}'`,
        { by: 'QueueDeclare' },
      ),
    )
  })

  test('x-dead-letter-routing-key must be the same', async ({ peer }) => {
    const first = { 'x-dead-letter-exchange': 'one', 'x-dead-letter-routing-key': 'key' }
    const again = { arguments: { 'x-dead-letter-exchange': 'one' } }
    expect(await redeclare(peer, unique('tasks'), { first, again })).toMatchObject(
      method('ChannelClose', {
        replyText: expect.stringContaining("inequivalent arg 'x-dead-letter-routing-key'"),
      }),
    )
  })

  test.for(refused)('%s is refused', async ([, again, argument], { peer }) => {
    expect(await redeclare(peer, unique('tasks'), { again })).toMatchObject(
      method('ChannelClose', {
        replyCode: 406,
        replyText: expect.stringContaining(`inequivalent arg '${argument}'`),
      }),
    )
  })

  test('a quorum queue is refused where a classic one exists', async ({ peer }) => {
    const queue = unique('tasks')
    await peer.ok(1, 'QueueDeclare', { queue, durable: true })
    const declare = { queue, durable: true, arguments: quorum() }
    expect(await peer.call(1, 'QueueDeclare', declare)).toMatchObject(
      method('ChannelClose', {
        replyCode: 406,
        replyText: expect.stringContaining("received 'quorum' but current is 'classic'"),
      }),
    )
  })
})

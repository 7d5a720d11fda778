import { randomUUID } from 'node:crypto'

import { startBroker, type Broker } from '@messaging-patterns/broker'
import { inject } from 'vitest'

import { Management } from './management.ts'

/** Which broker a vitest project runs its files on. */
export type BrokerKind = 'rabbitmq' | 'embedded'

/** The RabbitMQ that a run was given or started, as setup-rabbitmq.ts provides it. */
export interface RabbitMq {
  readonly amqp: string
  readonly management: string
  /** As the broker tells it: 4.3.6 */
  readonly version: string
  /** The id of the container, unless AMQP_URL named the broker. */
  readonly container?: string
}

declare module 'vitest' {
  interface ProvidedContext {
    broker: BrokerKind
    rabbitmq: RabbitMq
  }
}

/** An empty broker of the test file's own: a virtual host of RabbitMQ, or an embedded broker. */
export interface TestBroker extends AsyncDisposable {
  readonly kind: BrokerKind
  readonly url: string
  readonly vhost: string
  /** The version of RabbitMQ whose behaviour it owes: 4.3.6 */
  readonly version: string
  /** Only on RabbitMQ. */
  readonly management?: Management
  /** Only on the embedded broker. */
  readonly embedded?: Broker
}

/** Gives a test file the broker of its project, with nothing declared on it. */
export async function testBroker(): Promise<TestBroker> {
  return inject('broker') === 'rabbitmq' ? rabbitmqVhost(inject('rabbitmq')) : embedded()
}

async function rabbitmqVhost(rabbitmq: RabbitMq): Promise<TestBroker> {
  const management = new Management(rabbitmq.management)
  const vhost = `test-${randomUUID()}`
  const { username } = new URL(rabbitmq.amqp)
  // A quorum queue by default would hide what a test declares.
  await management.request('PUT', `vhosts/${vhost}`, { default_queue_type: 'classic' })
  await management.request('PUT', `permissions/${vhost}/${username}`, {
    configure: '.*',
    write: '.*',
    read: '.*',
  })
  return {
    kind: 'rabbitmq',
    url: `${rabbitmq.amqp}/${vhost}`,
    vhost,
    version: rabbitmq.version,
    management,
    async [Symbol.asyncDispose]() {
      await management.request('DELETE', `vhosts/${vhost}`)
    },
  }
}

async function embedded(): Promise<TestBroker> {
  const broker = await startBroker({ port: 0 })
  return {
    kind: 'embedded',
    url: broker.url,
    vhost: '/',
    version: '4.3.6',
    embedded: broker,
    async [Symbol.asyncDispose]() {
      await broker[Symbol.asyncDispose]()
    },
  }
}

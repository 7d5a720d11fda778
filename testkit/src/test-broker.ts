import { randomUUID } from 'node:crypto'

import { startTestBroker, type TestBroker as Embedded } from '@messaging-patterns/broker/testing'
import { inject } from 'vitest'

import { Management } from './rabbitmq/management.ts'
import type { RabbitMq } from './rabbitmq/setup.ts'

/** The broker that a vitest project runs its tests on. */
export type BrokerKind = 'rabbitmq' | 'embedded'

declare module 'vitest' {
  interface ProvidedContext {
    broker: BrokerKind
    rabbitmq: RabbitMq
  }
}

/** An empty broker for one test file: a virtual host on RabbitMQ, or an embedded broker. */
export interface TestBroker extends AsyncDisposable {
  readonly kind: BrokerKind
  readonly url: string
  /** For clients of the stream protocol. */
  readonly streamUrl: string
  readonly vhost: string
  /** The version of RabbitMQ that it must behave like, for example 4.3.6. */
  readonly version: string
  /** Only on RabbitMQ. */
  readonly management?: Management
  /** Only on the embedded broker: what happened to its messages, its clock, and faults. */
  readonly embedded?: Embedded
}

/** Creates an empty broker of the kind that the current vitest project tests. */
export async function testBroker(): Promise<TestBroker> {
  return inject('broker') === 'rabbitmq' ? rabbitmqVhost(inject('rabbitmq')) : embedded()
}

async function rabbitmqVhost(rabbitmq: RabbitMq): Promise<TestBroker> {
  const management = new Management(rabbitmq.management)
  const vhost = `test-${randomUUID()}`
  const { username } = new URL(rabbitmq.amqp)
  // A default type of quorum would change the queues that a test declares without a type.
  await management.request('PUT', `vhosts/${vhost}`, { default_queue_type: 'classic' })
  await management.request('PUT', `permissions/${vhost}/${username}`, {
    configure: '.*',
    write: '.*',
    read: '.*',
  })
  return {
    kind: 'rabbitmq',
    url: `${rabbitmq.amqp}/${vhost}`,
    streamUrl: `${rabbitmq.streams}/${vhost}`,
    vhost,
    version: rabbitmq.version,
    management,
    async [Symbol.asyncDispose]() {
      await management.request('DELETE', `vhosts/${vhost}`)
    },
  }
}

async function embedded(): Promise<TestBroker> {
  const broker = await startTestBroker({ streams: 0 })
  return {
    kind: 'embedded',
    url: broker.url,
    streamUrl: broker.streamUrl ?? '',
    vhost: broker.vhost,
    version: '4.3.6',
    embedded: broker,
    [Symbol.asyncDispose]: () => broker.close(),
  }
}

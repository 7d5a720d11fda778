import { randomUUID } from 'node:crypto'

import { isOlder } from '@messaging-patterns/shared'
import { testBroker, type TestBroker } from '@messaging-patterns/testkit'
import type { ConfirmChannel } from 'amqplib'
import { inject, test as base } from 'vitest'

import { Client } from './client.ts'
import { Peer } from './peer.ts'
import { StreamPeer } from './stream-protocol/stream-peer.ts'

interface Contract {
  /** An empty broker, shared by the tests of a file. */
  readonly broker: TestBroker
  /** A new amqplib connection for each test. */
  readonly client: Client
  /** A channel of `client` in confirm mode. */
  readonly channel: ConfirmChannel
  /** A new connection for each test that sends single frames, with channel 1 open. */
  readonly peer: Peer
  /** A new connection for each test that sends single frames of the stream protocol. */
  readonly streamPeer: StreamPeer
}

/* oxlint-disable no-empty-pattern -- vitest reads from the pattern which fixtures a fixture uses */
/** vitest's `test` with the fixtures of the contract suite. A test only gets those that it names. */
export const test = base.extend<Contract>({
  broker: [
    async ({}, use) => {
      await using broker = await testBroker()
      await use(broker)
    },
    { scope: 'file' },
  ],
  client: async ({ broker }, use) => {
    await using client = await Client.open(broker.url)
    await use(client)
  },
  channel: async ({ client }, use) => {
    await use(await client.openChannel())
  },
  peer: async ({ broker }, use) => {
    await using peer = await Peer.open(broker.url)
    await use(peer)
  },
  streamPeer: async ({ broker }, use) => {
    await using peer = await StreamPeer.open(broker.streamUrl)
    await use(peer)
  },
})
/* oxlint-enable no-empty-pattern */

/**
 * `test` for behavior that RabbitMQ has since `version`: skipped on earlier versions. The embedded
 * broker must behave like the latest RabbitMQ.
 */
export function since(version: string): typeof test {
  return (isSince(version) ? test : test.skip) as typeof test
}

/** Whether the broker of this run must behave as RabbitMQ does since `version`. */
export function isSince(version: string): boolean {
  return inject('broker') === 'embedded' || !isOlder(inject('rabbitmq').version, version)
}

/** A unique name: for `orders`, orders-1f0c9a2e. */
export function unique(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`
}

/** The arguments of a quorum queue. */
export function quorum(more: Readonly<Record<string, unknown>> = {}): {
  arguments: Record<string, unknown>
} {
  return { arguments: { 'x-queue-type': 'quorum', ...more } }
}

/** The arguments of a stream. */
export function stream(more: Readonly<Record<string, unknown>> = {}): {
  arguments: Record<string, unknown>
} {
  return { arguments: { 'x-queue-type': 'stream', ...more } }
}

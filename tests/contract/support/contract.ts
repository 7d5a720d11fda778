import { randomUUID } from 'node:crypto'

import { testBroker, type TestBroker } from '@messaging-patterns/testkit'
import type { ConfirmChannel } from 'amqplib'
import { inject, test as base, vi } from 'vitest'

import { Client } from './client.ts'
import { Peer } from './peer.ts'

// A broker that owes a case much would keep the others waiting for half a minute with each.
vi.setConfig({ testTimeout: 12_000 })

interface Contract {
  /** An empty broker, shared by the cases of a file. */
  readonly broker: TestBroker
  /** A connection of the case's own, by amqplib; closed at its end. */
  readonly client: Client
  /** A channel of `client`, in confirm mode. */
  readonly channel: ConfirmChannel
  /** A connection of the case's own, frame by frame, with channel 1 open; dropped at its end. */
  readonly peer: Peer
}

/* oxlint-disable no-empty-pattern -- vitest reads from the pattern which fixtures a fixture uses */
/** vitest's `test` with the fixtures of the contract; a case names the ones it uses. */
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
})
/* oxlint-enable no-empty-pattern */

/**
 * `test` for a behaviour that RabbitMQ has from `version` on: skipped on an earlier one. The
 * embedded broker owes what the latest RabbitMQ does.
 */
export function since(version: string): typeof test {
  return (isSince(version) ? test : test.skip) as typeof test
}

/** Whether the broker of the run owes what RabbitMQ does from `version` on. */
export function isSince(version: string): boolean {
  return inject('broker') === 'embedded' || isAtLeast(inject('rabbitmq').version, version)
}

function isAtLeast(version: string, least: string): boolean {
  return version.localeCompare(least, 'en', { numeric: true }) >= 0
}

/** A name that nobody has used: `orders` gives orders-1f0c9a2e. */
export function unique(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`
}

/** Arguments of a quorum queue. */
export function quorum(more: Readonly<Record<string, unknown>> = {}): {
  arguments: Record<string, unknown>
} {
  return { arguments: { 'x-queue-type': 'quorum', ...more } }
}

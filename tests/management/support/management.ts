import { randomUUID } from 'node:crypto'

import { startBroker } from '@messaging-patterns/broker'
import type { BrokerKind } from '@messaging-patterns/testkit'
import type { ConfirmChannel } from 'amqplib'
import { inject, test as base } from 'vitest'

import { Client } from '../../contract/support/client.ts'
import { Api } from './api.ts'

/** The broker that the management suite runs on, with an empty virtual host for each file. */
export interface ManagedBroker {
  readonly kind: BrokerKind
  /** For AMQP, in the virtual host. */
  readonly url: string
  /** For clients of the stream protocol, in the virtual host. */
  readonly streamUrl: string
  readonly vhost: string
  readonly api: Api
}

interface Management {
  readonly broker: ManagedBroker
  readonly api: Api
  readonly vhost: string
  /** A channel of a new amqplib connection, in confirm mode. */
  readonly channel: ConfirmChannel
}

async function withBroker(use: (broker: ManagedBroker) => Promise<void>): Promise<void> {
  const vhost = `test-${randomUUID()}`
  if (inject('broker') === 'rabbitmq') {
    const { amqp, streams, management } = inject('rabbitmq')
    const api = new Api(management)
    await withVhost(
      {
        kind: 'rabbitmq',
        url: `${amqp}/${vhost}`,
        streamUrl: `${streams}/${vhost}`,
        vhost,
        api,
      },
      use,
    )
    return
  }
  await using broker = await startBroker({ management: 0, streams: 0 })
  const api = new Api(broker.managementUrl ?? '')
  const streamUrl = `${broker.streamUrl}/${vhost}`
  await withVhost({ kind: 'embedded', url: `${broker.url}/${vhost}`, streamUrl, vhost, api }, use)
}

async function withVhost(
  broker: ManagedBroker,
  use: (broker: ManagedBroker) => Promise<void>,
): Promise<void> {
  const { api, vhost } = broker
  await api.put(`vhosts/${vhost}`, { default_queue_type: 'classic' })
  await use(broker)
  await api.delete(`vhosts/${vhost}`)
}

/* oxlint-disable no-empty-pattern -- vitest reads from the pattern which fixtures a fixture uses */
/** vitest's `test` with the fixtures of the management suite. A test only gets those that it names. */
export const test = base.extend<Management>({
  broker: [({}, use) => withBroker(use), { scope: 'file' }],
  api: [({ broker }, use) => use(broker.api), { scope: 'file' }],
  vhost: [({ broker }, use) => use(broker.vhost), { scope: 'file' }],
  channel: async ({ broker }, use) => {
    await using client = await Client.open(broker.url)
    await use(await client.openChannel())
  },
})
/* oxlint-enable no-empty-pattern */

/** A user that exists for one test, with permissions in the virtual host. */
export async function withUser(
  { api, vhost }: ManagedBroker,
  { tags, permissions }: { readonly tags: string; readonly permissions?: object },
): Promise<{ readonly api: Api; readonly name: string } & AsyncDisposable> {
  const name = `user-${randomUUID().slice(0, 8)}`
  await api.put(`users/${name}`, { password: 'secret', tags })
  if (permissions !== undefined) await api.put(`permissions/${vhost}/${name}`, permissions)
  return {
    name,
    api: api.as(name, 'secret'),
    async [Symbol.asyncDispose]() {
      await api.delete(`users/${name}`)
    },
  }
}

export const everything = { configure: '.*', write: '.*', read: '.*' }

import { randomUUID } from 'node:crypto'

import { startBroker } from '@messaging-patterns/broker'
import { Management, type TestBroker } from '@messaging-patterns/testkit'

export interface Permissions {
  readonly configure: string
  readonly write: string
  readonly read: string
}

export const everything: Permissions = { configure: '.*', write: '.*', read: '.*' }

export interface UserSpec {
  /** In the virtual host of the case; without any the user has no permissions there. */
  readonly permissions?: Permissions
  readonly tags?: readonly string[]
}

/** A user that exists for one test. */
export interface TestUser extends AsyncDisposable {
  readonly name: string
  readonly url: string
  readonly streamUrl: string
  /** The same broker and virtual host, for a user who may do everything. */
  readonly ownerUrl: string
  readonly ownerStreamUrl: string
  readonly vhost: string
  /** Changes the permissions in the virtual host; undefined takes them all away. */
  setPermissions(permissions: Permissions | undefined): Promise<void>
}

/**
 * Creates a user. RabbitMQ's management API creates one on the broker of the run. An embedded
 * broker gets its users when it starts, so there the user comes with a broker of its own.
 */
export function userOn(broker: TestBroker, spec: UserSpec): Promise<TestUser> {
  const name = `user-${randomUUID().slice(0, 8)}`
  return broker.management === undefined
    ? userOfEmbedded(name, spec)
    : userOfRabbitMq(broker, broker.management, { ...spec, name })
}

async function userOfRabbitMq(
  { vhost, url, streamUrl }: TestBroker,
  management: Management,
  { name, permissions, tags = [] }: UserSpec & { readonly name: string },
): Promise<TestUser> {
  await management.request('PUT', `users/${name}`, { password: 'secret', tags: tags.join() })
  if (permissions !== undefined)
    await management.request('PUT', `permissions/${vhost}/${name}`, permissions)
  return {
    name,
    url: urlOf(url, name),
    streamUrl: urlOf(streamUrl, name),
    ownerUrl: url,
    ownerStreamUrl: streamUrl,
    vhost,
    setPermissions: (changed) => setPermissions(management, `${vhost}/${name}`, changed),
    async [Symbol.asyncDispose]() {
      await management.request('DELETE', `users/${name}`)
    },
  }
}

async function userOfEmbedded(
  name: string,
  { permissions, tags = [] }: UserSpec,
): Promise<TestUser> {
  const own = permissions === undefined ? {} : { '/': permissions }
  const broker = await startBroker({
    streams: 0,
    management: 0,
    users: {
      guest: { password: 'guest', tags: ['administrator'] },
      [name]: { password: 'secret', permissions: own, tags },
    },
  })
  const management = new Management(urlOf(broker.managementUrl ?? '', 'guest', 'guest'))
  return {
    name,
    url: urlOf(broker.url, name),
    streamUrl: urlOf(broker.streamUrl ?? '', name),
    ownerUrl: broker.url,
    ownerStreamUrl: broker.streamUrl ?? '',
    vhost: '/',
    setPermissions: (changed) => setPermissions(management, `%2F/${name}`, changed),
    [Symbol.asyncDispose]: () => broker.close(),
  }
}

async function setPermissions(
  management: Management,
  path: string,
  permissions: Permissions | undefined,
): Promise<void> {
  const method = permissions === undefined ? 'DELETE' : 'PUT'
  await management.request(method, `permissions/${path}`, permissions)
}

function urlOf(broker: string, name: string, password = 'secret'): string {
  const url = new URL(broker)
  url.username = name
  url.password = password
  return url.href
}

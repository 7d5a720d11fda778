import { waitFor } from '@messaging-patterns/testkit'
import { expect, vi } from 'vitest'

import { unique } from '../contract/support/contract.ts'
import { connectionClose } from '../contract/support/expected.ts'
import { Peer } from '../contract/support/peer.ts'
import type { Api } from './support/api.ts'
import { everything, test, withUser } from './support/management.ts'

// RabbitMQ lists a connection after up to five seconds, so these wait together.
vi.setConfig({ maxConcurrency: 20, testTimeout: 60_000 })

interface Listed {
  readonly name: string
  readonly user_provided_name?: string
}

/** Waits until the connection is listed that calls itself `name`. */
function listed(api: Api, name: string): Promise<Listed> {
  return waitFor(
    `the API to list the connection ${name}`,
    async () => {
      const connections = (await api.get('connections')).body as Listed[]
      return connections.find((each) => each.user_provided_name === name)
    },
    { interval: 250, timeout: 25_000 },
  )
}

test.concurrent('closes a connection with 320', async ({ broker, api }) => {
  const name = unique('closed')
  await using peer = await Peer.open(broker.url, { name })
  const connection = await listed(api, name)
  const path = `connections/${encodeURIComponent(connection.name)}`
  expect((await api.get(path)).body).toMatchObject({ user_provided_name: name, user: 'guest' })
  expect(await api.delete(path)).toMatchObject({ status: 204, body: undefined })
  expect(await peer.next()).toEqual(
    connectionClose(320, 'CONNECTION_FORCED - Closed via management plugin'),
  )
  peer.send(0, 'ConnectionCloseOk')
  expect(await peer.next()).toEqual({ kind: 'end' })
  await waitFor('the connection to be gone', async () => (await api.get(path)).status === 404)
})

test.concurrent('tells the client the reason in the header', async ({ broker, api }) => {
  const name = unique('closed')
  await using peer = await Peer.open(broker.url, { name })
  const connection = await listed(api, name)
  const reason = { 'x-reason': 'for maintenance' }
  await api.delete(`connections/${encodeURIComponent(connection.name)}`, reason)
  expect(await peer.next()).toEqual(connectionClose(320, 'CONNECTION_FORCED - for maintenance'))
})

test.concurrent('closes the connections of a user', async ({ broker, api }) => {
  await using user = await withUser(broker, { tags: '', permissions: everything })
  const name = unique('closed')
  const url = new URL(broker.url)
  url.username = user.name
  url.password = 'secret'
  await using peer = await Peer.open(url.href, { name })
  await listed(api, name)
  expect(await api.delete(`connections/username/${user.name}`)).toMatchObject({ status: 204 })
  expect(await peer.next()).toEqual(
    connectionClose(320, 'CONNECTION_FORCED - Closed via management plugin'),
  )
})

test.concurrent('closes the connections of a user who is deleted', async ({ broker, api }) => {
  await using user = await withUser(broker, { tags: '', permissions: everything })
  const url = new URL(broker.url)
  url.username = user.name
  url.password = 'secret'
  await using peer = await Peer.open(url.href)
  await api.delete(`users/${user.name}`)
  expect(await peer.next()).toEqual(
    connectionClose(320, `CONNECTION_FORCED - user '${user.name}' is deleted`),
  )
})

test.concurrent('closes the connections to a virtual host that is deleted', async ({
  broker,
  api,
}) => {
  const vhost = unique('vhost')
  await api.put(`vhosts/${vhost}`)
  const url = new URL(broker.url)
  url.pathname = vhost
  await using peer = await Peer.open(url.href, { vhost })
  await api.delete(`vhosts/${vhost}`)
  expect(await peer.next()).toEqual(
    connectionClose(
      320,
      // RabbitMQ stops the virtual host and closes its connections at the same time.
      expect.stringMatching(`^CONNECTION_FORCED - vhost '${vhost}' is (deleted|down)$`),
    ),
  )
})

test.concurrent('shows users without the tag monitoring only their own connections', async ({
  broker,
  api,
}) => {
  await using user = await withUser(broker, { tags: 'management', permissions: everything })
  await using monitor = await withUser(broker, { tags: 'monitoring' })
  const name = unique('hidden')
  await using _peer = await Peer.open(broker.url, { name })
  const { name: connection } = await listed(api, name)
  const path = `connections/${encodeURIComponent(connection)}`
  expect((await user.api.get('connections')).body).toEqual([])
  expect(await user.api.get(path)).toMatchObject({
    status: 401,
    body: { error: 'not_authorised', reason: 'User not authorised to access object' },
  })
  expect((await monitor.api.get(path)).body).toMatchObject({ name: connection })
  expect((await monitor.api.delete(path)).status).toBe(401)
})

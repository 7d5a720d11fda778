import { randomUUID } from 'node:crypto'

import { testBroker, waitFor, type TestBroker } from '@messaging-patterns/testkit'
import { test } from 'vitest'

import { Session } from '../../src/index.ts'

async function connectionNames({ management, embedded }: TestBroker): Promise<readonly unknown[]> {
  if (management !== undefined) {
    const connections = await management.connections()
    return connections.map(({ client_properties: properties }) => properties.connection_name)
  }
  const connections = embedded?.connections() ?? []
  return connections.map(({ clientProperties }) => clientProperties['connection_name'])
}

test('a connection has the name that the session gives it', async () => {
  await using broker = await testBroker()
  const name = `orders ${randomUUID()}`
  await using session = await Session.open({ url: broker.url, connectionName: name })
  await session.queue('orders', { exclusive: true })
  // RabbitMQ lists a connection some seconds after it was opened.
  await waitFor(`a connection with the name "${name}"`, async () =>
    (await connectionNames(broker)).includes(name),
  )
})

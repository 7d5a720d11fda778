import { createServer } from 'node:http'
import {
  createServer as createSocketServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net'

import { startBroker } from '@messaging-patterns/broker'
import { pnpm } from '@messaging-patterns/shared'
import { freePort } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { Admin } from '../src/broker/admin.ts'
import { checkNode } from '../src/doctor/check-machine.ts'
import { checkAmqpPort, checkCluster, checkManagementPort } from '../src/doctor/check-ports.ts'

async function listening(server: Server): Promise<AsyncDisposable & { readonly port: number }> {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A server that may answer as RabbitMQ's management API does. */
function page(status: number, body: unknown): Server {
  return createServer((_request, response) => {
    response.writeHead(status, { connection: 'close' }).end(JSON.stringify(body))
  })
}

describe('on the port for AMQP', () => {
  test('a broker is good, with its product and version', async () => {
    await using broker = await startBroker({ port: 0, host: ['127.0.0.1'] })
    expect(await checkAmqpPort(broker.port)).toEqual([
      {
        state: 'good',
        text: expect.stringMatching(/^port \d+: messaging-patterns broker \d/) as unknown,
      },
    ])
  })

  test('a broker that refuses guest is a problem, and so is another kind of server', async () => {
    await using broker = await startBroker({
      users: { me: { password: 'secret' } },
      refusalDelay: 0,
    })
    expect(await checkAmqpPort(broker.port)).toMatchObject([
      { state: 'bad', remedy: expect.stringContaining('AMQP_URL') as unknown },
    ])
    await using other = await listening(
      createSocketServer((socket) => socket.resume().end('HTTP/1.1 400')),
    )
    expect(await checkAmqpPort(other.port)).toMatchObject([
      {
        state: 'bad',
        text: expect.stringContaining('does not speak AMQP 0-9-1') as unknown,
        remedy: `stop it, or use another port: ${pnpm} broker --port 5673`,
      },
    ])
  })

  // As RabbitMQ in Docker, while it is starting.
  test.each([
    ['closes the connection', (socket: Socket) => socket.destroy()],
    ['does not answer', (socket: Socket) => socket.resume()],
  ])('a server that %s may be a broker that is starting', async (_what, react) => {
    await using server = await listening(createSocketServer(react))
    expect(await checkAmqpPort(server.port)).toMatchObject([
      {
        state: 'bad',
        text: expect.stringMatching(/ is listening, but does not answer$/) as unknown,
        remedy: `wait if it is just starting: docker compose up -d --wait; otherwise stop it, or use another port: ${pnpm} broker --port 5673`,
      },
    ])
  })

  test('a broker that does not open the virtual host is a problem, with a remedy for that', async () => {
    await using broker = await startBroker({ maxConnections: 1 })
    await using _first = await Admin.connect(broker.url)
    expect(await checkAmqpPort(broker.port)).toMatchObject([
      {
        state: 'bad',
        text: expect.stringContaining('did not open this virtual host') as unknown,
        remedy: expect.stringContaining('rabbitmqctl list_vhosts') as unknown,
      },
    ])
  })

  test('no server is a note, with the two commands that start a broker', async () => {
    expect(await checkAmqpPort(await freePort())).toMatchObject([
      { state: 'note', remedy: `${pnpm} broker, or docker compose up -d --wait` },
    ])
  })
})

describe('on the port for the management page', () => {
  test('RabbitMQ is good, with its version', async () => {
    await using server = await listening(page(200, { rabbitmq_version: '4.3.6' }))
    expect(await checkManagementPort(server.port)).toMatchObject([
      { state: 'good', text: expect.stringContaining('RabbitMQ 4.3.6') as unknown },
    ])
  })

  test.each([
    [200, {}, "is not RabbitMQ's management page"],
    [404, undefined, "is not RabbitMQ's management page"],
    [401, {}, 'refuses the user guest'],
  ])('an answer of %d %j is a note', async (status, body, text) => {
    await using server = await listening(page(status, body))
    expect(await checkManagementPort(server.port)).toMatchObject([
      { state: 'note', text: expect.stringContaining(text) as unknown },
    ])
  })

  test('no server is a note', async () => {
    expect(await checkManagementPort(await freePort())).toMatchObject([{ state: 'note' }])
  })
})

test.each([
  ['20.19.0', 'good'],
  ['24.1.0', 'good'],
  ['20.9.0', 'bad'],
  ['18.20.0', 'bad'],
])('Node %s is %s', async (version, state) => {
  expect(await checkNode(version)).toMatchObject([{ state }])
})

describe('on the ports of the cluster', () => {
  const ports = [5681, 5682, 5683]

  /** Checks ports whose brokers say that they belong to these clusters. */
  async function checked(...answers: readonly (string | undefined)[]): Promise<unknown> {
    return checkCluster(ports, async (port) => answers[ports.indexOf(port)])
  }

  test('all nodes are good, and only some are a note', async () => {
    const name = 'messaging-patterns-cluster'
    expect(await checked(name, name, name)).toEqual([
      { state: 'good', text: 'ports 5681, 5682, 5683: the 3 nodes of the cluster' },
    ])
    expect(await checked(name, undefined, 'rabbit@rabbit1')).toEqual([
      {
        state: 'note',
        text: 'ports 5681, 5682, 5683: 1 of the 3 nodes of the cluster',
        remedy: 'docker compose -f docker-compose.cluster.yml up -d --wait',
      },
    ])
  })

  test('other brokers are not mentioned', async () => {
    expect(await checked(undefined, undefined, undefined)).toEqual([])
    expect(await checked('rabbit@rabbit1', 'rabbit@rabbit1', undefined)).toEqual([])
    await using broker = await startBroker({ port: 0, host: ['127.0.0.1'] })
    expect(await checkCluster([broker.port, await freePort()])).toEqual([])
  })
})

import { createServer } from 'node:http'
import { createServer as createSocketServer, type AddressInfo, type Server } from 'node:net'

import { startBroker } from '@messaging-patterns/broker'
import { pnpm } from '@messaging-patterns/shared'
import { freePort } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { examineNode } from '../src/examine-machine.ts'
import { examineAmqpPort, examineCluster, examineManagementPort } from '../src/examine-ports.ts'

async function listening(server: Server): Promise<AsyncDisposable & { readonly port: number }> {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A page that answers as RabbitMQ's management API does, or does not. */
function page(status: number, body: unknown): Server {
  return createServer((_request, response) => {
    response.writeHead(status, { connection: 'close' }).end(JSON.stringify(body))
  })
}

describe('on the port for AMQP', () => {
  test('a broker is good, with its product and version', async () => {
    await using broker = await startBroker({ port: 0, host: ['127.0.0.1'] })
    expect(await examineAmqpPort(broker.port)).toEqual([
      {
        state: 'good',
        text: expect.stringMatching(/^port \d+: messaging-patterns broker \d/) as unknown,
      },
    ])
  })

  test('a broker that refuses guest is to be mended, and so is what is no broker', async () => {
    await using broker = await startBroker({
      users: { me: { password: 'secret' } },
      refusalDelay: 0,
    })
    expect(await examineAmqpPort(broker.port)).toMatchObject([
      { state: 'bad', remedy: expect.stringContaining('AMQP_URL') as unknown },
    ])
    await using other = await listening(
      createSocketServer((socket) => socket.resume().end('HTTP/1.1 400')),
    )
    expect(await examineAmqpPort(other.port)).toMatchObject([
      {
        state: 'bad',
        text: expect.stringContaining('speaks no AMQP 0-9-1') as unknown,
        remedy: `end it, or take another port: ${pnpm} broker --port 5673`,
      },
    ])
  })

  test('nothing is worth a note, with the two commands that start one', async () => {
    expect(await examineAmqpPort(await freePort())).toMatchObject([
      { state: 'note', remedy: `${pnpm} broker, or docker compose up -d --wait` },
    ])
  })
})

describe('on the port for the management page', () => {
  test('RabbitMQ is good, with its version', async () => {
    await using server = await listening(page(200, { rabbitmq_version: '4.3.6' }))
    expect(await examineManagementPort(server.port)).toMatchObject([
      { state: 'good', text: expect.stringContaining('RabbitMQ 4.3.6') as unknown },
    ])
  })

  test.each([
    [200, {}, 'no management page of RabbitMQ'],
    [404, undefined, 'no management page of RabbitMQ'],
    [401, {}, 'does not let guest in'],
  ])('an answer of %d %j is worth a note', async (status, body, text) => {
    await using server = await listening(page(status, body))
    expect(await examineManagementPort(server.port)).toMatchObject([
      { state: 'note', text: expect.stringContaining(text) as unknown },
    ])
  })

  test('nothing is worth a note', async () => {
    expect(await examineManagementPort(await freePort())).toMatchObject([{ state: 'note' }])
  })
})

test.each([
  ['20.19.0', 'good'],
  ['24.1.0', 'good'],
  ['20.9.0', 'bad'],
  ['18.20.0', 'bad'],
])('Node %s is %s', async (version, state) => {
  expect(await examineNode(version)).toMatchObject([{ state }])
})

describe('on the ports of the cluster', () => {
  const ports = [5681, 5682, 5683]

  /** Of each port, the cluster to which the node behind it says that it belongs. */
  async function examined(...answers: readonly (string | undefined)[]): Promise<unknown> {
    return examineCluster(ports, async (port) => answers[ports.indexOf(port)])
  }

  test('all nodes are good, some are worth a note', async () => {
    const name = 'messaging-patterns-cluster'
    expect(await examined(name, name, name)).toEqual([
      { state: 'good', text: 'ports 5681, 5682, 5683: the 3 nodes of the cluster' },
    ])
    expect(await examined(name, undefined, 'rabbit@rabbit1')).toEqual([
      {
        state: 'note',
        text: 'ports 5681, 5682, 5683: the cluster has 1 of its 3 nodes',
        remedy: 'docker compose -f docker-compose.cluster.yml up -d --wait',
      },
    ])
  })

  test('other brokers, and none, are worth no word', async () => {
    expect(await examined(undefined, undefined, undefined)).toEqual([])
    expect(await examined('rabbit@rabbit1', 'rabbit@rabbit1', undefined)).toEqual([])
    await using broker = await startBroker({ port: 0, host: ['127.0.0.1'] })
    expect(await examineCluster([broker.port, await freePort()])).toEqual([])
  })
})

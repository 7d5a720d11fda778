import { brokerForEachTest, TcpProxy } from '@messaging-patterns/testkit'
import { Offset } from 'rabbitmq-stream-js-client'
import { afterEach, expect, test, vi } from 'vitest'

import { withReconnect } from '../src/reconnect.ts'
import { declareLog, log } from '../src/topology.ts'

const broker = brokerForEachTest()
afterEach(() => void vi.useRealTimers())

/** Loses its connections once they are in use. */
async function losesConnections(use: 'consume' | 'publish'): Promise<void> {
  await using proxy = await TcpProxy.start(broker.streamUrl)
  const { hostname, port } = new URL(proxy.url)
  const url = new URL(broker.url)
  url.hostname = hostname
  let runs = 0
  await withReconnect(
    { broker: { url: url.href }, port: Number(port), status() {} },
    async ({ client, connectionClosedListener }) => {
      const named = { stream: log.name, connectionClosedListener }
      if (use === 'consume')
        await client.declareConsumer({ ...named, offset: Offset.first() }, () => {})
      else await client.declarePublisher(named)
      runs += 1
      if (runs > 1) return
      proxy.cut()
      await new Promise(() => {})
    },
  )
  expect(runs).toBe(2)
}

test.each(['consume', 'publish'] as const)(
  'leaves no timer of a lost connection behind, which would keep the program running: %s',
  async (use) => {
    await declareLog(broker)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await losesConnections(use)
    expect(vi.getTimerCount()).toBe(0)
  },
)

test('refuses amqps, because it would send the password unencrypted', async () => {
  const target = { broker: { url: 'amqps://me:secret@localhost' }, port: undefined, status() {} }
  await expect(withReconnect(target, async () => {})).rejects.toMatchObject({
    code: 'INVALID_URL',
    message: expect.stringContaining('without TLS'),
  })
})

import { brokerForFile, TcpProxy } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { Session } from '../../src/index.ts'

const broker = brokerForFile()

test('an operation that waits for a silent broker rejects when the session is closed', async () => {
  await using proxy = await TcpProxy.start(broker.url)
  // Without a heartbeat, nothing else would ever notice the silence.
  await using session = await Session.open({ url: proxy.url, heartbeat: 0, closeTimeout: 200 })
  const queue = await session.queue('silent')
  proxy.silence()
  const counted = expect(queue.count()).rejects.toMatchObject({ code: 'CLOSED' })
  await session.close()
  await counted
})

import { brokerForFile } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { Session, type Delivery } from '../../src/index.ts'

const broker = brokerForFile()

test('a handler may use the buffer of its reply again', async () => {
  await using servers = await Session.open({ url: broker.url })
  const buffer = Buffer.alloc(10_000)
  const serve = (request: Delivery): Buffer => buffer.fill(request.text())
  await servers.rpcServer(await servers.queue('rpc'), serve, { prefetch: 10 })
  await using session = await Session.open({ url: broker.url })
  const client = await session.rpcClient('rpc')

  const replies = await Promise.all(['a', 'b', 'c'].map((request) => client.call(request)))

  expect(replies.map(({ body }) => String(body).slice(0, 3))).toEqual(['aaa', 'bbb', 'ccc'])
})

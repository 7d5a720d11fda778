import { brokerForFile, waitFor } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { Session } from '../../src/index.ts'
import { startClosingProxy } from '../connection/closing-proxy.ts'

const broker = brokerForFile()

test.each([
  ['Direct Reply-to', false],
  ['a reply queue', true],
])('a call in the middle of a reconnect is sent once, with %s', async (_, replyQueue) => {
  const asked: string[] = []
  let answer = (): void => {}
  const answered = new Promise<void>((resolve) => (answer = resolve))
  await using server = await Session.open({ url: broker.url })
  const queue = await server.queue(`rpc-${replyQueue}`)
  const handler = async (text: string): Promise<string> => {
    asked.push(text)
    if (text === 'last') answer()
    await answered
    return text
  }
  await server.rpcServer(queue, (request) => handler(request.text()), { concurrency: 3 })
  await using proxy = await startClosingProxy(broker.url)
  await using session = await Session.open({ url: proxy.url, heartbeat: 60 })
  const client = await session.rpcClient(queue.name, { replyQueue })
  const heldBack = await session.queue('held back')
  proxy.holdFrom = 'held back'
  proxy.cut()
  await waitFor('the middle of the reconnect', () => proxy.isHolding)
  const first = client.call('first')
  proxy.release()
  await heldBack.count()
  // On one channel, so a copy of the first request is there before the last one.
  const last = client.call('last')
  expect((await first).text()).toBe('first')
  expect((await last).text()).toBe('last')
  expect(asked).toEqual(['first', 'last'])
})

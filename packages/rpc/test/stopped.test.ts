import { Session } from '@messaging-patterns/shared'
import { brokerForFile, Program, TcpProxy } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

const client = 'packages/rpc/src/client.ts'

const broker = brokerForFile()

test('the client sends no request if it was stopped before', async () => {
  await using session = await Session.open({ url: broker.url })
  const queue = await session.queue('rpc_queue')
  await using proxy = await TcpProxy.start(broker.url)
  const basicConsume = Buffer.from([0, 60, 0, 20])
  const holding = proxy.holdAfter(basicConsume)
  await using asking = new Program(client, ['--timeout', '600'], { AMQP_URL: proxy.url })
  const release = await holding
  asking.signal('SIGINT')
  await asking.says(/shutting down gracefully/)
  release()
  expect(await asking.ends()).toMatchObject({ code: 0, stdout: '' })
  expect(await queue.count()).toMatchObject({ messages: 0 })
})

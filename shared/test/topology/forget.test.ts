import { brokerForFile, TcpProxy, waitFor } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { Session } from '../../src/index.ts'

const broker = brokerForFile()

test('a queue that is forgotten stays, and is not declared again on the next connection', async () => {
  await using proxy = await TcpProxy.start(broker.url)
  await using owner = await Session.open({ url: broker.url })
  const statuses: string[] = []
  await using session = await Session.open({
    url: proxy.url,
    onStatus: ({ type }) => statuses.push(type),
  })
  const forgotten = await session.queue('forgotten')
  await session.queue('remembered')
  forgotten.forget()
  const same = await owner.queue('forgotten', { passive: true })
  expect(await same.count()).toMatchObject({ messages: 0 })
  await same.delete()
  await (await owner.queue('remembered', { passive: true })).delete()
  proxy.cut()
  await waitFor('the next connection', () => statuses.includes('reconnected'))
  await owner.queue('remembered', { passive: true })
  await expect(owner.queue('forgotten', { passive: true })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
})

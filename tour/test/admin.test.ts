import { brokerForFile, TcpProxy } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { Admin } from '../src/broker/admin.ts'

const broker = brokerForFile()

test('closes although the broker does not answer', async () => {
  await using proxy = await TcpProxy.start(broker.url)
  const admin = await Admin.connect(proxy.url)
  proxy.silence()
  await expect(admin[Symbol.asyncDispose]()).resolves.toBeUndefined()
})

import { TcpProxy } from '@messaging-patterns/testkit'
import { expect, it } from 'vitest'

import { Witness } from '../src/trial/witness.ts'
import { brokersOfProject } from './brokers.ts'

const brokers = brokersOfProject()

it('closes although the broker does not answer', async () => {
  await using vhost = await brokers.open()
  await using proxy = await TcpProxy.start(vhost.url)
  const witness = await Witness.connect(proxy.url)
  proxy.silence()
  await expect(witness[Symbol.asyncDispose]()).resolves.toBeUndefined()
})

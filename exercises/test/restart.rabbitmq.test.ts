import { Session } from '@messaging-patterns/shared'
import { RabbitMqServer } from '@messaging-patterns/testkit'
import { expect, it } from 'vitest'

import { predictRestart } from '../src/trial/restart.ts'
import { textOf, Witness } from '../src/trial/witness.ts'

const orders = ['order 1', 'order 2', 'order 3']
const kinds = [
  { type: 'classic', persistent: true, left: orders },
  { type: 'classic', persistent: false, left: [] },
  { type: 'quorum', persistent: true, left: orders },
  { type: 'quorum', persistent: false, left: orders },
] as const

it('a real restart leaves what the check predicts', { timeout: 120_000 }, async () => {
  await using server = await RabbitMqServer.start()
  const nameOf = (kind: object): string => Object.values(kind).slice(0, 2).join(' ')
  {
    await using session = await Session.open({ url: server.url })
    await using witness = await Witness.connect(server.url)
    for (const kind of kinds) {
      const { type, persistent, left } = kind
      const queue = await session.queue(nameOf(kind), { type })
      for (const order of orders) await queue.send(order, { persistent })
      const { durable, found, lost } = await predictRestart(witness, queue.name)
      expect({ durable, found }).toEqual({ durable: true, found: orders })
      expect(lost).toEqual(orders.filter((order) => !left.some((each) => each === order)))
      for (const order of orders) await queue.send(order, { persistent })
    }
  }
  await server.stop()
  await server.start()
  await using witness = await Witness.connect(server.url)
  for (const kind of kinds)
    expect((await witness.drain(nameOf(kind))).map(textOf), nameOf(kind)).toEqual(kind.left)
})

import { describe, expect, test } from 'vitest'

import type { Exchange, Queue } from '../../src/index.ts'
import { sessionOnBroker } from '../support.ts'

const fixture = sessionOnBroker()

async function entities(): Promise<{ readonly exchange: Exchange; readonly queue: Queue }> {
  const exchange = await fixture.session.exchange('wrong-type', 'direct', { autoDelete: true })
  const queue = await fixture.session.queue()
  await queue.bind(exchange, 'keeps the exchange')
  return { exchange, queue }
}

/** What a program passes that runs without a type check. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- that is what this file is about
const untyped = (value: unknown): string => value as string

describe('a value of the wrong type', () => {
  test('is refused as a binding key: a list', async () => {
    const { exchange, queue } = await entities()
    const expected = {
      code: 'PRECONDITION_FAILED',
      message: 'a binding key must be a string, not an array',
      remedy: 'pass each key as an argument of its own: "a", "b"',
    }
    const keys = untyped(['a', 'b'])
    await expect(queue.bind(exchange, keys)).rejects.toMatchObject(expected)
    await expect(exchange.bind(exchange, keys)).rejects.toMatchObject(expected)
    await expect(queue.unbind(exchange, keys)).rejects.toMatchObject(expected)
  })

  test('is refused as a binding key: anything else', async () => {
    const { exchange, queue } = await entities()
    await expect(queue.bind(exchange, untyped(7))).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      message: 'a binding key must be a string, not a number',
      remedy: undefined,
    })
    await expect(queue.bind(exchange, untyped({ table: 7 }))).rejects.toMatchObject({
      message: 'a binding key must be a string, not an object',
    })
  })

  test('is refused as an alternate exchange, with the name to pass', async () => {
    const { exchange: lost } = await entities()
    const declare = (alternateExchange: unknown): Promise<Exchange> =>
      fixture.session.exchange('has-alternate', 'direct', {
        alternateExchange: untyped(alternateExchange),
      })
    await expect(declare(lost)).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      message: 'alternateExchange must be a string, not an object',
      remedy: 'pass the name of the exchange: "wrong-type"',
    })
    await expect(declare(7)).rejects.toMatchObject({
      message: 'alternateExchange must be a string, not a number',
      remedy: 'pass the name of the exchange',
    })
  })

  test('is refused as a name', async () => {
    await expect(fixture.session.queue(untyped(7))).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      message: 'the name of a queue must be a string, not a number',
    })
  })
})

import { describe, expect, test } from 'vitest'

import type { Exchange, Queue } from '../../src/index.ts'
import { sessionOnBroker } from '../support.ts'

const fixture = sessionOnBroker()

/** 256 bytes, though fewer characters. */
const tooLong = 'ä'.repeat(128)

const publishes: [string, (queue: Queue, exchange: Exchange) => Promise<void>][] = [
  ['routingKey', (_, exchange) => exchange.publish(tooLong, 'x')],
  ['messageId', (queue) => queue.send('x', { messageId: tooLong })],
  ['correlationId', (queue) => queue.send('x', { correlationId: tooLong })],
  ['replyTo', (queue) => queue.send('x', { replyTo: tooLong })],
  ['contentType', (queue) => queue.send('x', { contentType: tooLong })],
  ['type', (queue) => queue.send('x', { type: tooLong })],
]

const declarations: [string, (queue: Queue, exchange: Exchange) => Promise<unknown>][] = [
  ['the name of a queue', () => fixture.session.queue(tooLong)],
  ['the name of an exchange', () => fixture.session.exchange(tooLong, 'direct')],
  ['a binding key', (queue, exchange) => queue.bind(exchange, tooLong)],
]

describe('a text that is longer than AMQP allows', () => {
  test.each(publishes)('is refused by its name: %s', async (name, publish) => {
    const exchange = await fixture.session.exchange('too-long', 'direct', { autoDelete: true })
    const queue = await fixture.session.queue()
    await queue.bind(exchange, 'key')
    await expect(publish(queue, exchange)).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      message: `${name} has 256 bytes, and AMQP allows 255`,
    })
    await exchange.publish('ä'.repeat(127), 'x')
    await exchange.publish('key', 'the next one', { mandatory: true })
    expect((await queue.get())?.text()).toBe('the next one')
  })

  test.each(declarations)('is refused before it is sent: %s', async (name, declare) => {
    const exchange = await fixture.session.exchange('too-long', 'direct', { autoDelete: true })
    const queue = await fixture.session.queue()
    const began = performance.now()
    await expect(declare(queue, exchange)).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      message: `${name} has 256 bytes, and AMQP allows 255`,
    })
    expect(performance.now() - began).toBeLessThan(2000)
    await queue.bind(exchange, 'ä'.repeat(127))
  })
})

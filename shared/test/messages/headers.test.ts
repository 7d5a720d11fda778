import { waitFor } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import { expect, test } from 'vitest'

import { freshHeaders, type Queue } from '../../src/index.ts'
import { sessionOnBroker } from '../support.ts'

const fixture = sessionOnBroker()

/** Values that JavaScript has no literal for, as amqplib writes them. */
const onTheWire = {
  price: { '!': 'decimal', value: { places: 2, digits: 314 } },
  // pika writes -3.14 like this.
  debt: { '!': 'decimal', value: { places: 2, digits: 2 ** 32 - 314 } },
  at: { '!': 'timestamp', value: 1_795_132_800 },
  never: { '!': 'timestamp', value: 2 ** 62 },
  bytes: Buffer.from([0, 255]),
  nothing: null,
  text: 'tea',
  list: [{ '!': 'decimal', value: { places: 1, digits: 15 } }, 1, 'two'],
  nested: { at: { '!': 'timestamp', value: 0 } },
}

const asValues = {
  price: 3.14,
  debt: -3.14,
  at: new Date('2026-11-20T00:00:00Z'),
  never: 2 ** 62,
  bytes: Buffer.from([0, 255]),
  nothing: null,
  text: 'tea',
  list: [1.5, 1, 'two'],
  nested: { at: new Date(0) },
}

async function queueWith(headers: Record<string, unknown>): Promise<Queue> {
  const queue = await fixture.session.queue('with-headers')
  const connection = await connect(fixture.broker.url)
  const channel = await connection.createConfirmChannel()
  channel.sendToQueue(queue.name, Buffer.from('x'), { headers })
  await channel.waitForConfirms()
  await connection.close()
  return queue
}

test('headers from other languages are JavaScript values', async () => {
  const queue = await queueWith(onTheWire)
  const delivery = await waitFor('the message', () => queue.get())
  expect(delivery.headers).toEqual(asValues)
  delivery.ack()
})

test('a forwarded message keeps the types of its headers', async () => {
  const queue = await queueWith(onTheWire)
  const other = await fixture.session.queue('forwarded')
  for (const headersOf of [undefined, freshHeaders]) {
    const first = await waitFor('the message', () => queue.get())
    await other.forward(first, headersOf?.(first))
    first.nack()
    const second = await waitFor('the message', () => other.get())
    expect(second.message.properties.headers).toMatchObject(onTheWire)
    second.ack()
  }
})

test('a retried message keeps the types of its headers', async () => {
  const queue = await queueWith(onTheWire)
  const seen: unknown[] = []
  const subscription = await queue.consume(
    ({ message }) => {
      seen.push(message.properties.headers)
      if (seen.length === 1) throw new Error('try again')
    },
    { retry: { attempts: 2, delay: 10 }, limit: 2 },
  )
  await subscription.finished()
  expect(seen[1]).toMatchObject(onTheWire)
})

test('a date in a header is sent as a timestamp, in whole seconds', async () => {
  const queue = await fixture.session.queue('dates')
  const at = new Date('2026-11-20T08:06:22.900Z')
  await queue.send('x', { headers: { at, list: [at], nested: { at } } })
  const delivery = await waitFor('the message', () => queue.get())
  const whole = new Date('2026-11-20T08:06:22Z')
  expect(delivery.headers).toEqual({ at: whole, list: [whole], nested: { at: whole } })
  delivery.ack()
})

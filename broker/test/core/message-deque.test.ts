import { describe, expect, it } from 'vitest'

import { MemoryGauge } from '../../src/core/message/memory-gauge.ts'
import { Message } from '../../src/core/message/message.ts'
import { MessageDeque } from '../../src/core/queue/messages/message-deque.ts'
import { entryOf, QueueEntry } from '../../src/core/queue/messages/queue-entry.ts'
import { ByteWriter } from '../../src/wire/byte-writer.ts'
import { readProperties, writeProperties } from '../../src/wire/properties-codec.ts'
import { collectGarbage } from '../support/collect-garbage.ts'
import { Random } from '../support/random.ts'

function encoded(messageId: string): Uint8Array {
  const writer = new ByteWriter(64)
  writeProperties(writer, { contentType: 'text/plain', deliveryMode: 2, messageId })
  return writer.detach(0)
}

/** A message as a channel creates it: its properties are not decoded. */
function plain(at: number, routingKey = 'q'): Message {
  const message = new Message({
    exchange: `exchange ${at % 2}`,
    routingKey,
    properties: readProperties,
    encodedProperties: encoded(`id ${at}`),
    body: new TextEncoder().encode(`body ${at}`.repeat(at % 5)),
  })
  message.queueCount = 1
  return message
}

function heapUsed(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

function described(ready: Message | QueueEntry | undefined) {
  if (ready === undefined) return ready
  const { id, exchange, routingKey, properties, body } = entryOf(ready).message
  return { id, exchange, routingKey, properties, body: new TextDecoder().decode(body) }
}

describe('MessageDeque', () => {
  it('keeps the order and all of a message, while it grows and shrinks by thousands', () => {
    const deque = new MessageDeque()
    const model: ReturnType<typeof described>[] = []
    const random = new Random(3)
    for (let step = 0; step < 16_000; step++) {
      const grows = step < 8000 || step > 15_000
      if (random.below(5) > 0 === grows) {
        const message = plain(step, `key ${random.below(3)}`)
        deque.push(random.below(2000) === 0 ? new QueueEntry(message) : message)
        model.push(described(message))
      } else expect(described(deque.shift())).toEqual(model.shift())
      expect(deque.length).toBe(model.length)
      if (step % 1000 === 0) expect(described(deque.peek())).toEqual(model[0])
    }
    expect(Array.from(deque).map(described)).toEqual(model)
    deque.clear()
    expect([deque.length, deque.peek(), deque.shift()]).toEqual([0, undefined, undefined])
  })

  it('counts the memory of its messages once, no matter when they are packed', () => {
    const gauge = new MemoryGauge(Infinity, () => {})
    const deque = new MessageDeque()
    const messages = Array.from({ length: 5000 }, (_, at) => plain(at))
    for (const message of messages) {
      message.queueCount = 0
      gauge.retain(message)
      deque.push(message)
    }
    // Some also go to another queue after they were packed, and leave it first.
    for (const message of messages.slice(2000, 2010)) gauge.retain(message)
    for (const message of messages.slice(2000, 2010)) gauge.release(message)
    expect(gauge.used).toBeGreaterThan(5000)
    for (let ready = deque.shift(); ready !== undefined; ready = deque.shift())
      gauge.release(entryOf(ready).message)
    expect(gauge.used).toBe(0)
  })

  it('has no object for a waiting message', () => {
    const deque = new MessageDeque()
    const before = heapUsed()
    for (let i = 0; i < 100_000; i++) deque.push(plain(i))
    expect((heapUsed() - before) / 100_000).toBeLessThan(40)
    expect(deque.length).toBe(100_000)
  })
})

import { describe, expect, it } from 'vitest'

import { MemoryGauge } from '../../../src/core/message/memory-gauge.ts'
import type { Queue } from '../../../src/core/queue/queue.ts'
import {
  declare,
  field,
  message,
  owner,
  recipient,
  TestConsumer,
  testHost,
} from '../../support/vhost.ts'
import { turn } from './log.ts'

const stream = { 'x-queue-type': 'stream' }

async function fill(queue: Queue, count: number): Promise<void> {
  for (let at = 0; at < count; at++) queue.enqueue(message(`m${at}`))
  await turn()
}

function consume(queue: Queue, consumer: TestConsumer): TestConsumer {
  queue.addConsumer(consumer)
  queue.deliverReady()
  return consumer
}

describe('a stream queue', () => {
  it('delivers to each consumer as much as it has capacity for', async () => {
    const queue = declare(testHost(), 's', stream)
    await fill(queue, 10)
    const slow = consume(queue, new TestConsumer('slow', { start: 'first', prefetch: 2 }))
    const fast = consume(queue, new TestConsumer('fast', { start: 'first' }))
    expect(slow.bodies).toEqual(['m0', 'm1'])
    expect(fast.bodies).toHaveLength(10)
    slow.ack(queue, 1)
    expect(slow.bodies).toEqual(['m0', 'm1', 'm2'])
    expect(queue.unackedCount).toBe(12)
  })

  it('delivers new messages once to each consumer that waits', async () => {
    const queue = declare(testHost(), 's', stream)
    const consumers = ['a', 'b'].map((tag) => consume(queue, new TestConsumer(tag)))
    await fill(queue, 3)
    for (const { bodies } of consumers) expect(bodies).toEqual(['m0', 'm1', 'm2'])
  })

  it('delivers nothing to a consumer that was removed', async () => {
    const queue = declare(testHost(), 's', stream)
    const consumer = consume(queue, new TestConsumer('c'))
    queue.removeConsumer(consumer)
    await fill(queue, 1)
    expect(consumer.bodies).toEqual([])
    expect(queue.consumerCount).toBe(0)
  })

  it('cancels its consumers and gives its memory back when it is deleted', async () => {
    const host = testHost()
    const queue = declare(host, 's', stream)
    await fill(queue, 1000)
    const consumer = consume(queue, new TestConsumer('c', { start: 'first' }))
    expect(host.memory.used).toBeGreaterThan(0)
    expect(host.vhost.deleteQueue('s')).toBe(0)
    expect(consumer.isCanceled).toBe(true)
    expect(host.memory.used).toBe(0)
    // A message that was in progress when it was deleted.
    consumer.ack(queue, 0)
    expect(consumer.received).toHaveLength(1000)
  })

  it('emits the events of messages', async () => {
    const host = testHost()
    const seen: string[] = []
    for (const name of ['routed', 'delivered', 'acked', 'requeued'] as const)
      host.events.on(name, () => void seen.push(name))
    const queue = declare(host, 's', stream)
    const consumer = consume(queue, new TestConsumer('c'))
    await fill(queue, 1)
    consumer.ack(queue, 0)
    expect(seen).toEqual(['routed', 'delivered', 'acked'])
  })

  it('drops a dead letter that it cannot store, and refuses the same from a publisher', async () => {
    const host = testHost()
    const queue = declare(host, 's', stream)
    declare(host, 'source', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 's' })
    const decimal = { type: 'decimal', value: { scale: 2, unscaled: 314 } } as const
    const bad = message('m', { properties: { headers: new Map([['d', decimal]]) } })
    expect(() => queue.enqueue(bad)).toThrow('INTERNAL_ERROR')
    const source = host.vhost.queues.expect('source', owner)
    source.enqueue(bad)
    const entry = source.get(false, recipient)
    if (entry !== undefined) source.reject(entry, true)
    await turn()
    expect(queue.messageCount).toBe(0)
  })

  it('starts with an interval before the time of the broker', async () => {
    const host = testHost()
    const queue = declare(host, 's', stream)
    await fill(queue, 1)
    host.clock.advance(3_600_001)
    await fill(queue, 1)
    for (const [start, count] of [
      ['1h', 1],
      ['2h', 2],
    ] as const)
      expect(consume(queue, new TestConsumer(start, { start })).received).toHaveLength(count)
  })
})

describe('the memory of logs', () => {
  it('counts for the watermark, until retention frees it', () => {
    const changes: boolean[] = []
    const gauge = new MemoryGauge(1000, (over) => changes.push(over))
    gauge.reserve(900)
    gauge.reserve(200)
    expect(gauge.over).toBe(true)
    gauge.reserve(-200)
    expect(gauge.over).toBe(true)
    gauge.reserve(-200)
    expect(changes).toEqual([true, false])
  })
})

it('an argument of any other type is not an offset', () => {
  const queue = declare(testHost(), 's', stream)
  const consumer = new TestConsumer('c')
  const args = new Map([['x-stream-offset', field(1.5)]])
  expect(() => queue.addConsumer(Object.assign(consumer, { arguments: args }))).toThrow(
    'INTERNAL_ERROR',
  )
})

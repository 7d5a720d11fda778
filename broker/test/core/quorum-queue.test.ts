import { describe, expect, it } from 'vitest'

import type { QueueEntry } from '../../src/core/queue/messages/queue-entry.ts'
import type { Queue } from '../../src/core/queue/queue.ts'
import {
  declare,
  drain,
  message,
  recipient,
  testHost,
  TestConsumer,
  text,
} from '../support/vhost.ts'

const quorum = { 'x-queue-type': 'quorum' }

function take(queue: Queue): QueueEntry {
  const entry = queue.get(false, recipient)
  if (entry === undefined) throw new Error('the queue is empty')
  return entry
}

describe('a quorum queue', () => {
  it('delivers requeued messages first, in the order in which they were requeued', () => {
    const queue = declare(testHost(), 'q', quorum)
    for (const body of 'abc') queue.enqueue(message(body))
    const [a, b] = [take(queue), take(queue)]
    queue.requeue(b, false)
    queue.requeue(a, false)
    expect(drain(queue)).toEqual(['b', 'a', 'c'])
  })

  it('has 32 strict priorities, and priority 4 for a message without one', () => {
    const queue = declare(testHost(), 'q', quorum)
    for (const priority of [undefined, 5, 3, 31, 200, 4, 0])
      queue.enqueue(
        message(`${priority}`, { properties: priority === undefined ? {} : { priority } }),
      )
    expect(drain(queue)).toEqual(['31', '200', '5', 'undefined', '4', '3', '0'])
  })

  it('dead-letters a message that has failed more than 20 times', () => {
    const host = testHost()
    declare(host, 'dead')
    const queue = declare(host, 'q', {
      ...quorum,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'dead',
    })
    queue.enqueue(message('a'))
    let deliveries = 0
    for (; queue.messageCount > 0; deliveries++) queue.requeue(take(queue), true)
    expect(deliveries).toBe(21)
    const dead = host.vhost.queues.get('dead')?.get(true, recipient)
    expect(dead?.message.headers?.get('x-first-death-reason')?.value).toBe('delivery_limit')
  })

  it('does not count a nack as a failure', () => {
    const queue = declare(testHost(), 'q', { ...quorum, 'x-delivery-limit': 1 })
    queue.enqueue(message('a'))
    for (let i = 0; i < 50; i++) queue.requeue(take(queue), false)
    const entry = take(queue)
    expect([entry.acquired, entry.failures, entry.redelivered]).toEqual([50, 0, true])
  })

  it('delays a failed message longer each time, if it is asked to', () => {
    const host = testHost()
    const queue = declare(host, 'q', {
      ...quorum,
      'x-delayed-retry-type': 'all',
      'x-delayed-retry-min': 500,
      'x-delayed-retry-max': 1200,
    })
    const consumer = new TestConsumer('t')
    queue.addConsumer(consumer)
    queue.enqueue(message('a'))
    const gaps: number[] = []
    for (let i = 0; i < 4; i++) {
      const entry = consumer.received.at(-1)
      const before = host.clock.now()
      if (entry !== undefined) queue.requeue(entry, true)
      queue.deliverReady()
      const count = consumer.received.length
      while (consumer.received.length === count) host.clock.advance(1)
      gaps.push(host.clock.now() - before)
    }
    expect(gaps).toEqual([500, 1000, 1200, 1200])
  })

  it('delays only failed or only returned messages, if it is asked to', () => {
    for (const type of ['failed', 'returned']) {
      const queue = declare(testHost(), 'q', {
        ...quorum,
        'x-delayed-retry-type': type,
        'x-delayed-retry-min': 500,
      })
      queue.enqueue(message('a'))
      queue.requeue(take(queue), type !== 'failed')
      expect(queue.messageCount).toBe(1)
      queue.requeue(take(queue), type === 'failed')
      expect(queue.messageCount).toBe(0)
    }
  })

  it('requeues a message that times out, and skips the consumer until it acknowledges it', () => {
    const host = testHost()
    const queue = declare(host, 'q', { ...quorum, 'x-consumer-timeout': 1000 })
    const slow = new TestConsumer('slow', { prefetch: 1 })
    queue.addConsumer(slow)
    queue.enqueue(message('a'))
    host.clock.advance(999)
    expect(slow.isTimedOut).toBe(false)
    host.clock.advance(1)
    expect(slow.isTimedOut).toBe(true)
    const other = new TestConsumer('other')
    queue.addConsumer(other)
    queue.deliverReady()
    expect(other.bodies).toEqual(['a'])
    slow.ack(queue, 0)
    expect(slow.isTimedOut).toBe(false)
    expect(queue.unackedCount).toBe(1)
    other.ack(queue, 0)
    expect(queue.unackedCount).toBe(0)
  })

  it('replaces the single active consumer by one of a higher priority when it has acknowledged its messages', () => {
    const queue = declare(testHost(), 'q', { ...quorum, 'x-single-active-consumer': true })
    const first = new TestConsumer('1')
    queue.addConsumer(first)
    queue.enqueue(message('a'))
    const second = new TestConsumer('2', { priority: 1 })
    queue.addConsumer(second)
    queue.enqueue(message('b'))
    expect([first.bodies, second.bodies]).toEqual([['a'], []])
    first.ack(queue, 0)
    expect(second.bodies).toEqual(['b'])
  })

  it('keeps a message that expires at once for a millisecond', () => {
    const host = testHost()
    const queue = declare(host, 'q', quorum)
    queue.enqueue(message('a', { ttl: 0 }))
    expect(queue.messageCount).toBe(1)
    host.clock.advance(1)
    expect(queue.messageCount).toBe(0)
  })

  it('accepts one message above its limit, and then none until a fifth is free again', () => {
    const limits = { 'x-max-length': 5, 'x-overflow': 'reject-publish' }
    const queue = declare(testHost(), 'q', { ...quorum, ...limits })
    const publish = (): boolean => queue.enqueue(message('x'))
    expect(Array.from({ length: 8 }, publish)).toEqual([...Array(6).fill(true), false, false])
    take(queue)
    expect(publish()).toBe(false)
    take(queue)
    expect(publish()).toBe(true)
  })

  it('leaves no timer behind', () => {
    const host = testHost()
    const queue = declare(host, 'q', { ...quorum, 'x-message-ttl': 1000, 'x-expires': 5000 })
    queue.enqueue(message('a'))
    const unacked = take(queue)
    host.vhost.deleteQueue(queue.name)
    expect(host.clock.alarms).toBe(0)
    queue.ack(unacked)
    expect(host.clock.alarms).toBe(0)
    expect(text(undefined)).toBeUndefined()
  })
})

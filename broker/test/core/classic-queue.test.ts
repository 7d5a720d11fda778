import { describe, expect, it } from 'vitest'

import {
  anything,
  declare,
  drain,
  message,
  recipient,
  testHost,
  TestConsumer,
  text,
} from '../support/vhost.ts'

describe('a classic queue', () => {
  it('delivers messages in the order in which they arrived', () => {
    const queue = declare(testHost(), 'q')
    for (const body of 'abc') queue.enqueue(message(body))
    expect(queue.messageCount).toBe(3)
    expect(drain(queue)).toEqual(['a', 'b', 'c'])
  })

  it('requeues a message at its old position, marked as redelivered', () => {
    const queue = declare(testHost(), 'q')
    for (const body of 'abcd') queue.enqueue(message(body))
    const [a, b, c] = [1, 2, 3].map(() => queue.get(false, recipient))
    if (a === undefined || b === undefined || c === undefined)
      throw new Error('there should be three messages')
    queue.requeue(c, false)
    queue.requeue(a, false)
    const again = queue.get(false, recipient)
    expect([text(again), again?.redelivered]).toEqual(['a', true])
    queue.requeue(b, false)
    expect(drain(queue)).toEqual(['b', 'c', 'd'])
  })

  it('shares messages among its consumers in turn', () => {
    const queue = declare(testHost(), 'q')
    const consumers = ['1', '2', '3'].map((tag) => new TestConsumer(tag))
    for (const consumer of consumers) queue.addConsumer(consumer)
    for (const body of 'abcdef') queue.enqueue(message(body))
    expect(consumers.map(({ bodies }) => bodies.join(''))).toEqual(['ad', 'be', 'cf'])
    expect(queue.unackedCount).toBe(6)
  })

  it('skips a consumer without capacity until it acknowledges a message', () => {
    const queue = declare(testHost(), 'q')
    const small = new TestConsumer('small', { prefetch: 1 })
    const large = new TestConsumer('large', { prefetch: 2 })
    queue.addConsumer(small)
    queue.addConsumer(large)
    for (const body of 'abcde') queue.enqueue(message(body))
    expect([small.bodies, large.bodies]).toEqual([['a'], ['b', 'c']])
    small.ack(queue, 0)
    expect(small.bodies).toEqual(['a', 'd'])
    expect(queue.messageCount).toBe(1)
  })

  it('serves the consumer of the highest priority that has capacity', () => {
    const queue = declare(testHost(), 'q')
    const low = new TestConsumer('low')
    const high = new TestConsumer('high', { priority: 5, prefetch: 2 })
    queue.addConsumer(low)
    queue.addConsumer(high)
    for (const body of 'abc') queue.enqueue(message(body))
    expect([low.bodies, high.bodies]).toEqual([['c'], ['a', 'b']])
  })

  it('has a single active consumer if it is asked to, and the next one when that is removed', () => {
    const queue = declare(testHost(), 'q', { 'x-single-active-consumer': true })
    const [first, second] = [new TestConsumer('1'), new TestConsumer('2', { priority: 9 })]
    queue.addConsumer(first)
    queue.addConsumer(second)
    queue.enqueue(message('a'))
    expect([first.bodies, second.bodies]).toEqual([['a'], []])
    queue.removeConsumer(first)
    queue.enqueue(message('b'))
    expect(second.bodies).toEqual(['b'])
    expect(queue.unackedCount).toBe(2)
  })

  it('refuses a second consumer if either of the two is exclusive', () => {
    const queue = declare(testHost(), 'q')
    queue.addConsumer(new TestConsumer('1', { exclusive: true }))
    const refusal = "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use"
    expect(() => queue.addConsumer(new TestConsumer('2'))).toThrow(refusal)
    const other = declare(testHost(), 'q')
    other.addConsumer(new TestConsumer('1'))
    expect(() => other.addConsumer(new TestConsumer('2', { exclusive: true }))).toThrow(refusal)
  })

  it('delivers higher priorities first, and treats a priority above the highest as the highest', () => {
    const queue = declare(testHost(), 'q', { 'x-max-priority': 5 })
    const priorities = [undefined, 1, 9, 5, 5, 0]
    for (const [index, priority] of priorities.entries())
      queue.enqueue(message(`${index}`, { properties: priority === undefined ? {} : { priority } }))
    expect(drain(queue)).toEqual(['2', '3', '4', '1', '0', '5'])
  })

  it('drops its head if it is too long', () => {
    const queue = declare(testHost(), 'q', { 'x-max-length': 2 })
    for (const body of 'abcd') expect(queue.enqueue(message(body))).toBe(true)
    expect(drain(queue)).toEqual(['c', 'd'])
  })

  it('drops its head if it has too many bytes', () => {
    const queue = declare(testHost(), 'q', { 'x-max-length-bytes': 5 })
    for (const body of ['aaa', 'bb', 'c']) queue.enqueue(message(body))
    expect(drain(queue)).toEqual(['bb', 'c'])
  })

  it('rejects a message that exceeds its limit if it is asked to', () => {
    const queue = declare(testHost(), 'q', { 'x-max-length': 1, 'x-overflow': 'reject-publish' })
    expect(queue.enqueue(message('a'))).toBe(true)
    expect(queue.enqueue(message('b'))).toBe(false)
    expect(drain(queue)).toEqual(['a'])
  })

  it('does not count unacked messages for its length', () => {
    const queue = declare(testHost(), 'q', { 'x-max-length': 1 })
    queue.enqueue(message('a'))
    const out = queue.get(false, recipient)
    queue.enqueue(message('b'))
    expect(queue.messageCount).toBe(1)
    if (out !== undefined) queue.requeue(out, false)
    queue.deliverReady()
    expect(drain(queue)).toEqual(['b'])
  })

  it('drops an expired message, to the millisecond', () => {
    const host = testHost()
    const queue = declare(host, 'q', { 'x-message-ttl': 100 })
    queue.enqueue(message('a'))
    queue.enqueue(message('b', { ttl: 50 }))
    host.clock.advance(99)
    expect(queue.messageCount).toBe(2)
    host.clock.advance(1)
    expect(queue.messageCount).toBe(0)
  })

  it('drops messages that expired behind the head as soon as the head is removed', () => {
    const host = testHost()
    const queue = declare(host, 'q')
    queue.enqueue(message('long'))
    queue.enqueue(message('short', { ttl: 10 }))
    host.clock.advance(50)
    expect(queue.messageCount).toBe(2)
    expect(text(queue.get(false, recipient))).toBe('long')
    expect(queue.messageCount).toBe(0)
  })

  it('delivers a message that expires at once only to a consumer that is ready for it', () => {
    const queue = declare(testHost(), 'q', { 'x-message-ttl': 0 })
    queue.enqueue(message('a'))
    expect(queue.messageCount).toBe(0)
    const consumer = new TestConsumer('t')
    queue.addConsumer(consumer)
    queue.enqueue(message('b'))
    expect(consumer.bodies).toEqual(['b'])
  })

  it('is deleted when it was not used for the time of x-expires', () => {
    const host = testHost()
    const queue = declare(host, 'q', { 'x-expires': 100 })
    const consumer = new TestConsumer('t')
    queue.addConsumer(consumer)
    host.clock.advance(500)
    expect(host.vhost.queues.get('q')).toBe(queue)
    queue.removeConsumer(consumer)
    host.clock.advance(60)
    queue.get(true, recipient)
    host.clock.advance(60)
    expect(host.vhost.queues.get('q')).toBe(queue)
    host.clock.advance(40)
    expect(host.vhost.queues.get('q')).toBeUndefined()
    expect(host.clock.alarms).toBe(0)
  })

  it('is deleted with its last consumer if it is auto-delete, but not before the first', () => {
    const host = testHost()
    const queue = host.vhost.declareQueue({
      name: 'q',
      durable: true,
      exclusive: false,
      autoDelete: true,
      arguments: new Map(),
      owner: host,
      guard: anything,
    })
    queue.enqueue(message('a'))
    expect(host.vhost.queues.get('q')).toBe(queue)
    const consumer = new TestConsumer('t')
    queue.addConsumer(consumer)
    queue.removeConsumer(consumer)
    expect(host.vhost.queues.get('q')).toBeUndefined()
  })

  it('cancels its consumers when it is deleted, and forgets their unacked messages', () => {
    const host = testHost()
    const queue = declare(host, 'q')
    const consumer = new TestConsumer('t', { prefetch: 1 })
    queue.addConsumer(consumer)
    for (const body of 'abc') queue.enqueue(message(body))
    expect(host.vhost.deleteQueue(queue.name)).toBe(2)
    expect(consumer.isCanceled).toBe(true)
    const [held] = consumer.received
    if (held !== undefined) queue.requeue(held, true)
    expect(host.memory.used).toBe(0)
  })

  it('releases the memory of messages that have left it', () => {
    const host = testHost()
    const queue = declare(host, 'q')
    for (const body of 'abcd') queue.enqueue(message(body))
    expect(host.memory.used).toBeGreaterThan(0)
    const entry = queue.get(false, recipient)
    if (entry !== undefined) queue.ack(entry)
    queue.get(true, recipient)
    queue.purge()
    expect(host.memory.used).toBe(0)
  })
})

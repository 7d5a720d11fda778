import { describe, expect, it } from 'vitest'

import {
  anything,
  declare,
  drain,
  message,
  nobody,
  testHost,
  TestConsumer,
  text,
} from '../support/vhost.ts'

describe('a classic queue', () => {
  it('hands messages out in the order in which they came', () => {
    const queue = declare(testHost(), 'q')
    for (const body of 'abc') queue.enqueue(message(body))
    expect(queue.messageCount).toBe(3)
    expect(drain(queue)).toEqual(['a', 'b', 'c'])
  })

  it('puts a message that comes back where it was, marked as redelivered', () => {
    const queue = declare(testHost(), 'q')
    for (const body of 'abcd') queue.enqueue(message(body))
    const [a, b, c] = [1, 2, 3].map(() => queue.get(false, nobody))
    if (a === undefined || b === undefined || c === undefined) throw new Error('three were there')
    queue.requeue(c, false)
    queue.requeue(a, false)
    const again = queue.get(false, nobody)
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

  it('passes over a consumer that is full until it has settled something', () => {
    const queue = declare(testHost(), 'q')
    const small = new TestConsumer('small', { room: 1 })
    const large = new TestConsumer('large', { room: 2 })
    queue.addConsumer(small)
    queue.addConsumer(large)
    for (const body of 'abcde') queue.enqueue(message(body))
    expect([small.bodies, large.bodies]).toEqual([['a'], ['b', 'c']])
    small.ack(queue, 0)
    expect(small.bodies).toEqual(['a', 'd'])
    expect(queue.messageCount).toBe(1)
  })

  it('serves the consumer of the highest priority that has room', () => {
    const queue = declare(testHost(), 'q')
    const low = new TestConsumer('low')
    const high = new TestConsumer('high', { priority: 5, room: 2 })
    queue.addConsumer(low)
    queue.addConsumer(high)
    for (const body of 'abc') queue.enqueue(message(body))
    expect([low.bodies, high.bodies]).toEqual([['c'], ['a', 'b']])
  })

  it('lets one consumer alone be active where it is asked to, and the next when that goes', () => {
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

  it('refuses another consumer beside an exclusive one, either way round', () => {
    const queue = declare(testHost(), 'q')
    queue.addConsumer(new TestConsumer('1', { exclusive: true }))
    const refusal = "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use"
    expect(() => queue.addConsumer(new TestConsumer('2'))).toThrow(refusal)
    const other = declare(testHost(), 'q')
    other.addConsumer(new TestConsumer('1'))
    expect(() => other.addConsumer(new TestConsumer('2', { exclusive: true }))).toThrow(refusal)
  })

  it('sends higher priorities first, and takes what is above the highest for that', () => {
    const queue = declare(testHost(), 'q', { 'x-max-priority': 5 })
    const priorities = [undefined, 1, 9, 5, 5, 0]
    for (const [index, priority] of priorities.entries())
      queue.enqueue(message(`${index}`, { properties: priority === undefined ? {} : { priority } }))
    expect(drain(queue)).toEqual(['2', '3', '4', '1', '0', '5'])
  })

  it('drops its head where it is too long', () => {
    const queue = declare(testHost(), 'q', { 'x-max-length': 2 })
    for (const body of 'abcd') expect(queue.enqueue(message(body))).toBe(true)
    expect(drain(queue)).toEqual(['c', 'd'])
  })

  it('drops its head where it has too many bytes', () => {
    const queue = declare(testHost(), 'q', { 'x-max-length-bytes': 5 })
    for (const body of ['aaa', 'bb', 'c']) queue.enqueue(message(body))
    expect(drain(queue)).toEqual(['bb', 'c'])
  })

  it('refuses what does not fit where it is asked to', () => {
    const queue = declare(testHost(), 'q', { 'x-max-length': 1, 'x-overflow': 'reject-publish' })
    expect(queue.enqueue(message('a'))).toBe(true)
    expect(queue.enqueue(message('b'))).toBe(false)
    expect(drain(queue)).toEqual(['a'])
  })

  it('counts no message that is out for its length', () => {
    const queue = declare(testHost(), 'q', { 'x-max-length': 1 })
    queue.enqueue(message('a'))
    const out = queue.get(false, nobody)
    queue.enqueue(message('b'))
    expect(queue.messageCount).toBe(1)
    if (out !== undefined) queue.requeue(out, false)
    queue.deliverReady()
    expect(drain(queue)).toEqual(['b'])
  })

  it('drops a message whose time is up, to the millisecond', () => {
    const host = testHost()
    const queue = declare(host, 'q', { 'x-message-ttl': 100 })
    queue.enqueue(message('a'))
    queue.enqueue(message('b', { ttl: 50 }))
    host.clock.advance(99)
    expect(queue.messageCount).toBe(2)
    host.clock.advance(1)
    expect(queue.messageCount).toBe(0)
  })

  it('drops what has expired behind the head as soon as the head is taken', () => {
    const host = testHost()
    const queue = declare(host, 'q')
    queue.enqueue(message('long'))
    queue.enqueue(message('short', { ttl: 10 }))
    host.clock.advance(50)
    expect(queue.messageCount).toBe(2)
    expect(text(queue.get(false, nobody))).toBe('long')
    expect(queue.messageCount).toBe(0)
  })

  it('sends a message that expires at once to a consumer that waits, and to no other', () => {
    const queue = declare(testHost(), 'q', { 'x-message-ttl': 0 })
    queue.enqueue(message('a'))
    expect(queue.messageCount).toBe(0)
    const consumer = new TestConsumer('t')
    queue.addConsumer(consumer)
    queue.enqueue(message('b'))
    expect(consumer.bodies).toEqual(['b'])
  })

  it('goes when nobody has used it for as long as it said', () => {
    const host = testHost()
    const queue = declare(host, 'q', { 'x-expires': 100 })
    const consumer = new TestConsumer('t')
    queue.addConsumer(consumer)
    host.clock.advance(500)
    expect(host.vhost.queues.get('q')).toBe(queue)
    queue.removeConsumer(consumer)
    host.clock.advance(60)
    queue.get(true, nobody)
    host.clock.advance(60)
    expect(host.vhost.queues.get('q')).toBe(queue)
    host.clock.advance(40)
    expect(host.vhost.queues.get('q')).toBeUndefined()
    expect(host.clock.alarms).toBe(0)
  })

  it('goes with its last consumer where it is auto-delete, but not before the first', () => {
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

  it('tells its consumers when it is deleted, and forgets what they hold', () => {
    const host = testHost()
    const queue = declare(host, 'q')
    const consumer = new TestConsumer('t', { room: 1 })
    queue.addConsumer(consumer)
    for (const body of 'abc') queue.enqueue(message(body))
    expect(host.vhost.deleteQueue(queue.name)).toBe(2)
    expect(consumer.isCanceled).toBe(true)
    const [held] = consumer.received
    if (held !== undefined) queue.requeue(held, true)
    expect(host.memory.used).toBe(0)
  })

  it('holds on to no memory for what has left it', () => {
    const host = testHost()
    const queue = declare(host, 'q')
    for (const body of 'abcd') queue.enqueue(message(body))
    expect(host.memory.used).toBeGreaterThan(0)
    const entry = queue.get(false, nobody)
    if (entry !== undefined) queue.ack(entry)
    queue.get(true, nobody)
    queue.purge()
    expect(host.memory.used).toBe(0)
  })
})

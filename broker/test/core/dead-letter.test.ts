import { describe, expect, it } from 'vitest'

import type { Message } from '../../src/core/message/message.ts'
import type { FieldValue } from '../../src/protocol/field-value.ts'
import {
  anything,
  declare,
  drain,
  fields,
  message,
  recipient,
  owner,
  testHost,
  text,
  type TestHost,
} from '../support/vhost.ts'

/** The plain value of a field, as a client sees it. */
function plain(field: FieldValue | undefined): unknown {
  if (field?.type === 'array') return field.value.map(plain)
  if (field?.type === 'table')
    return Object.fromEntries(Array.from(field.value, ([name, value]) => [name, plain(value)]))
  return field?.value
}

function headers(dead: Message | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Array.from(dead?.headers ?? [], ([name, value]) => [name, plain(value)]),
  )
}

function to(name: string): Record<string, string> {
  return { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': name }
}

function reject(host: TestHost, name: string): void {
  const queue = host.vhost.queues.get(name)
  const entry = queue?.get(false, recipient)
  if (queue !== undefined && entry !== undefined) queue.reject(entry, true)
}

describe('dead letters', () => {
  it('say where, why, when and how often they were dead-lettered', () => {
    const host = testHost()
    const dead = declare(host, 'dead')
    const queue = declare(host, 'q', to('dead'))
    const properties = { headers: fields({ foo: 1 }), expiration: '60000' }
    queue.enqueue(message('x', { properties, ttl: 60_000, routingKey: 'q', exchange: '' }))
    reject(host, 'q')
    const entry = dead.get(true, recipient)
    expect(headers(entry?.message)).toEqual({
      foo: 1,
      'x-death': [
        {
          'original-expiration': '60000',
          count: 1,
          reason: 'rejected',
          queue: 'q',
          time: Math.floor(host.clock.now() / 1000),
          exchange: '',
          'routing-keys': ['q'],
        },
      ],
      'x-first-death-exchange': '',
      'x-first-death-queue': 'q',
      'x-first-death-reason': 'rejected',
      'x-last-death-exchange': '',
      'x-last-death-queue': 'q',
      'x-last-death-reason': 'rejected',
    })
    expect(entry?.message.properties.expiration).toBeUndefined()
    expect(entry?.message.routingKey).toBe('dead')
  })

  it('have one entry for each queue and reason, the latest first', () => {
    const host = testHost()
    declare(host, 'wait', { ...to('q'), 'x-message-ttl': 50 })
    const queue = declare(host, 'q', to('wait'))
    queue.enqueue(message('x'))
    for (let i = 0; i < 2; i++) {
      reject(host, 'q')
      host.clock.advance(50)
    }
    const deaths = headers(queue.get(true, recipient)?.message)['x-death']
    expect(deaths).toMatchObject([
      { count: 2, reason: 'expired', queue: 'wait' },
      { count: 2, reason: 'rejected', queue: 'q' },
    ])
  })

  it('keep their routing keys unless the queue gives them another', () => {
    const host = testHost()
    host.vhost.declareExchange({
      name: 'dlx',
      type: 'direct',
      durable: true,
      autoDelete: false,
      internal: false,
      arguments: new Map(),
      guard: anything,
    })
    const dead = declare(host, 'dead')
    for (const routingKey of ['k', 'cc'])
      host.vhost.bind({
        source: 'dlx',
        destination: 'dead',
        destinationType: 'queue',
        routingKey,
        arguments: new Map(),
        owner,
      })
    const queue = declare(host, 'q', { 'x-dead-letter-exchange': 'dlx' })
    queue.enqueue(message('x', { routingKey: 'k', extraKeys: ['cc', 'bcc'], hiddenKeys: 1 }))
    reject(host, 'q')
    expect(dead.messageCount).toBe(1)
    const letter = dead.get(true, recipient)?.message
    expect(letter?.routingKey).toBe('k')
    expect(headers(letter)['x-death']).toMatchObject([{ 'routing-keys': ['k', 'cc'] }])
  })

  it('keep the order in which the messages were dropped from a queue that is too long', () => {
    const host = testHost()
    const dead = declare(host, 'dead')
    const queue = declare(host, 'q', { ...to('dead'), 'x-max-length': 1 })
    for (const body of 'abc') queue.enqueue(message(body))
    expect(headers(Array.from([dead.get(true, recipient)])[0]?.message)).toMatchObject({
      'x-first-death-reason': 'maxlen',
    })
    expect(drain(dead)).toEqual(['b'])
  })

  it('are dropped if the dead letter exchange does not exist', () => {
    const host = testHost()
    const queue = declare(host, 'q', { 'x-dead-letter-exchange': 'nowhere' })
    queue.enqueue(message('x'))
    reject(host, 'q')
    expect(host.memory.used).toBe(0)
  })

  it('are dropped if they would circulate without being rejected by a consumer', () => {
    const host = testHost()
    const a = declare(host, 'a', { ...to('b'), 'x-message-ttl': 20 })
    const b = declare(host, 'b', { ...to('a'), 'x-message-ttl': 20 })
    a.enqueue(message('x'))
    host.clock.advance(1000)
    expect([a.messageCount, b.messageCount]).toEqual([0, 0])
    expect(host.memory.used).toBe(0)
  })

  it('do not recurse through a chain of a thousand full queues', () => {
    const host = testHost({ maxQueues: 2000 })
    for (let i = 0; i < 1000; i++) declare(host, `q${i}`, { ...to(`q${i + 1}`), 'x-max-length': 0 })
    const last = declare(host, 'q1000')
    host.vhost.queues.get('q0')?.enqueue(message('x'))
    expect(text(last.get(true, recipient))).toBe('x')
  })

  it('remember how often they failed', () => {
    const host = testHost()
    const dead = declare(host, 'dead')
    const queue = declare(host, 'q', to('dead'))
    queue.enqueue(message('x'))
    reject(host, 'q')
    expect(dead.get(true, recipient)?.redelivered).toBe(true)
    queue.enqueue(message('y'))
    const entry = queue.get(false, recipient)
    if (entry !== undefined) queue.reject(entry, false)
    expect(dead.get(true, recipient)?.redelivered).toBe(false)
  })
})

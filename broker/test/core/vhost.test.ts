import { describe, expect, it } from 'vitest'

import type { ExchangeDeclaration } from '../../src/core/exchange-registry.ts'
import {
  anything,
  declare,
  drain,
  fields,
  message,
  owner,
  testHost,
  type TestHost,
} from '../support/vhost.ts'

function exchange(
  { vhost }: TestHost,
  init: Partial<ExchangeDeclaration> & { name: string },
): void {
  const defaults = { type: 'direct', durable: true, autoDelete: false, internal: false }
  vhost.declareExchange({ ...defaults, arguments: new Map(), guard: anything, ...init })
}

function bind(
  host: TestHost,
  ends: readonly [from: string, to: string],
  options: object = {},
): void {
  host.vhost.bind({ ...binding(...ends), ...options })
}

function binding(source: string, destination: string) {
  const destinationType = 'queue' as const
  const args = new Map<string, never>()
  return { source, destination, destinationType, routingKey: 'k', arguments: args, owner }
}

function publish(host: TestHost, name: string, routingKey = 'k'): number {
  const target = host.vhost.exchanges.expect(name)
  const sent = message('x', { exchange: name, routingKey })
  const queues = host.vhost.router.route(target, sent)
  for (const queue of queues) queue.enqueue(sent)
  return queues.length
}

describe('a virtual host', () => {
  it('routes one copy to a queue, no matter how many bindings lead to it', () => {
    const host = testHost()
    const queue = declare(host, 'q')
    exchange(host, { name: 'a', type: 'topic' })
    exchange(host, { name: 'b', type: 'fanout' })
    for (const routingKey of ['k', '#', '*']) bind(host, ['a', 'q'], { routingKey })
    bind(host, ['a', 'b'], { destinationType: 'exchange' })
    bind(host, ['b', 'q'])
    bind(host, ['b', 'a'], { destinationType: 'exchange' })
    expect(publish(host, 'a')).toBe(1)
    expect(drain(queue)).toEqual(['x'])
  })

  it('routes an unroutable message to the alternate exchange, and on from there', () => {
    const host = testHost()
    const queue = declare(host, 'q')
    exchange(host, { name: 'last', type: 'fanout' })
    exchange(host, { name: 'next', arguments: fields({ 'alternate-exchange': 'last' }) })
    exchange(host, { name: 'first', arguments: fields({ 'alternate-exchange': 'next' }) })
    bind(host, ['last', 'q'])
    expect(publish(host, 'first')).toBe(1)
    expect(drain(queue)).toEqual(['x'])
  })

  it('routes by the name of the queue on the default exchange', () => {
    const host = testHost()
    declare(host, 'q')
    expect(publish(host, '', 'q')).toBe(1)
    expect(publish(host, '', 'nothing')).toBe(0)
  })

  it('deletes an auto-delete exchange with its last binding, and others that lose theirs with it', () => {
    const host = testHost()
    const queue = declare(host, 'q')
    exchange(host, { name: 'x', autoDelete: true })
    exchange(host, { name: 'up', autoDelete: true, type: 'fanout' })
    bind(host, ['up', 'x'], { destinationType: 'exchange' })
    bind(host, ['x', 'q'])
    host.vhost.deleteQueue(queue.name)
    expect(host.vhost.exchanges.get('x')).toBeUndefined()
    expect(host.vhost.exchanges.get('up')).toBeUndefined()
  })

  it('treats a second binding like the first as the same binding', () => {
    const host = testHost()
    declare(host, 'q')
    bind(host, ['amq.direct', 'q'])
    bind(host, ['amq.direct', 'q'])
    expect(host.vhost.bindings.from(host.vhost.exchanges.expect('amq.direct'))).toHaveLength(1)
    host.vhost.unbind(binding('amq.direct', 'q'))
    host.vhost.unbind(binding('amq.direct', 'q'))
    expect(publish(host, 'amq.direct')).toBe(0)
  })

  it('deletes the exclusive queues of a connection, and no others', () => {
    const host = testHost()
    const spec = { durable: false, exclusive: true, autoDelete: false, arguments: new Map() }
    host.vhost.declareQueue({ ...spec, name: 'mine', owner, guard: anything })
    declare(host, 'everybody')
    host.vhost.deleteQueuesOf(owner)
    expect(Array.from(host.vhost.queues, ({ name }) => name)).toEqual(['everybody'])
  })

  it('refuses a queue above the limit, and names the limit', () => {
    const host = testHost({ maxQueues: 1 })
    declare(host, 'a')
    expect(() => declare(host, 'b')).toThrow('the limit maxQueues (1) is reached')
    expect(declare(host, 'a').name).toBe('a')
  })

  it('creates nothing if the arguments are refused', () => {
    const host = testHost()
    expect(() => declare(host, 'q', { 'x-message-ttl': -1 })).toThrow('{value_negative,-1}')
    expect(host.vhost.queues.get('q')).toBeUndefined()
  })

  it('ignores the width of an integer argument, and unknown arguments', () => {
    const host = testHost()
    declare(host, 'q', { 'x-message-ttl': 100, 'x-whatever': 1 })
    const long = new Map(fields({ 'x-whatever': 2 })).set('x-message-ttl', {
      type: 'long',
      value: 100,
    })
    const spec = { name: 'q', durable: true, exclusive: false, autoDelete: false, owner }
    const declaration = { ...spec, arguments: long, guard: anything }
    expect(host.vhost.declareQueue(declaration).name).toBe('q')
  })
})

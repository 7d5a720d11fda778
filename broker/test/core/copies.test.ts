import { describe, expect, it } from 'vitest'

import { collectGarbage } from '../support/collect-garbage.ts'
import { declare, drain, message, owner, testHost } from '../support/vhost.ts'

function heapUsed(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

describe('the copies of a message that a fanout exchange sends to many queues', () => {
  it('take little more memory than their places in the queues', () => {
    const host = testHost({ maxQueues: 1000 })
    const { vhost } = host
    const queues = Array.from({ length: 1000 }, (_, at) => declare(host, `q${at}`))
    const about = { source: 'amq.fanout', destinationType: 'queue' as const, routingKey: '' }
    for (const { name } of queues)
      vhost.bind({ ...about, destination: name, arguments: new Map(), owner })
    const exchange = vhost.exchanges.expect('amq.fanout')
    const before = heapUsed()
    for (let i = 0; i < 1000; i++) {
      const sent = message(`${i}`, { exchange: 'amq.fanout' })
      for (const queue of vhost.router.route(exchange, sent)) queue.enqueue(sent)
    }
    expect((heapUsed() - before) / 1_000_000).toBeLessThan(20)
    expect(drain(queues[0] ?? declare(host, 'none'))).toHaveLength(1000)
  })
})

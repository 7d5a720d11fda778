import { describe, expect, it } from 'vitest'

import { collectGarbage } from '../../support/collect-garbage.ts'
import { declare, message, TestConsumer, testHost } from '../../support/vhost.ts'
import { turn } from './log.ts'

function megabytesUsed(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1_000_000
}

const million = 1_000_000

describe('a stream', () => {
  it('keeps a million messages of 100 bytes in 250 MB, and a reader adds nothing', async () => {
    const host = testHost()
    const queue = declare(host, 'orders', { 'x-queue-type': 'stream' })
    const encodedProperties = Uint8Array.of(0, 0)
    const sent = message('x'.repeat(100), { routingKey: 'orders', encodedProperties })
    const before = megabytesUsed()
    for (let i = 0; i < million; i++) {
      queue.enqueue(sent)
      // The worst case: a chunk of its own for each message.
      await turn()
    }
    const filled = megabytesUsed() - before
    expect(filled).toBeLessThan(250)
    expect(host.memory.used / 1_000_000).toBeLessThan(250)
    expect(queue.messageCount).toBeGreaterThanOrEqual(million)
    for (let reader = 0; reader < 100; reader++) {
      const consumer = new TestConsumer(`reader ${reader}`, { prefetch: 1, start: 'first' })
      queue.addConsumer(consumer)
    }
    queue.deliverReady()
    expect(megabytesUsed() - before - filled).toBeLessThan(1)
  })
})

import { describe, expect, it } from 'vitest'

import { Deque } from '../../src/collections/deque.ts'
import { Message } from '../../src/core/message/message.ts'
import { FifoMessages } from '../../src/core/queue/messages/fifo-messages.ts'
import { entryOf, QueueEntry } from '../../src/core/queue/messages/queue-entry.ts'
import { Random } from '../support/random.ts'

describe('Deque', () => {
  it('keeps the order while it grows and shrinks', () => {
    const deque = new Deque<number>()
    const model: number[] = []
    const random = new Random(1)
    for (let step = 0; step < 20_000; step++) {
      if (random.below(step < 10_000 ? 3 : 7) > 1 === step < 10_000) {
        deque.push(step)
        model.push(step)
      } else expect(deque.shift()).toBe(model.shift())
      expect(deque.length).toBe(model.length)
      expect(deque.peek()).toBe(model[0])
    }
    expect(Array.from(deque)).toEqual(model)
    deque.clear()
    expect(deque.shift()).toBeUndefined()
  })
})

describe('FifoMessages', () => {
  it('delivers in the order of the positions, no matter which messages are requeued and when', () => {
    const random = new Random(2)
    const messages = new FifoMessages()
    const body = new Uint8Array(0)
    const message = new Message({ exchange: '', routingKey: '', body })
    let waiting: number[] = []
    const taken: QueueEntry[] = []
    for (let step = 0; step < 5000; step++) {
      const choice = random.below(3)
      if (choice === 0) {
        const entry = new QueueEntry(message)
        entry.position = step
        messages.push(entry)
        waiting.push(step)
      } else if (choice === 1) {
        const entry = messages.shift()
        expect(entry?.position).toBe(waiting.shift())
        if (entry !== undefined) taken.push(entry)
      } else {
        const [entry] = taken.splice(random.below(Math.max(taken.length, 1)), 1)
        if (entry === undefined) continue
        messages.requeue(entry)
        waiting = [...waiting, entry.position].toSorted((a, b) => a - b)
      }
      const head = messages.peek()
      expect(head === undefined ? head : entryOf(head).position).toBe(waiting[0])
    }
  })
})

import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /queue "tomorrow" is gone, and the orders with it: the broker deleted it/,
  mutants: [
    {
      name: 'sends messages that are not persistent',
      change: [['queue.send(order)', 'queue.send(order, { persistent: false })']],
      verdict: /5 of 5 orders are lost \(orders 1, 2, 3, 4 and 5\): they were not persistent/,
    },
    {
      name: 'keeps the queue for itself',
      change: [["type: 'classic'", 'exclusive: true']],
      verdict: /queue "tomorrow" is gone, and the orders with it: the broker deleted it/,
    },
    {
      name: 'declares a transient queue',
      change: [["type: 'classic'", "type: 'classic', durable: false"]],
      verdict:
        /Your program crashed: MessagingError: .*transient|queue "tomorrow" is gone: it is not durable/,
    },
  ],
}

import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /queue "orders" is empty/,
  mutants: [
    {
      name: 'sends to another queue',
      change: [["session.queue('orders')", "session.queue('order')"]],
      verdict: /no queue "orders"/,
    },
    {
      name: 'sends one message with all orders',
      change: [['queue.send(order)', 'queue.send(orders.join())']],
      verdict: /holds order 1,order 2,.* \(5 times\), but not orders 1, 2, 3, 4 and 5/,
    },
    {
      name: 'never closes its connection',
      change: [['await using session', 'const session']],
      verdict: /does not exit: its connection is still open/,
    },
  ],
}

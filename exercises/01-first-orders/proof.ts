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
      name: 'does not wait for the broker',
      change: [['await queue.send(order)', 'void queue.send(order)']],
      verdict:
        /^Your program printed that orders 1, 2, 3, 4 and 5 were sent, .* had not confirmed them/,
    },
    {
      name: 'prints too early',
      change: [
        ['  await queue.send(order)\n', ''],
        ['`)\n', '`)\n  await queue.send(order)\n'],
      ],
      verdict: /^Your program printed that order 1 was sent, .* had not confirmed it/,
    },
    {
      name: 'never closes its connection',
      change: [['await using session', 'const session']],
      verdict: /does not exit: its connection is still open/,
    },
  ],
  alternatives: [
    {
      name: 'sends all orders at once',
      change: [
        ['for (const order of orders) {', 'const send = async (order: string) => {'],
        ['`)\n}\n', '`)\n}\nawait Promise.all(orders.map(send))\n'],
      ],
    },
  ],
}

import type { Proof } from '../src/exercise.ts'

export const proof: Proof = {
  unsolved: /Order 3 is in no queue: acknowledged in "orders\.parked", and then refused/,
  mutants: [
    {
      name: 'sends a new message',
      change: [['orders.forward(delivery)', 'orders.send(delivery.text())']],
      verdict: /Orders 1 and 2 came to "orders" with another message id/,
    },
    {
      name: 'does not care about the refusal',
      change: [
        ['await orders.forward(delivery)', 'await orders.forward(delivery).catch(() => {})'],
      ],
      verdict: /Orders 3 and 4 are in no queue/,
    },
    {
      name: 'does not wait for the confirm',
      change: [['await orders.forward(delivery)', 'void orders.forward(delivery)']],
      verdict: /(in no queue|Your program does not end)/,
    },
  ],
}

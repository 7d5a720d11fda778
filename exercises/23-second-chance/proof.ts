import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /Order 3 is in neither queue: your program acknowledged it in "orders\.parked"/,
  mutants: [
    {
      name: 'sends a new message',
      change: [['orders.forward(delivery)', 'orders.send(delivery.text())']],
      verdict: /Orders 1 and 2 arrived in "orders" with a new message id/,
    },
    {
      name: 'does not care about the refusal',
      change: [
        ['await orders.forward(delivery)', 'await orders.forward(delivery).catch(() => {})'],
      ],
      verdict: /Orders 3 and 4 are in neither queue/,
    },
    {
      name: 'does not wait for the confirm',
      change: [['await orders.forward(delivery)', 'void orders.forward(delivery)']],
      verdict: /(in neither queue|Your program does not exit)/,
    },
  ],
}

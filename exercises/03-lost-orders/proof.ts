import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /14 of 20 orders are lost: .* \(orders 7, 8, 9, 10 and 10 more\)/,
  mutants: [
    {
      name: 'acknowledges before the work',
      change: [
        ['  delivery.ack()\n', ''],
        ['  await bake(order)\n', '  delivery.ack()\n  await bake(order)\n'],
      ],
      verdict: /1 of 20 orders is lost: .* \(order 7\)/,
    },
    {
      name: 'never acknowledges, with a prefetch of 1',
      change: [['  delivery.ack()\n', '']],
      verdict: /baked order 1, and the broker delivers no more: order 1 is unacknowledged/,
    },
    {
      name: 'never acknowledges, with a prefetch of 20',
      change: [
        ['consume()', 'consume({ prefetch: 20 })'],
        ['  delivery.ack()\n', ''],
      ],
      verdict: /were baked but are still in the queue/,
    },
  ],
}

import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /Orders 1, 2, 3, 4 and 6 more were baked, but are back in the queue/,
  mutants: [
    {
      name: 'acknowledges every second order',
      change: [['  delivery.ack()\n', '  if (/[02468]$/.test(order)) delivery.ack()\n']],
      verdict: /Orders 1, 3, 5, 7 and 9 were baked, but are back in the queue/,
    },
    {
      name: 'acknowledges too early',
      change: [
        ['  delivery.ack()\n', ''],
        ['  await bake(order)\n', '  delivery.ack()\n  await bake(order)\n'],
      ],
      verdict: /^Order 1 was acknowledged before it was baked/,
    },
    {
      name: 'leaves it to the broker',
      change: [
        ['prefetch: 10', 'autoAck: true'],
        ['  delivery.ack()\n', ''],
      ],
      verdict: /^Orders 1, 2, 3, 4 and 6 more were acknowledged before they were baked/,
    },
    {
      name: 'gives each order back',
      change: [['delivery.ack()', 'delivery.nack()']],
      verdict: /baked again and again: your program requeued|are back in the queue/,
    },
    {
      name: 'rejects each order',
      change: [['delivery.ack()', 'delivery.reject()']],
      verdict: /^Orders 1, 2, 3, 4 and 6 more were baked, but your program rejected them/,
    },
    {
      name: 'acknowledges all but the last',
      change: [['  delivery.ack()\n', "  if (order !== 'order 10') delivery.ack()\n"]],
      verdict: /Order 10 was baked, but is back in the queue/,
    },
  ],
  alternatives: [
    {
      name: 'bakes several orders at once',
      change: [
        ['  await bake(order)\n', ''],
        ['  delivery.ack()\n', '  void bake(order).then(() => delivery.ack())\n'],
      ],
    },
  ],
}

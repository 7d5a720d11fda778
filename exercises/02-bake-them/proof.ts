import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /baked order 1, did not acknowledge it, and exited: 5 of 5 orders are in the queue/,
  mutants: [
    {
      name: 'rejects each order',
      change: [['delivery.ack()', 'delivery.reject()']],
      verdict: /^Orders 1, 2, 3, 4 and 5 were baked, but your program rejected them/,
    },
    {
      name: 'does not acknowledge',
      change: [['  delivery.ack()\n', '']],
      verdict: /baked order 1 and did not acknowledge it, so the broker delivers no more: 4 of 5/,
    },
    {
      name: 'does not bake',
      change: [['  await bake(order)\n', '  console.log(order)\n']],
      verdict: /acknowledged orders 1, 2, 3, 4 and 5 without baking/,
    },
    {
      name: 'does not wait until an order is baked',
      change: [['await bake(order)', 'void bake(order)']],
      verdict: /^Your program acknowledged order 1 while it was still in the oven/,
    },
    {
      name: 'goes home when the queue is empty',
      change: [
        [
          'for await (const delivery of await queue.consume()) {',
          'for (let delivery = await queue.get(); delivery; delivery = await queue.get()) {',
        ],
      ],
      verdict: /All 5 orders are baked, but your program has exited/,
    },
  ],
  alternatives: [
    {
      name: 'uses a handler, which acknowledges when it returns',
      change: [
        [
          'for await (const delivery of await queue.consume()) {',
          'await queue.consume(async (delivery) => {',
        ],
        ['  delivery.ack()\n}', '})\nawait session.closed'],
      ],
    },
  ],
}

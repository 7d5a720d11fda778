import type { Proof } from '../src/course/exercise.ts'

const line = '  await connected.send(chain(bakeOrder.s(order), showOrder.s()))\n'
const waits = [
  [line, '  const ready = await bakeOrder.call(order)\n  await showOrder.call(ready)\n'],
  ['{ chain, Tasks }', '{ Tasks }'],
] as const

export const proof: Proof = {
  unsolved:
    /12 orders arrived, and none is in the oven: .* waits for a free slot; your program waits at/,
  mutants: [
    {
      name: 'has more slots, and still waits',
      change: [...waits, ['concurrency: 2', 'concurrency: 10']],
      verdict: /12 orders arrived, and none is in the oven/,
    },
    {
      name: 'has a slot for each task',
      change: [...waits, ['concurrency: 2', 'concurrency: 100']],
      verdict: /^\d+ orders were in the oven at the same time, but there are two ovens/,
    },
    {
      name: 'has only one slot',
      change: [['concurrency: 2', 'concurrency: 1']],
      verdict: /only 1 of the two ovens is used/,
    },
    {
      name: 'waits for the end of the chain',
      change: [
        ['await connected.send(chain', 'await (await connected.send(chain'],
        ['showOrder.s()))\n', 'showOrder.s()))).get()\n'],
      ],
      verdict: /12 orders arrived, and none is in the oven/,
    },
    {
      name: 'starts both tasks at the same time',
      change: [
        [line, '  await bakeOrder.delay(order)\n  await showOrder.delay(order)\n'],
        ['{ chain, Tasks }', '{ Tasks }'],
      ],
      verdict: /^The screen showed order 1 before it was baked/,
    },
    {
      name: 'shows the order first',
      change: [
        ['bakeOrder.s(order), showOrder.s()', 'showOrder.s(order), bakeOrder.s(order).immutable'],
      ],
      verdict: /^The screen showed orders? .* before (it was|they were) baked/,
    },
    {
      name: 'passes nothing on',
      change: [['showOrder.s()', 'showOrder.s().immutable']],
      verdict: /^The screen showed "", which is not an order/,
    },
  ],
  alternatives: [
    {
      name: 'links the second task to the first',
      change: [
        [line, '  await bakeOrder.send([order], { link: [showOrder.s()] })\n'],
        ['{ chain, Tasks }', '{ Tasks }'],
      ],
    },
    {
      name: 'does all of it in one task',
      change: [[line, '  await bake(order)\n  await show(order)\n']],
    },
  ],
}

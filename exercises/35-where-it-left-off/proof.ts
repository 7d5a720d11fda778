import type { Proof } from '../src/course/exercise.ts'

/** The changes that make a program load and save its offset itself. */
const byHand = (from: string) =>
  [
    ['orders.consume({ resume: { store: bookmark } })', 'orders.consume({ from })'],
    ['for await', `const offset = await bookmark.load()\nconst from = ${from}\nfor await`],
  ] as const

export const proof: Proof = {
  unsolved:
    /killed while it recorded order 4.* recorded orders 1, 2 and 3 a second time: the bookmark is empty/,
  mutants: [
    {
      name: 'waits for new orders',
      change: [['{ resume: { store: bookmark } }', '']],
      verdict: /orders 4, 5, 6, 7 and 8 are still not in the books: .* waits for new orders/,
    },
    {
      name: 'keeps the offset in the program',
      change: [
        ['{ store: bookmark }', '{ store }'],
        [
          'for await',
          'let at: number | undefined\nconst store = { load: () => at, save: (offset: number) => (at = offset) }\nfor await',
        ],
      ],
      verdict: /recorded orders 1, 2 and 3 a second time: the bookmark is empty/,
    },
    {
      name: 'acknowledges before it has recorded the order',
      change: [
        ['  order.ack()\n', ''],
        ['  await record', '  order.ack()\n  await record'],
      ],
      verdict: /order 4 is still not in the books: the bookmark has offset 3, .* saved too early/,
    },
    {
      name: 'saves an offset before the work',
      change: [
        ...byHand("offset === undefined ? 'first' : offset + 1"),
        ['  await record', '  await bookmark.save(order.offset ?? 0)\n  await record'],
      ],
      verdict: /order 4 is still not in the books: the bookmark has offset 3, .* saved too early/,
    },
    {
      name: 'starts with the order that it has recorded last',
      change: [
        ...byHand("offset ?? 'first'"),
        ['  order.ack()', '  await bookmark.save(order.offset ?? 0)\n  order.ack()'],
      ],
      verdict: /recorded order 3 a second time: the bookmark has offset 2/,
    },
    {
      name: 'saves only when it ends',
      change: [['{ store: bookmark }', '{ store: bookmark, interval: 60_000 }']],
      verdict: /has recorded orders 1, 2 and 3, .* the bookmark is empty\. If it were killed now/,
    },
  ],
  alternatives: [
    {
      name: 'loads and saves the offset itself',
      change: [
        ...byHand("offset === undefined ? 'first' : offset + 1"),
        ['  order.ack()', '  await bookmark.save(order.offset ?? 0)\n  order.ack()'],
      ],
    },
    {
      name: 'saves the offset of the next order',
      change: [
        ...byHand("offset ?? 'first'"),
        ['  order.ack()', '  await bookmark.save((order.offset ?? 0) + 1)\n  order.ack()'],
      ],
    },
  ],
}

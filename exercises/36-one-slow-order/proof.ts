import type { Proof } from '../src/course/exercise.ts'

const handler = `await orders.consume(
  async (order) => {
    await record(order.text())
  },
  { resume: { store: bookmark }, concurrency: 4 },
)
await subscription.finished()`

/** Another loop in place of the handler. */
const loop = (...lines: readonly string[]) =>
  [[`const subscription = ${handler}`, lines.join('\n')]] as const

export const proof: Proof = {
  unsolved: /order 2 is still not in the books: the bookmark has offset [2-7]/,
  mutants: [
    {
      name: 'acknowledges before the order is recorded',
      change: loop(
        'for await (const order of await orders.consume({ resume: { store: bookmark } })) {',
        '  void record(order.text())',
        '  order.ack()',
        '}',
      ),
      verdict: /order 2 is still not in the books: the bookmark has offset 7/,
    },
    {
      name: 'records one order at a time',
      change: [['concurrency: 4', 'concurrency: 1']],
      verdict: /Order 2 takes long, and orders 3 and 4 wait for it/,
    },
    {
      name: 'saves nothing',
      change: [['resume: { store: bookmark }', "from: 'first'"]],
      verdict: /All 8 orders are in the books, but .* the bookmark is empty/,
    },
    {
      name: 'does not look at its bookmark',
      change: [['{ store: bookmark }', '{ store: { ...bookmark, load: () => undefined } }']],
      verdict: /recorded orders 1, 2, 3, 4 and 4 more again/,
    },
  ],
  alternatives: [
    {
      name: 'acknowledges each order when it is recorded',
      change: loop(
        'const options = { resume: { store: bookmark }, prefetch: 4 }',
        'for await (const order of await orders.consume(options))',
        '  void record(order.text()).then(() => order.ack())',
      ),
    },
    {
      name: 'saves the offset before the oldest order in progress itself',
      change: [
        [
          'const subscription',
          'const offset = await bookmark.load()\nconst open = new Set<number>()\nlet last = -1\nconst subscription',
        ],
        [
          '    await record',
          '    const at = Number(order.offset)\n    open.add(at)\n    last = Math.max(last, at)\n    await record',
        ],
        [
          '(order.text())\n',
          '(order.text())\n    open.delete(at)\n    await bookmark.save(Math.min(...open, last + 1) - 1)\n',
        ],
        ['resume: { store: bookmark }', 'from: offset === undefined ? 0 : offset + 1'],
      ],
    },
  ],
}

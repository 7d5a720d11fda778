import type { Proof } from '../src/course/exercise.ts'

const look = "order.headers['product'] === 'cake'"

export const proof: Proof = {
  unsolved: /^The cake oven baked bread \d+, .* The broker stored them in a chunk with cakes/,
  mutants: [
    {
      name: 'filters only itself',
      change: [["filter: 'cake', ", '']],
      verdict: /broker delivered bread 1, bread 2, bread 3, bread 4 and 11 more, .* not ask for a/,
    },
    {
      name: 'does not acknowledge the bread',
      change: [[`  if (${look}) await`, `  if (!(${look})) continue\n  await`]],
      verdict: /oven did not bake cake .* did not acknowledge bread .* delivers no more/,
    },
    {
      name: 'raises the prefetch instead of acknowledging the bread',
      change: [
        ['prefetch: 10', 'prefetch: 1000'],
        [`  if (${look}) await`, `  if (!(${look})) continue\n  await`],
      ],
      verdict: /baked all cakes\. Your program did not acknowledge bread/,
    },
    {
      name: 'asks for a filter value that no order has',
      change: [["filter: 'cake'", "filter: 'Cake'"]],
      verdict: /The cake oven did not bake cake 1, .* your program waits at/,
    },
  ],
  alternatives: [
    { name: 'looks at the filter value', change: [["'product'", "'x-stream-filter-value'"]] },
    { name: 'looks at the text', change: [[look, "order.text().startsWith('cake')"]] },
  ],
}

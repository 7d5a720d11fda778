import type { Proof } from '../src/exercise.ts'

export const proof: Proof = {
  unsolved:
    /misses soup for table 7 and cake for table 7: they have a header "table" with the number 7/,
  mutants: [
    {
      name: 'asks for a table, whatever its number',
      change: [['table: 7', 'table: null']],
      verdict: /shows bread for table 8 as well/,
    },
    {
      name: 'asks for nothing',
      change: [[', table: 7', '']],
      verdict: /shows bread for table 8 and coffee to go as well/,
    },
    {
      name: 'misspells the header',
      change: [['table: 7', 'Table: 7']],
      verdict: /misses soup for table 7/,
    },
  ],
}

import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved:
    /does not show soup for table 7 and cake for table 7: the header "table" is the number 7/,
  mutants: [
    {
      name: 'asks for a table, whatever its number',
      change: [['table: 7', 'table: null']],
      verdict: /also shows bread for table 8/,
    },
    {
      name: 'asks for nothing',
      change: [[', table: 7', '']],
      verdict: /also shows bread for table 8 and coffee to go/,
    },
    {
      name: 'misspells the header',
      change: [['table: 7', 'Table: 7']],
      verdict: /does not show soup for table 7/,
    },
  ],
}

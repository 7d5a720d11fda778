import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved:
    /never got orders 1 \(bread\), 2 \(cake\), .* no binding with the key "bread", and none with the key "cake"/,
  mutants: [
    {
      name: 'binds one key only',
      change: [["'bread', 'cake'", "'bread'"]],
      verdict: /never got orders 2 \(cake\) and 4 \(cake\): .* no binding with the key "cake",/,
    },
    {
      name: 'binds all keys',
      change: [["'bread', 'cake'", "'bread', 'cake', 'coffee'"]],
      verdict: /also got orders 3 \(coffee\) and 6 \(coffee\)/,
    },
    {
      name: 'has an exchange that copies everything',
      change: [["'direct'", "'fanout'"]],
      verdict: /also got orders 3 \(coffee\) and 6 \(coffee\)/,
    },
  ],
}

import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved:
    /shows bread costs 99, cake costs 2 and coffee costs 25\. The first answer to arrive, 99, belongs to another client/,
  mutants: [
    {
      name: 'gives all questions the same id',
      change: [
        [
          'const correlationId = randomUUID()',
          "const correlationId = 'price' + randomUUID().slice(99)",
        ],
      ],
      verdict: /The screen shows/,
    },
    {
      name: 'gives an answer without a question to the last one who asked',
      change: [
        [
          "waiting.get(answer.correlationId ?? '')?.(answer.text())",
          "const any = [...waiting.values()].at(-1)\n  ;(waiting.get(answer.correlationId ?? '') ?? any)?.(answer.text())",
        ],
      ],
      verdict: /shows coffee costs 99\. The first answer to arrive, 99, belongs to another client/,
    },
    {
      name: 'asks one after the other',
      change: [
        [
          "await Promise.all([ask('bread'), ask('cake'), ask('coffee')])",
          "for (const item of ['bread', 'cake', 'coffee']) await ask(item)",
        ],
      ],
      verdict: /got 1 of 3 questions; your program waits at exercises\/.*program\.ts:\d+/,
    },
  ],
}

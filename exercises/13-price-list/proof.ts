import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved:
    /answers "3", "25", "not sold here", but none of them carries the correlation id of its question "bread" \(question-17\)/,
  mutants: [
    {
      name: 'makes up an id of its own',
      change: [['{ correlationId }', '{ correlationId: `answer${correlationId}` }']],
      verdict: /none of them carries the correlation id of its question "bread"/,
    },
    {
      name: 'answers to an address of its own',
      change: [['publish(replyTo, price', "publish('quotes.' + replyTo, price"]],
      verdict: /got no answer/,
    },
    {
      name: 'answers one question only',
      change: [['  question.ack()\n', '']],
      verdict: /got 1 of 3 answers/,
    },
  ],
}

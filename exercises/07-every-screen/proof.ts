import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /screens shared the news: one shows .*the same queue/,
  mutants: [
    {
      name: 'does not bind its queue',
      change: [['await queue.bind(news)\n', '']],
      verdict: /No queue is bound to the exchange "news"|Your program consumes/,
    },
    {
      name: 'shares a queue that goes with its consumers',
      change: [
        ['session.queue()', "session.queue('screens', { type: 'classic', autoDelete: true })"],
      ],
      verdict: /screens shared the news/,
    },
    {
      name: 'wants a queue with one name for itself',
      change: [['session.queue()', "session.queue('screen', { exclusive: true })"]],
      verdict: /Your program crashed: MessagingError: .*\(exercises\/.*program\.ts:8\)/,
    },
  ],
  alternatives: [
    {
      name: 'makes up a name for each queue',
      change: [['session.queue()', "session.queue('screen ' + process.pid)"]],
    },
  ],
}

import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /While the soup was still on the stove, your program started bread/,
  mutants: [
    {
      name: 'lets one baker do several things at once',
      change: [
        [
          'for await (const delivery of await queue.consume()) {\n  await bake(delivery.text())\n  delivery.ack()\n}',
          'const baking = await queue.consume((delivery) => bake(delivery.text()), { concurrency: 5 })\nawait baking.finished()',
        ],
      ],
      verdict: /While the soup was still on the stove, your program started bread/,
    },
    {
      name: 'keeps the queue for one program',
      change: [["arguments: { 'x-single-active-consumer': true }", 'exclusive: true']],
      verdict: /Your program crashed: MessagingError: .*program\.ts:7/,
    },
    {
      name: 'lets the broker acknowledge',
      change: [
        ['consume()', 'consume({ autoAck: true })'],
        ['  delivery.ack()\n', ''],
      ],
      verdict: /killed with the cheese in the oven, and cheese, cake and coffee were never made/,
    },
  ],
}

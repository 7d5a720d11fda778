import type { Proof } from '../src/course/exercise.ts'

const hold = 'broker.faults.delayConfirms()\n'
const judge = `const { messageCount } = broker.queue('orders')
broker.faults.clear()
if (messageCount === 0) throw new Error('the order was acknowledged too early')
`

export const proof: Proof = {
  unsolved: /^Your test passes for the baker who acknowledges too early/,
  mutants: [
    {
      name: 'looks at the order when everything is over',
      change: [
        [hold, ''],
        ['const { messageCount }', 'const { received }'],
        ['messageCount === 0', 'received.length === 0'],
      ],
      verdict: /^Your test passes for the baker who acknowledges too early/,
    },
    {
      name: 'looks for the wrong number',
      change: [['messageCount === 0', 'messageCount > 0']],
      verdict: /^Your test fails for a baker who makes no mistakes\. .*was acknowledged too early/,
    },
    {
      name: 'holds back the confirm of the order, too',
      change: [
        [hold, ''],
        ["await orders.send('order 1')\n", `${hold}await orders.send('order 1')\n`],
      ],
      verdict: /^Your test starts no baker; your program waits at/,
    },
    {
      name: 'never confirms the cake',
      change: [['broker.faults.clear()\n', '']],
      verdict: /^Your test does not end/,
    },
  ],
  alternatives: [
    {
      name: 'has the broker refuse the cake, and moves the clock to the second attempt',
      change: [
        ['delayConfirms()', 'nackConfirms(1)'],
        [
          'await startBaker(session)\n',
          "await startBaker(session)\nawait broker.queue('orders.retry.1000').until('received', 'order 1')\nbroker.clock.advance(1000)\n",
        ],
        [judge, ''],
      ],
    },
  ],
}

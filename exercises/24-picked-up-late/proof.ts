import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /Orders 1, 2 and 3 expired in "counter" and the broker dropped them/,
  mutants: [
    {
      name: 'keeps the routing key, which leads back to the counter',
      change: [
        [
          "    'x-dead-letter-routing-key': leftovers.name,\n",
          "    'x-queue-leader-locator': 'client-local',\n",
        ],
        ["'leftovers')", "'leftovers')\nconsole.log(leftovers.name)"],
      ],
      verdict: /expired in "counter" and the broker dropped them/,
    },
    {
      name: 'waits for hours',
      change: [["'x-message-ttl': 200", "'x-message-ttl': 20_000"]],
      verdict: /3 orders are still in "counter"/,
    },
    {
      name: 'lets nobody pick up anything',
      change: [["'x-message-ttl': 200", "'x-message-ttl': 1"]],
      verdict: /left "counter" after \d+ ms/,
    },
  ],
}

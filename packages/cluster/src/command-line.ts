// The command lines of this lesson: what `--help` prints, and the options that `args` has.
import { defineCommand, stopAfter } from '@messaging-patterns/shared/cli'

const url = {
  type: 'string',
  describe: 'Broker URL, or several with commas  [AMQP_URL, else localhost on 5681, 5682, 5683]',
} as const

export const runProducer = defineCommand({
  name: 'cluster producer',
  describe: 'Sends messages to the queue "cluster", which has a replica on each of three nodes.',
  options: {
    count: { type: 'number', whole: true, default: 10_000, describe: 'How many messages' },
    url,
  },
  examples: [
    ['', 'ten thousand messages: enough time to kill a node'],
    ['--url amqp://localhost:5682,amqp://localhost:5683', 'send through these two nodes'],
  ],
})

export const runConsumer = defineCommand({
  name: 'cluster consumer',
  describe: 'Prints the messages of the queue "cluster", each of them once, whichever node fails.',
  options: { count: stopAfter('messages'), url },
  examples: [
    ['', 'print messages until Ctrl-C'],
    ['--count 10000', 'print ten thousand messages, then stop'],
  ],
})

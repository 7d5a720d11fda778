// The command lines of this lesson: what `--help` prints, and the options that `args` has.
import { defineCommand, stopAfter } from '@messaging-patterns/shared/cli'

export const runClient = defineCommand({
  name: 'rpc client',
  describe: 'Asks the servers of the queue "rpc_queue" for Fibonacci numbers.',
  positionals: '[numbers..]',
  options: {
    numbers: { type: 'string', array: true, default: ['30'], describe: 'Which Fibonacci numbers' },
    timeout: { type: 'number', default: 5, describe: 'Seconds to wait for a reply' },
    'reply-queue': {
      type: 'boolean',
      default: false,
      describe: 'Receive the replies through a queue instead of Direct Reply-to',
    },
  },
  examples: [
    ['', 'fib(30)'],
    ['10 20 30', 'three calls at the same time'],
    ['thirty', 'see what happens to an error in the server'],
  ],
})

export const runServer = defineCommand({
  name: 'rpc server',
  describe: 'Answers the requests in the queue "rpc_queue" with Fibonacci numbers.',
  options: {
    count: stopAfter('requests'),
    'work-ms': { type: 'number', default: 0, describe: 'Milliseconds of work per request' },
  },
  examples: [
    ['', 'answer until Ctrl-C'],
    ['--work-ms 1000', 'a slow server; start a second one and they share the work'],
  ],
})

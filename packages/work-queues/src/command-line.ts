// The command lines of this lesson: what `--help` prints, and the options that `args` has.
import { defineCommand, stopAfter } from '@messaging-patterns/shared/cli'

export const runProducer = defineCommand({
  name: 'work-queues producer',
  describe:
    'Sends tasks to the queue "task_queue": a numbered series, or your own words. Each dot in a task is one second of work.',
  options: {
    mixed: {
      type: 'boolean',
      default: false,
      describe: 'Send heavy and light tasks in turn: every other one has four more dots',
    },
  },
  series: 15,
  examples: [
    ['', 'fifteen tasks of one second each'],
    ['A very hard task...', 'one task of three seconds'],
    ['--mixed --count 8', 'four tasks of five seconds, four of one second'],
  ],
})

export const runConsumer = defineCommand({
  name: 'work-queues consumer',
  describe: 'Does the tasks of the queue "task_queue", one at a time, and waits for more.',
  options: {
    count: stopAfter('tasks'),
    'work-ms': { type: 'number', default: 1000, describe: 'Milliseconds of work per dot' },
    prefetch: {
      type: 'number',
      whole: 'from 0',
      default: 1,
      describe: 'How many unacknowledged tasks the worker may hold; 0 for no limit',
    },
    'forget-ack': { type: 'boolean', describe: 'Experiment: never acknowledge a task' },
    'auto-ack': {
      type: 'boolean',
      conflicts: 'forget-ack',
      describe:
        'Experiment: the broker counts a task as done when it has sent it; --prefetch has no effect',
    },
  },
  examples: [
    ['', 'work until Ctrl-C; start it in several terminals'],
    ['--work-ms 5000', 'work five times slower: enough time to kill the worker'],
    ['--prefetch 0', 'take every task at once'],
    ['--forget-ack', 'see what a missing acknowledgement does'],
  ],
})

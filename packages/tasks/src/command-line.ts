// The command lines of this lesson: what `--help` prints, and the options that `args` has.
import { defineCommand, stopAfter } from '@messaging-patterns/shared/cli'

const timeout = { type: 'number', default: 1, describe: 'Seconds to wait for answers' } as const

export const runWorker = defineCommand({
  name: 'tasks worker',
  describe:
    'Runs the tasks of this lesson: tasks.add, tasks.bake, tasks.order, tasks.print and tasks.fibonacci. Any program that speaks the protocol of Celery can call them.',
  positionals: '[queues..]',
  options: {
    queues: { type: 'string', array: true, default: ['celery'], describe: 'The queues to consume' },
    concurrency: { type: 'number', whole: true, default: 4, describe: 'Tasks to run at a time' },
    name: { type: 'string', describe: 'The name of this worker  [ts<pid>@<host>]' },
  },
  examples: [
    ['', 'run tasks until Ctrl-C'],
    ['--concurrency 1', 'one task at a time'],
  ],
})

export const runScheduler = defineCommand({
  name: 'tasks scheduler',
  describe:
    'Calls scheduled tasks: tasks.bake every five seconds, and tasks.print every night at three. If you start several schedulers, one is active, and another takes over when it stops.',
  options: { count: stopAfter('messages') },
  examples: [
    ['', 'until Ctrl-C'],
    ['--count 2', 'two calls'],
  ],
})

export const runCall = defineCommand({
  name: 'tasks call',
  describe: 'Calls a task by name, whatever language it is written in, and prints its states.',
  positionals: '<task> [args..]',
  options: {
    task: { type: 'string', demandOption: true, describe: 'The name of the task' },
    args: { type: 'string', array: true, default: [], describe: 'Its arguments, as JSON or text' },
    countdown: { type: 'number', default: 0, describe: 'Seconds before the task may start' },
    expires: { type: 'number', describe: 'Seconds within which the task has to start  [never]' },
    timeout: { type: 'number', default: 30, describe: 'Seconds to wait for the next state' },
  },
  examples: [
    ['tasks.add 2 3', 'two numbers'],
    ['tasks.bake sponge', 'a task that is retried'],
    ['tasks.order sponge tart', 'a task that calls two others'],
    ['tasks.add 2 3 --countdown 5', 'the same, five seconds later'],
  ],
})

export const runInspect = defineCommand({
  name: 'tasks inspect',
  describe:
    'Asks workers what they are doing: ping, active, reserved, scheduled, registered, revoked, active_queues or stats.',
  positionals: '<command>',
  options: {
    command: { type: 'string', demandOption: true, describe: 'What to ask' },
    worker: { type: 'string', describe: 'The name of one worker  [all]' },
    timeout,
  },
  examples: [
    ['active', 'the tasks that are running'],
    ['registered', 'the tasks that each worker can run'],
  ],
})

export const runStatus = defineCommand({
  name: 'tasks status',
  describe: 'Lists the workers that are online, whatever language they are written in.',
  options: { timeout },
  examples: [['', 'all workers']],
})

export const runEvents = defineCommand({
  name: 'tasks events',
  describe: 'Prints what workers report about themselves and their tasks.',
  options: { count: stopAfter('messages') },
  examples: [
    ['', 'until Ctrl-C'],
    ['--json', 'with all fields'],
  ],
})

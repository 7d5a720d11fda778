// What the programs of each lesson print when every claim is true, and when one is false.
import type { LessonRun } from './lesson-run.ts'
import { streams, tasks } from './streams-and-tasks.ts'

function numbered(ending: string, ...numbers: readonly number[]): string[] {
  return numbers.map((number) => `${number} 2026-11-20 11:49:55.943 - Hello World ${ending}`)
}

function hi(ending: string, ...keys: readonly string[]): string[] {
  return keys.map((key) => `${key}: Hi ${ending}`)
}

const keys = ['kern.info', 'cron.critical', 'cron', 'kern.critical']

const race = [
  'queue "confirms_quorum"; confirmed means: most of its nodes have it on disk',
  'Published 200 messages one by one in 0.6s (329/s)',
  'Published 200 messages in batches of 100 in 0.1s (1644/s)',
  'Published 200 messages with 256 in flight in 0.1s (1907/s)',
]
const unroutable = [
  'not mandatory: confirmed, and dropped',
  'mandatory: returned by the broker',
  'mandatory: confirmed, and publish() rejects with UNROUTABLE',
]

function fullQueue(...events: readonly string[]): string[] {
  return events.map((event, index) => `message ${index + 1} ${event}`)
}

const coffee = [
  '0 flaky coffee failed (attempt 1): Error: the oven is busy; retry in 500 ms',
  '0 flaky coffee done (attempt 2)',
] as const
const toast = [
  '1 fail toast failed (attempt 1): Error: the oven is broken; retry in 500 ms',
  '1 fail toast failed (attempt 2): Error: the oven is broken; retry in 1000 ms',
  '1 fail toast failed (attempt 3): Error: the oven is broken; parked in "retries.parked"',
] as const
const tea = '2 tea done (attempt 1)'

export const lessonRuns: Readonly<Record<string, LessonRun>> = {
  basic: {
    lines: {
      consumer: ['waiting for messages in "hello"', ...numbered('received', 0, 1, 2, 3, 4)],
      producer: numbered('sent', 0, 1, 2, 3, 4),
    },
    counterexamples: {
      'the consumer received all five messages, in the order in which they were sent': [
        { consumer: numbered('received', 0, 2, 1, 3, 4) },
        // Everything that was sent was received, but it was less than five.
        { consumer: numbered('received', 0, 1, 2), producer: numbered('sent', 0, 1, 2) },
      ],
    },
  },
  'work-queues': {
    lines: {
      'worker 1': numbered('done', 0, 2, 4, 5),
      'worker 2': numbered('done', 1, 3),
      producer: numbered('sent', 0, 1, 2, 3, 4, 5),
    },
    counterexamples: {
      'each of the six tasks was done once': [
        { 'worker 2': numbered('done', 1, 3, 5) },
        { 'worker 2': [] },
        { 'worker 1': numbered('done', 0), producer: numbered('sent', 0, 1, 3) },
      ],
      'the workers shared the tasks: both of them did some': [
        { 'worker 1': numbered('done', 0, 1, 2, 3, 4, 5), 'worker 2': [] },
      ],
    },
  },
  pubsub: {
    lines: {
      'subscriber 1': numbered('received', 0, 1, 2),
      'subscriber 2': numbered('received', 0, 1, 2),
      producer: numbered('sent', 0, 1, 2),
    },
    counterexamples: {
      'subscriber 1 received all three messages': [
        { 'subscriber 1': numbered('received', 0, 2) },
        { 'subscriber 1': numbered('received', 0), producer: numbered('sent', 0) },
      ],
      'subscriber 2 received all three messages': [
        { 'subscriber 2': numbered('received', 0, 2) },
        { 'subscriber 2': numbered('received', 0), producer: numbered('sent', 0) },
      ],
    },
  },
  routing: {
    lines: {
      errors: ['error: Disk full received'],
      'all three': ['warning: Mind the step received', 'error: Disk full received'],
      producer: [
        'warning: Mind the step sent',
        'error: no queue is bound to exchange "direct_logs" for key "debug"',
        'error: Disk full sent',
      ],
    },
    counterexamples: {
      'the consumer that asked for error got the error, and nothing else': [
        { errors: ['warning: Mind the step received', 'error: Disk full received'] },
      ],
      'the consumer that asked for three severities got both messages that have one of them': [
        { 'all three': ['error: Disk full received'] },
      ],
      'no consumer asked for debug: the producer got an error, and no consumer got the message': [
        { errors: ['debug: Anybody? received', 'error: Disk full received'] },
        { 'all three': ['debug: Anybody? received'] },
        { producer: ['warning: Mind the step sent', 'error: Disk full sent'] },
      ],
    },
  },
  topics: {
    lines: {
      'kern.*': hi('received', 'kern.info', 'kern.critical'),
      '*.critical': hi('received', 'cron.critical', 'kern.critical'),
      '#': hi('received', ...keys),
      producer: hi('sent', ...keys),
    },
    counterexamples: {
      'kern.* matched kern.info, kern.critical': [{ 'kern.*': hi('received', ...keys) }],
      '*.critical matched cron.critical, kern.critical': [
        { '*.critical': hi('received', 'kern.critical') },
      ],
      '# matched kern.info, cron.critical, cron, kern.critical: everything': [
        { '#': hi('received', 'kern.info', 'cron.critical', 'kern.critical') },
      ],
    },
  },
  rpc: {
    lines: {
      server: [' [x] Awaiting RPC requests', ' [.] fib(30)', ' [.] fib(thirty)', ' [.] fib(40)'],
      client: [
        ' [x] Requesting fib(30)',
        ' [.] Got 832040',
        ' [x] Requesting fib(thirty)',
        'error: fib takes a whole number from 0 to 78, not "thirty"',
        ' [x] Requesting fib(40)',
        'error: no reply to "40" within 0.3 s; start a server: pnpm rpc server',
      ],
    },
    counterexamples: {
      'fib(30) is 832040': [{ client: [' [.] Got 832041'] }],
      'fib(thirty) is an error in the server, and the client gets it as an error': [
        { client: [' [.] Got NaN'] },
        // The client found the error by itself.
        { server: [' [.] fib(30)', ' [.] fib(40)'] },
      ],
      'when the server takes too long, the call times out': [
        { client: [' [.] Got 832040', ' [.] Got 102334155'] },
        // No server worked on the request.
        { server: [' [.] fib(30)', ' [.] fib(thirty)'] },
      ],
    },
  },
  headers: {
    lines: {
      'all of two': ['[format=pdf type=report] May received'],
      'any of two': [
        '[format=html type=report] June received',
        '[format=pdf type=report] May received',
      ],
      producer: [
        '[type=letter] Dear John sent',
        '[format=html type=report] June sent',
        '[format=pdf type=report] May sent',
      ],
    },
    counterexamples: {
      'the consumer that asked for all of two headers got only the message that has both': [
        { 'all of two': ['[format=html type=report] June received'] },
      ],
      'the consumer that asked for any of the two got that message, and the one that has one of them':
        [{ 'any of two': ['[format=pdf type=report] May received'] }],
      'the letter was sent, but no consumer had asked for it': [
        { 'any of two': ['[type=letter] Dear John received'] },
        { 'all of two': ['[type=letter] Dear John received'] },
        { producer: [] },
      ],
    },
  },
  confirms: {
    lines: {
      consumer: [
        'counting the messages in "confirms_quorum"; press Ctrl-C to stop',
        'messages received: 600, duplicates: 0',
      ],
      producer: [
        ...race,
        ...unroutable,
        ...fullQueue('confirmed', 'confirmed', 'confirmed', 'nacked', 'nacked', 'confirmed'),
      ],
    },
    counterexamples: {
      'all 600 messages were confirmed, with three strategies, and all of them arrived': [
        { consumer: ['messages received: 599, duplicates: 0'] },
        { producer: race.slice(0, -1) },
      ],
      'a mandatory message that reaches no queue is returned': [
        { producer: ['mandatory: confirmed, and dropped'] },
        // The second message was taken by a queue.
        { producer: [...unroutable, 'mandatory: returned by the broker'] },
      ],
      'a queue with a limit of three messages accepted three, and refused two': [
        { producer: fullQueue('confirmed', 'confirmed', 'confirmed', 'confirmed', 'confirmed') },
        { producer: ['message 4 nacked', 'message 5 nacked'] },
      ],
    },
  },
  retries: {
    lines: {
      consumer: [coffee[0], toast[0], tea, coffee[1], toast[1], toast[2]],
      producer: ['0 flaky coffee sent', '1 fail toast sent', '2 tea sent'],
    },
    counterexamples: {
      'the tea, sent last, was done first: it did not wait for the others': [
        { consumer: [coffee[0], toast[0], coffee[1], tea, toast[1], toast[2]] },
        { consumer: [...coffee, ...toast, tea] },
        { producer: ['2 tea sent', '0 flaky coffee sent', '1 fail toast sent'] },
      ],
      'the coffee failed once, was tried again, and was done': [
        { consumer: ['0 flaky coffee done (attempt 1)'] },
        { consumer: coffee.toReversed() },
      ],
      'the toast failed three times, and was then parked, not lost': [
        { consumer: [toast[2]] },
        { consumer: toast.slice(0, 2) },
      ],
    },
  },
  streams,
  tasks,
}

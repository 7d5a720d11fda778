// What the programs of lessons 11 and 12 print, as in lesson-runs.ts.
import type { LessonRun } from './lesson-run.ts'

const stream = [0, 1, 2, 3, 4].map((number) => `${number} Streams`)

function received(bodies: readonly string[]): readonly string[] {
  return bodies.map((body, offset) => `${offset}: ${body} received`)
}

function shared(queue: number, log: number): readonly string[] {
  return [
    `queue: 30 tasks, 3 workers, done ${queue} times`,
    `stream: 30 tasks, 3 workers, done ${log} times`,
  ]
}

export const streams: LessonRun = {
  lines: {
    producer: stream.map((body) => `${body} sent`),
    'new messages': received(stream),
    history: received(stream),
    'history again': received(stream),
    'since 3': received(stream).slice(3),
    'queue or stream': shared(30, 90),
  },
  counterexamples: {
    'a consumer that was waiting got the five messages': [
      { 'new messages': received(stream).slice(1) },
      { producer: [], 'new messages': [] },
    ],
    '"streams" still has them: two later consumers read all five again, in order': [
      { history: [] },
      { 'history again': received(stream).slice(0, 4) },
      { 'history again': received(stream).toReversed() },
    ],
    'a consumer that began at offset 3 got the last two': [
      { 'since 3': received(stream) },
      { 'since 3': received(stream).slice(4) },
    ],
    'three workers did each task of a queue once, and each task of a stream three times': [
      { 'queue or stream': shared(30, 30) },
      { 'queue or stream': shared(29, 90) },
    ],
  },
}

const sum = ['tasks.add PENDING', 'tasks.add SUCCESS: 5']
const bakedByWorker = [
  'tasks.bake received',
  'tasks.bake retried: Error: the oven is busy; retry in 1000 ms',
  'tasks.bake received',
  'tasks.bake succeeded: "one sponge"',
]
const bakedForClient = [
  'tasks.bake PENDING',
  'tasks.bake RETRY: Error: the oven is busy',
  'tasks.bake SUCCESS: "one sponge"',
]
const unknown = ['tasks.knead PENDING', 'tasks.knead FAILURE: NotRegistered: tasks.knead']

export const tasks: LessonRun = {
  lines: {
    worker: ['tasks.add received', 'tasks.add succeeded: 5', ...bakedByWorker],
    client: [...sum, ...bakedForClient, ...unknown],
  },
  counterexamples: {
    'the sum came back to the client': [
      { client: ['tasks.add PENDING'] },
      { client: ['tasks.add PENDING', 'tasks.add SUCCESS: 6'] },
    ],
    'the cake failed once, waited in the broker, and was done at the second attempt': [
      { worker: bakedByWorker.slice(0, 2) },
      { client: [...sum, 'tasks.bake PENDING', 'tasks.bake SUCCESS: "one sponge"'] },
      { worker: bakedByWorker.toReversed() },
    ],
    'a task that no worker knows is a failure, and not lost': [
      { client: [...sum, ...bakedForClient, 'tasks.knead PENDING'] },
    ],
  },
}

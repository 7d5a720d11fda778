import { expect, test } from 'vitest'

import type { Snapshot } from '../src/live/broker/topology.ts'
import type { Trace } from '../src/live/broker/trace.ts'
import { Translator } from '../src/live/broker/translator.ts'

const none: Snapshot = {
  time: 0,
  allQueues: 0,
  programs: [],
  exchanges: [],
  queues: [],
  bindings: [],
  consumers: [],
}

function queue(name: string, ready: number, unacked: number): Snapshot['queues'][number] {
  return { name, type: 'quorum', ready, unacked, arguments: {} }
}

function trace(type: Trace['type'], parts: Partial<Trace>): Trace {
  const about = {
    exchange: '',
    routingKey: 'q',
    queues: ['q'],
    connection: 'c:1 -> b:2',
    user: 'guest',
  }
  const message = {
    name: undefined,
    redelivered: false,
    properties: { message_id: 'm' },
    headers: {},
  }
  return { type, ...about, ...message, body: Buffer.from('x'), ...parts }
}

/** What has happened, as words. */
function told(translator: Translator): readonly string[] {
  return (translator.take(0)?.movements ?? []).map((movement) => {
    const message = 'message' in movement ? ` ${movement.message}` : ''
    return `${movement.type}${message}${'queue' in movement ? ` ${movement.queue}` : ''}`
  })
}

const consumer = { tag: 't', queue: 'q', program: 'c:1 -> b:2', prefetch: 1, acks: true }
const program = { id: 'c:1 -> b:2', name: 'a worker', state: 'running' } as const

/** What the picture calls the programs. */
function names(translator: Translator): readonly string[] {
  return translator.current(0).topology?.programs.map(({ name }) => name) ?? []
}

test('takes the name of a program from its trace', () => {
  const translator = new Translator(0)
  translator.add(trace('published', { name: 'a baker' }), 0)
  expect(names(translator)).toEqual(['a baker'])
  expect(translator.strangers()).toEqual([])
})

test('takes the name of a program from a snapshot, however late', () => {
  const translator = new Translator(0)
  translator.add(trace('published', {}), 0)
  expect(translator.strangers()).toEqual([{ connection: program.id, user: 'guest' }])
  expect(names(translator)).toEqual(['a new program'])
  translator.replace({ ...none, programs: [program] })
  expect(names(translator)).toEqual(['a worker'])
  expect(translator.strangers()).toEqual([])
})

test('says that a program has ended that was gone before a snapshot had its name', () => {
  const translator = new Translator(0)
  translator.add(trace('published', {}), 0)
  translator.closed(program.id)
  expect(names(translator)).toEqual(['a program that has ended'])
  expect(translator.strangers()).toEqual([])
})

test('knows a message again when it is delivered', () => {
  const translator = new Translator(0)
  translator.add(trace('published', {}), 0)
  translator.add(trace('delivered', { connection: 'other' }), 1)
  expect(told(translator)).toEqual(['published 1', 'routed 1 q', 'delivered 1 q'])
})

test('of a stream, from which nothing is removed, it remembers the latest messages', () => {
  const translator = new Translator(0)
  translator.replace({ ...none, queues: [{ ...queue('q', 0, 0), type: 'stream' }] })
  const about = (id: number) => ({ properties: { message_id: String(id) } })
  for (let id = 1; id <= 2000; id++) translator.add(trace('published', about(id)), 0)
  translator.take(0)
  for (const id of [2000, 1]) translator.add(trace('delivered', about(id)), 1)
  // It is 2001 because it is not known that it was the first.
  expect(told(translator)).toEqual(['delivered 2000 q', 'delivered 2001 q'])
})

test('tells two messages with equal texts apart by their ids', () => {
  const translator = new Translator(0)
  for (const id of ['m', 'n'])
    translator.add(trace('published', { properties: { message_id: id } }), 0)
  translator.add(trace('delivered', { properties: { message_id: 'n' } }), 1)
  expect(told(translator).at(-1)).toBe('delivered 2 q')
})

test('concludes from the prefetch count that the message before was acknowledged', () => {
  const translator = new Translator(0)
  translator.replace({ ...none, queues: [queue('q', 0, 0)], consumers: [consumer] })
  for (const id of ['m', 'n'])
    translator.add(trace('delivered', { properties: { message_id: id } }), 1)
  expect(told(translator)).toEqual(['delivered 1 q', 'acked 1 q', 'delivered 2 q'])
})

test('concludes from the counts that a message was acknowledged, when they cannot be too old', () => {
  const translator = new Translator(5000)
  translator.add(trace('delivered', {}), 1000)
  const now = { ...none, programs: [program], queues: [queue('q', 0, 0)] }
  translator.replace({ ...now, time: 4000 })
  expect(told(translator)).toEqual(['delivered 1 q'])
  translator.replace({ ...now, time: 6001 })
  expect(told(translator)).toEqual(['acked 1 q'])
})

test('requeues what a program held that is gone', () => {
  const translator = new Translator(0)
  translator.add(trace('delivered', {}), 1000)
  translator.replace({ ...none, time: 2000, queues: [queue('q', 1, 0)] })
  expect(told(translator)).toEqual(['delivered 1 q', 'requeued 1 q'])
})

test('finds out where a dead letter was before', () => {
  const translator = new Translator(0)
  translator.add(trace('published', { routingKey: 'wait', queues: ['wait'] }), 0)
  const headers = { 'x-death': [{ queue: 'wait', reason: 'expired', count: 1 }] }
  translator.add(trace('delivered', { headers }), 1)
  expect(told(translator)).toEqual([
    'published 1',
    'routed 1 wait',
    'dead-lettered 1 wait',
    'routed 1 q',
    'delivered 1 q',
  ])
})

test('says that a message reached no queue', () => {
  const translator = new Translator(0)
  translator.add(trace('published', { exchange: 'logs', queues: [] }), 0)
  expect(told(translator)).toEqual(['published 1', 'unroutable 1'])
})

import { expect, test } from 'vitest'

import { BrokerState } from '../../src/picture/state/broker-state.ts'
import { countsOf, summaryOf } from '../../src/picture/state/words.ts'
import type { Update } from '../../src/picture/update.ts'
import { workQueues } from '../support/stories.ts'
import { Script } from '../support/script.ts'

function shown(state: BrokerState, queue: string): readonly string[] {
  return (state.queue(queue)?.copies ?? []).map(
    (copy) => `${copy.message} ${copy.state}${copy.redelivered ? ' again' : ''}`,
  )
}

function played(...updates: readonly Update[]): BrokerState {
  const state = new BrokerState()
  for (const update of updates) state.apply(update)
  return state
}

test('keeps the messages of a queue in order, and those that are unacknowledged apart', () => {
  const script = workQueues()
  for (let i = 0; i < 3; i++) script.publish({ program: 'producer', key: 'task_queue' })
  script.deliver(1, 'task_queue', 'worker-2')
  const state = played(script.update())
  expect(shown(state, 'task_queue')).toEqual(['1 unacked', '2 ready', '3 ready'])
  expect(state.heldBy('worker-2').map(({ copy }) => copy.message)).toEqual([1])
  expect(state.heldBy('worker-1')).toEqual([])
})

test('forgets a message that is acknowledged, at the queue and at the program', () => {
  const script = workQueues()
  const message = script.publish({ program: 'producer', key: 'task_queue' })
  script.deliver(message, 'task_queue', 'worker-1').ack(message, 'task_queue')
  const state = played(script.update())
  expect(shown(state, 'task_queue')).toEqual([])
  expect(state.heldBy('worker-1')).toEqual([])
})

test('requeues a message at its old place, marked as redelivered', () => {
  const script = workQueues()
  for (let i = 0; i < 3; i++) script.publish({ program: 'producer', key: 'task_queue' })
  script.deliver(1, 'task_queue', 'worker-1').deliver(2, 'task_queue', 'worker-2')
  script.requeue(1, 'task_queue')
  const state = played(script.update())
  expect(shown(state, 'task_queue')).toEqual(['1 ready again', '2 unacked', '3 ready'])
})

test('has nothing to wait for when a consumer does not acknowledge', () => {
  const script = new Script().exchange('').program('a').program('b').queue('q')
  script.consume('b', 'q', { acks: false })
  const message = script.publish({ program: 'a', key: 'q' })
  const update = script.deliver(message, 'q', 'b').update()
  const { topology, ...others } = update
  const state = played({ ...others, topology: withCounts(topology, 0) })
  expect(shown(state, 'q')).toEqual([])
})

function withCounts(topology: Update['topology'], unacked: number) {
  if (topology === undefined) throw new Error('the update has no topology')
  return { ...topology, queues: topology.queues.map((queue) => ({ ...queue, unacked })) }
}

test('moves a dead letter from one queue to another one', () => {
  const script = new Script().exchange('').program('a').program('b').queue('q').queue('dead')
  script.consume('b', 'q')
  const message = script.publish({ program: 'a', key: 'q' })
  script
    .deliver(message, 'q', 'b')
    .deadLetter(message, 'q', 'rejected')
    .route(message, '', ['dead'])
  const state = played(script.update())
  expect(shown(state, 'q')).toEqual([])
  expect(shown(state, 'dead')).toEqual(['1 ready'])
})

test('knows only the number of earlier messages', () => {
  const { topology, ...others } = workQueues().update()
  const [queue, ...rest] = topology?.queues ?? []
  if (topology === undefined || queue === undefined) throw new Error('no queue')
  const filled = { ...topology, queues: [{ ...queue, ready: 12, unacked: 2 }, ...rest] }
  const state = played({ ...others, topology: filled })
  const found = state.queue('task_queue')
  expect(found && countsOf(found)).toEqual({ ready: 12, unacked: 2 })
  // One of them is delivered, and so becomes known.
  const delivered = {
    type: 'delivered',
    message: 90,
    queue: 'task_queue',
    program: 'worker-1',
  } as const
  state.apply({ time: 1, messages: [], movements: [{ ...delivered, tag: '', redelivered: false }] })
  expect(found && countsOf(found)).toEqual({ ready: 11, unacked: 3 })
})

test('a queue with priorities delivers important messages first', () => {
  const script = new Script().exchange('').program('a').queue('q', { 'x-max-priority': 5 })
  for (let i = 0; i < 3; i++) script.publish({ program: 'a', key: 'q' })
  const update = script.update()
  const messages = update.messages.map((message) => ({
    ...message,
    properties: { priority: message.id === 3 ? 5 : 1 },
  }))
  expect(shown(played({ ...update, messages }), 'q')).toEqual(['3 ready', '1 ready', '2 ready'])
})

test('a stream keeps what it has delivered', () => {
  const script = new Script().exchange('').program('a').program('b')
  script.add({ queues: [{ name: 's', type: 'stream', ready: 0, unacked: 0, arguments: {} }] })
  const message = script.publish({ program: 'a', key: 's' })
  script.consume('b', 's').deliver(message, 's', 'b').ack(message, 's')
  const state = played(script.update())
  expect(shown(state, 's')).toEqual(['1 ready'])
})

test('of a stream, it keeps the latest messages, and the number of the others', () => {
  const script = new Script().exchange('').program('a')
  script.add({ queues: [{ name: 's', type: 'stream', ready: 0, unacked: 0, arguments: {} }] })
  const state = new BrokerState()
  for (let i = 1; i <= 5000; i++) {
    script.publish({ program: 'a', key: 's' })
    if (i % 100 === 0) state.apply(script.update())
  }
  const stream = state.queue('s')
  expect(stream?.copies.at(-1)?.message).toBe(5000)
  expect(stream?.copies.length).toBeLessThan(1000)
  expect(stream && countsOf(stream).ready).toBe(5000)
  expect(state.message(1)).toBeUndefined()
})

test('describes itself in a line', () => {
  const script = workQueues()
  for (let i = 0; i < 3; i++) script.publish({ program: 'producer', key: 'task_queue' })
  script.deliver(1, 'task_queue', 'worker-1')
  expect(summaryOf(played(script.update()))).toBe(
    'Queue task_queue: 2 ready, 1 unacked. worker 1 holds message 1.',
  )
})

import { expect, test } from 'vitest'

import type { Topology, Update } from '../../src/picture/picture.ts'
import { Touched } from '../../src/stage/touched.ts'

function topologyWith(count: number): Topology {
  const names = Array.from({ length: count }, (_, i) => `q${i}`)
  return {
    programs: [{ id: 'p', name: 'p', state: 'running' }],
    exchanges: [{ name: 'x', type: 'fanout' }],
    queues: names.map((name) => ({ name, type: 'classic', ready: 0, unacked: 0, arguments: {} })),
    bindings: names.map((destination) => ({
      source: 'x',
      destination,
      destinationType: 'queue',
      routingKey: '',
      arguments: {},
    })),
    consumers: [{ tag: 't', queue: 'q0', program: 'p', prefetch: 1, acks: true }],
  }
}

function update(parts: Partial<Update>): Update {
  return { time: 0, movements: [], messages: [], ...parts }
}

test('a few queues are all shown', () => {
  const touched = new Touched()
  const topology = topologyWith(5)
  expect(touched.filter(update({ topology })).topology).toEqual(topology)
  expect(touched.left).toBe(0)
})

test('of many queues, those are shown that messages have been in', () => {
  const touched = new Touched()
  const none = touched.filter(update({ topology: topologyWith(40) })).topology
  expect([none?.queues, none?.exchanges, none?.consumers, none?.bindings]).toEqual([[], [], [], []])
  expect(touched.left).toBe(41)
  const routed = { type: 'routed', message: 1, exchange: 'x', queue: 'q7' } as const
  const some = touched.filter(update({ movements: [routed] })).topology
  expect(some?.queues.map(({ name }) => name)).toEqual(['q7'])
  expect(some?.bindings.map(({ destination }) => destination)).toEqual(['q7'])
  expect(touched.left).toBe(39)
  // Messages that nobody listens for do not leave their producer.
  const published = { type: 'published', message: 2, program: 'p', routingKey: '' } as const
  const movements = [
    { ...published, exchange: 'x' },
    { ...published, exchange: 'events' },
    { type: 'unroutable', message: 2, exchange: 'events' } as const,
  ]
  expect(touched.filter(update({ movements })).movements).toEqual([movements[0]])
  // Nothing has changed, so there is nothing to draw again.
  expect(touched.filter(update({ movements: [routed] })).topology).toBeUndefined()
})

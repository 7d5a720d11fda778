import { expect, test } from 'vitest'

import { graphOf } from '../../src/picture/layout/graph.ts'
import { layOut, type Layout, type PlacedNode } from '../../src/picture/layout/layout.ts'
import { frameOf } from '../../src/picture/layout/sizes.ts'
import { Traffic } from '../../src/picture/layout/traffic.ts'
import { Ways } from '../../src/picture/motion/ways.ts'
import { BrokerState } from '../../src/picture/state/broker-state.ts'
import { Script } from '../support/script.ts'
import { retries, rpc, topics, workQueues } from '../support/stories.ts'

function laidOut(script: Script, width: number, before?: Layout): Layout {
  const state = new BrokerState()
  const traffic = new Traffic()
  const ways = new Ways(() => '')
  const update = script.update()
  state.apply(update)
  for (const [i, movement] of update.movements.entries())
    traffic.note(movement, ways.of(movement, update.movements.slice(i + 1)))
  return layOut(graphOf(state, traffic), frameOf(width), before)
}

const stories = { workQueues, topics, retries, rpc }

test.each(Object.entries(stories))('%s: no node covers another one, at any width', (_, story) => {
  for (const width of [343, 700, 1200]) {
    const nodes = [...laidOut(story(), width).nodes.values()]
    for (const a of nodes) for (const b of nodes) if (a !== b) expect(overlap(a, b)).toBe(false)
  }
})

function overlap(a: PlacedNode, b: PlacedNode): boolean {
  const near = (axis: 'x' | 'y', size: 'width' | 'height'): boolean =>
    Math.abs(a[axis] - b[axis]) < (a[size] + b[size]) / 2
  return near('x', 'width') && near('y', 'height')
}

test('has producers at the left, then exchanges, queues, and consumers at the right', () => {
  const { nodes } = laidOut(topics(), 700)
  const xs = ['p:producer', 'x:topic_logs', 'q:amq.gen-aKq81xTbnW', 'p:consumer-0'].map(
    (id) => nodes.get(id)?.x ?? 0,
  )
  expect(xs).toEqual(xs.toSorted((a, b) => a - b))
  expect(new Set(xs).size).toBe(4)
})

test('goes from top to bottom on a phone, without being wider than it', () => {
  const layout = laidOut(topics(), 343)
  const ys = ['p:producer', 'x:topic_logs', 'q:amq.gen-aKq81xTbnW', 'p:consumer-0'].map(
    (id) => layout.nodes.get(id)?.y ?? 0,
  )
  expect(ys).toEqual(ys.toSorted((a, b) => a - b))
  expect(layout.width).toBe(343)
})

test('keeps the order of nodes when more are added', () => {
  const before = laidOut(workQueues(), 700)
  const more = workQueues()
  for (const id of ['worker-3', 'worker-4']) more.program(id).consume(id, 'task_queue')
  const after = laidOut(more, 700, before)
  const order = (layout: Layout): readonly string[] =>
    [...layout.nodes.values()]
      .filter(({ node }) => ['p:worker-1', 'p:worker-2'].includes(node.id))
      .toSorted((a, b) => a.y - b.y)
      .map(({ node }) => node.id)
  expect(order(after)).toEqual(order(before))
  expect(after.nodes.get('q:task_queue')?.x).toBe(before.nodes.get('q:task_queue')?.x)
})

test('changes the order of nodes when edges would cross', () => {
  // The queues come before their consumers are known, in another order than the programs.
  const names = ['one', 'two', 'three']
  const script = new Script().exchange('logs')
  for (const name of names) script.program(name)
  for (const name of ['two', 'three', 'one']) script.queue(name).bind('logs', name, name)
  const before = laidOut(script, 700)
  for (const name of names) script.consume(name, name)
  const { nodes } = laidOut(script, 700, before)
  const order = (kind: string): readonly string[] =>
    names.toSorted(
      (a, b) => (nodes.get(`${kind}:${a}`)?.y ?? 0) - (nodes.get(`${kind}:${b}`)?.y ?? 0),
    )
  expect(order('p')).toEqual(order('q'))
})

test('fits four queues on a phone', () => {
  const script = new Script().exchange('logs')
  for (const name of ['one', 'two', 'three', 'four']) script.queue(name).bind('logs', name, name)
  expect(laidOut(script, 327).width).toBe(327)
})

test('fits three exchanges and an edge past them on a phone', () => {
  const script = new Script().exchange('', 'direct').program('worker').queue('celery')
  for (const exchange of ['celery_delayed_0', 'celery_delayed_1']) {
    script.exchange(exchange).bind(exchange, 'celery', '#')
    script.publish({ program: 'worker', exchange, key: '' })
  }
  script.publish({ program: 'worker', key: 'celery' })
  script.consume('worker', 'celery')
  const { width, nodes } = laidOut(script, 309)
  expect([...nodes.values()].filter(({ node }) => node.kind === 'exchange')).toHaveLength(3)
  expect(width).toBe(309)
})

test('draws an edge past the queues where it touches none, also when there is no producer', () => {
  for (const width of [343, 700]) {
    const script = retries().end('producer')
    // It receives before it publishes, so it belongs on the side of the consumers.
    script.deliver(90, 'retries', 'consumer')
    const message = script.publish({ program: 'consumer', key: 'retries.delay.1000' })
    script.deadLetter(message, 'retries.delay.1000', 'expired').route(message, '', ['retries'])
    const { nodes, edges } = laidOut(script, width)
    const path = edges.get('p:consumer>x:')?.path ?? []
    expect(path.length).toBeGreaterThan(0)
    const queues = [...nodes.values()].filter(({ node }) => node.kind === 'queue')
    for (const point of path)
      for (const queue of queues)
        expect(overlap(queue, { ...queue, ...point, width: 1, height: 1 })).toBe(false)
    // It does not go beyond its ends.
    const [from, to] = [nodes.get('p:consumer'), nodes.get('x:')]
    const along = width < 560 ? 'y' : 'x'
    for (const point of path) {
      expect(point[along]).toBeLessThanOrEqual(from?.[along] ?? 0)
      expect(point[along]).toBeGreaterThanOrEqual(to?.[along] ?? 0)
    }
  }
})

test('shows the default exchange only when it is used', () => {
  expect(laidOut(workQueues(), 700).nodes.has('x:')).toBe(false)
  const script = workQueues()
  script.publish({ program: 'producer', key: 'task_queue' })
  const { nodes, edges } = laidOut(script, 700)
  expect(nodes.has('x:')).toBe(true)
  expect(edges.has('x:>q:task_queue')).toBe(true)
})

test('puts an RPC client on the left, though it consumes replies', () => {
  const script = rpc()
  const request = script.publish({ program: 'client', key: 'rpc_queue' })
  script.deliver(request, 'rpc_queue', 'server')
  script.deliver(
    script.publish({ program: 'server', key: 'amq.gen-replies' }),
    'amq.gen-replies',
    'client',
  )
  const { nodes } = laidOut(script, 700)
  const x = (id: string): number => nodes.get(id)?.x ?? 0
  expect(x('p:client')).toBeLessThan(x('x:'))
  expect(x('p:server')).toBeGreaterThan(x('q:rpc_queue'))
})

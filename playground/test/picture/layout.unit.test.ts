import { expect, test } from 'vitest'

import { graphOf } from '../../src/picture/layout/graph.ts'
import { layOut, type Layout, type PlacedNode } from '../../src/picture/layout/layout.ts'
import { frameOf } from '../../src/picture/layout/sizes.ts'
import { Traffic } from '../../src/picture/layout/traffic.ts'
import { Ways } from '../../src/picture/motion/ways.ts'
import { BrokerState } from '../../src/picture/state/broker-state.ts'
import { Script } from '../support/script.ts'
import { retries, rpc, topics, workQueues } from '../support/stories.ts'

function laidOut(script: Script, width: number, before?: Parameters<typeof layOut>[2]): Layout {
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

/** The nodes that are drawn next to each other, in the order of a reader. */
function inOrder({ nodes, down }: Layout, ids: readonly string[]): readonly string[] {
  const at = (id: string): number => nodes.get(id)?.[down ? 'x' : 'y'] ?? Number.NaN
  return ids.toSorted((a, b) => at(a) - at(b))
}

test('keeps the order of nodes when more are added', () => {
  const layout = laidOut(workQueues(), 700)
  const more = workQueues()
  for (const id of ['worker-3', 'worker-4']) more.program(id).consume(id, 'task_queue')
  const after = laidOut(more, 700, { layout, isFixed: false })
  const workers = ['p:worker-1', 'p:worker-2', 'p:worker-3', 'p:worker-4']
  expect(inOrder(after, workers)).toEqual(workers)
  expect(after.nodes.get('q:task_queue')?.x).toBe(layout.nodes.get('q:task_queue')?.x)
})

/** Queues that are bound before their consumers are known, in another order than the programs. */
function bound(names: readonly string[]): Script {
  const script = new Script().exchange('logs').program('producer')
  for (const name of names.toSorted()) script.program(name)
  for (const name of names) script.queue(name).bind('logs', name, name)
  return script
}

const ids = (kind: string, names: readonly string[]): string[] =>
  names.map((name) => `${kind}:${name}`)

test('changes the order of nodes when edges would cross, until it is fixed', () => {
  const names = ['two', 'three', 'one']
  const script = bound(names)
  const layout = laidOut(script, 700)
  for (const name of names) script.consume(name, name)
  const after = laidOut(script, 700, { layout, isFixed: false })
  expect(inOrder(after, ids('p', names)).map((id) => id.slice(2))).toEqual(
    inOrder(after, ids('q', names)).map((id) => id.slice(2)),
  )
})

test.each([
  ['on a phone', 343, 343],
  ['on a screen', 700, 700],
  ['on a phone that is turned', 343, 700],
])('swaps no nodes once their order is fixed: %s', (_, width, nextWidth) => {
  const names = ['two', 'three', 'one']
  const script = bound(names)
  for (const name of names) script.consume(name, name)
  let layout = laidOut(script, width)
  const [queues, programs] = [ids('q', names), ids('p', names)]
  const [queuesBefore, programsBefore] = [inOrder(layout, queues), inOrder(layout, programs)]
  // Each of these would be drawn without crossing edges in another order.
  const additions = [
    () => script.program('last').consume('last', queuesBefore[0]?.slice(2) ?? ''),
    () => script.consume('last', queuesBefore[2]?.slice(2) ?? ''),
    () => script.queue('dead').bind('logs', 'dead', 'x').consume('one', 'dead'),
    () => script.consume('two', 'dead').consume('three', 'one').consume('one', 'three'),
    () => script.exchange('others').bind('others', 'two', 'x').bind('others', 'one', 'x'),
  ]
  for (const add of additions) {
    add()
    layout = laidOut(script, layout.down ? nextWidth : width, { layout, isFixed: true })
    expect(inOrder(layout, queues)).toEqual(queuesBefore)
    expect(inOrder(layout, programs)).toEqual(programsBefore)
  }
})

test('a new node takes its place between the others', () => {
  const names = ['one', 'three', 'two']
  const script = bound(names)
  for (const name of names) script.consume(name, name)
  const layout = laidOut(script, 700)
  const [first = '', second = '', third = ''] = inOrder(layout, ids('q', names))
  script.program('late').consume('late', second.slice(2))
  const after = laidOut(script, 700, { layout, isFixed: true })
  const programs = [first, second, third].map((id) => id.replace('q:', 'p:'))
  const [, middle = ''] = programs
  expect(inOrder(after, [...programs, 'p:late'])).toEqual(programs.toSpliced(2, 0, 'p:late'))
  expect(inOrder(after, programs)[1]).toBe(middle)
})

test('leads an edge around the queues on the side where it crosses no other', () => {
  const played = (): Script => {
    const script = retries().queue('retries.delay.2000')
    script.publish({ program: 'producer', key: 'retries' })
    script.deliver(1, 'retries', 'consumer')
    for (const delay of ['1000', '2000']) {
      const message = script.publish({ program: 'consumer', key: `retries.delay.${delay}` })
      script
        .deadLetter(message, `retries.delay.${delay}`, 'expired')
        .route(message, '', ['retries'])
    }
    script.publish({ program: 'consumer', key: 'retries.parked' })
    return script
  }
  const layout = laidOut(played(), 700)
  const queues = ids('q', ['retries.parked', 'retries.delay.2000', 'retries.delay.1000', 'retries'])
  for (const order of [queues, queues.toReversed()]) {
    // The queues and the consumer are where they were, and another program consumes the last queue.
    const nodes = new Map(layout.nodes)
    for (const [i, id] of order.entries()) {
      const placed = nodes.get(id)
      if (placed !== undefined) nodes.set(id, { ...placed, y: 100 * i })
    }
    const more = played().program('person').consume('person', 'retries.parked')
    const after = laidOut(more, 700, { layout: { ...layout, nodes }, isFixed: true })
    expect(inOrder(after, order)).toEqual(order)
    const programs = ['p:person', 'p:consumer']
    expect(inOrder(after, programs)).toEqual(order === queues ? programs : programs.toReversed())
  }
})

test('a program that becomes a consumer takes the place where its edge crosses none', () => {
  const names = ['two', 'three', 'one']
  const script = bound(names)
  script.publish({ program: 'producer', exchange: 'logs', key: 'x', to: ['one'] })
  // The programs are among the producers, until they consume.
  let layout = laidOut(script, 700)
  for (const name of names) {
    script.consume(name, name)
    layout = laidOut(script, 700, { layout, isFixed: true })
  }
  expect(inOrder(layout, ids('p', names)).map((id) => id.slice(2))).toEqual(
    inOrder(layout, ids('q', names)).map((id) => id.slice(2)),
  )
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

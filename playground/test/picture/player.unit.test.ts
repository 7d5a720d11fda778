import { expect, test } from 'vitest'

import { Player, mostMessages, type Pulse } from '../../src/picture/motion/player.ts'
import { humanPace, Schedule, type Step } from '../../src/picture/motion/schedule.ts'
import { Ways } from '../../src/picture/motion/ways.ts'
import type { Update } from '../../src/picture/update.ts'
import { workQueues } from '../support/stories.ts'

/** When each movement of an update is shown. */
function scheduled(update: Update): readonly Step[] {
  const ways = new Ways(() => undefined)
  const schedule = new Schedule(humanPace)
  return update.movements.map((movement, i) => {
    const way = ways.of(movement, update.movements.slice(i + 1))
    return schedule.add({ movement, way, time: update.time }, 0)
  })
}

function taskAfterTask(count: number): Update {
  const script = workQueues()
  for (let i = 0; i < count; i++) {
    const message = script.publish({ program: 'producer', key: 'task_queue' })
    script.deliver(message, 'task_queue', `worker-${1 + (i % 2)}`).ack(message, 'task_queue')
  }
  return script.update()
}

test('shows one step of a message after the other', () => {
  const steps = scheduled(taskAfterTask(4))
  for (let message = 1; message <= 4; message++) {
    const own = steps.filter(
      ({ movement }) => 'message' in movement && movement.message === message,
    )
    expect(own.map(({ movement }) => movement.type)).toEqual([
      'published',
      'routed',
      'delivered',
      'acked',
    ])
    for (const [i, step] of own.entries())
      expect(step.start).toBeGreaterThanOrEqual(own[i - 1]?.end ?? 0)
  }
})

test('takes a queue through its states in their order', () => {
  const steps = scheduled(taskAfterTask(9))
  // At a queue, a message counts when it arrives, and when it leaves.
  const atQueue = steps.flatMap(({ movement, start, end }) => {
    if (movement.type === 'published') return []
    return [movement.type === 'delivered' ? start : end]
  })
  expect(atQueue).toEqual(atQueue.toSorted((a, b) => a - b))
})

test('lets messages follow each other at a distance', () => {
  const script = workQueues()
  for (let i = 0; i < 5; i++) script.publish({ program: 'producer', key: 'task_queue' })
  const departures = scheduled(script.update())
    .filter(({ movement }) => movement.type === 'published')
    .map(({ start }) => start)
  const { appear, gap } = humanPace
  expect(departures).toEqual([0, 1, 2, 3, 4].map((i) => appear + i * gap))
})

test('waits until the default exchange is seen, before the first message moves there', () => {
  const script = workQueues().exchange('logs')
  const starts = (): readonly (number | undefined)[] => [scheduled(script.update())[0]?.start]
  script.publish({ program: 'producer', exchange: 'logs', key: 'x' })
  expect(starts()).toEqual([0])
  script.publish({ program: 'producer', key: 'task_queue' })
  expect(starts()).toEqual([humanPace.appear])
})

interface Played {
  readonly player: Player
  readonly shown: string[]
  readonly pulses: Pulse[]
}

function player(): Played {
  const shown: string[] = []
  const pulses: Pulse[] = []
  const note = (when: string, { movement }: Step): void => {
    if (movement.type !== 'purged') shown.push(`${when} ${movement.type} ${movement.message}`)
  }
  const created = new Player({
    pace: humanPace,
    deadLetterExchange: () => undefined,
    onBegin: (step) => note('begin', step),
    onEnd: (step) => note('end', step),
    onPulse: (pulse) => pulses.push(pulse),
  })
  return { player: created, shown, pulses }
}

function playAll({ player: playing }: Played): void {
  for (let i = 0; i < 20_000 && !playing.isIdle; i++) playing.advance(16)
}

test('begins and ends each movement once, and is idle in the end', () => {
  const played = player()
  const update = taskAfterTask(6)
  played.player.add(update)
  playAll(played)
  expect(played.player.isIdle).toBe(true)
  expect(played.shown).toHaveLength(2 * update.movements.length)
  expect(new Set(played.shown).size).toBe(played.shown.length)
})

test('does what was deferred after everything that came before', () => {
  const played = player()
  played.player.add(taskAfterTask(2))
  played.player.defer(() => played.shown.push('deferred'))
  playAll(played)
  expect(played.shown.at(-1)).toBe('deferred')
})

test('goes faster when it is behind', () => {
  const slow = player()
  slow.player.add(taskAfterTask(20))
  let frames = 0
  while (!slow.player.isIdle && frames < 20_000) {
    slow.player.advance(16)
    frames += 1
  }
  expect(frames * 16).toBeLessThan(slow.player.now)
})

test('shows too many messages as pulses, in which no message is missing', () => {
  const played = player()
  const script = workQueues()
  const count = mostMessages + 50
  for (let i = 0; i < count; i++) script.publish({ program: 'producer', key: 'task_queue' })
  played.player.add(script.update())
  expect(played.player.isAggregated).toBe(true)
  for (let i = 0; i < count; i++) script.publish({ program: 'producer', key: 'task_queue' })
  played.player.add(script.update())
  playAll(played)
  expect(played.shown.filter((line) => line.startsWith('end'))).toHaveLength(4 * count)
  const counted = played.pulses.filter(({ way }) => way.from === 'p:producer')
  expect(counted.reduce((sum, pulse) => sum + pulse.count, 0)).toBe(2 * count)
  // And then it shows single messages again.
  expect(played.player.isAggregated).toBe(false)
})

test('forgets who has received what long ago, because it may never be acknowledged', () => {
  const ways = new Ways(() => undefined)
  const about = { queue: 'q', program: 'a', tag: 't', redelivered: false } as const
  for (let message = 1; message <= 10_000; message++)
    ways.of({ type: 'delivered', message, ...about }, [])
  expect(ways.of({ type: 'acked', message: 10_000, queue: 'q' }, [])).toEqual({
    from: 'p:a',
    to: 'q:q',
  })
  expect(ways.of({ type: 'acked', message: 1, queue: 'q' }, [])).toBeUndefined()
})

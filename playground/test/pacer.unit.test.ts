import { expect, test } from 'vitest'

import { MessageFrames } from '../src/broker-worker/network/message-frames.ts'
import { Pacer } from '../src/broker-worker/pacer.ts'
import { humanPace } from '../src/picture/motion/schedule.ts'
import type { Movement } from '../src/picture/update.ts'

const about = { message: 1, exchange: '', queue: 'tasks' }
const published: Movement = {
  type: 'published',
  ...about,
  program: 'producer',
  routingKey: 'tasks',
}
const routed: Movement = { type: 'routed', ...about }
const delivered: Movement = {
  type: 'delivered',
  ...about,
  program: 'worker',
  tag: 'tag',
  redelivered: false,
}

function pacer(): Pacer {
  const created = new Pacer(() => '')
  for (const program of ['producer', 'worker']) created.connected(program)
  return created
}

test('holds a message and its confirm until the picture has got so far', () => {
  const paced = pacer()
  paced.plan([published, routed, delivered], 1000)
  // The default exchange is shown before the first message moves there.
  const start = 1000 + humanPace.appear
  expect(paced.published('producer')).toBe(start + humanPace.hop)
  expect(paced.nextDelivery('worker')).toBe(start + 3 * humanPace.hop)
  expect(paced.nextDelivery('worker')).toBe(0)
})

test('shows a message in its queue as long as it waits there', () => {
  const paced = pacer()
  const [, arrival] = paced.plan([published, routed], 1000)
  const expired: Movement = { type: 'dead-lettered', ...about, reason: 'expired' }
  const [leaving] = paced.plan([expired], 3000)
  expect((leaving?.shown?.start ?? 0) - (arrival?.shown?.end ?? 0)).toBe(2000)
})

test('shows a hundred messages within seconds, and waits for no more than 200', () => {
  const paced = pacer()
  let end = 0
  for (let message = 1; message <= 100; message++)
    for (const { shown } of paced.plan([{ ...published, message }], 1000))
      end = Math.max(end, shown?.end ?? 0)
  expect(end - 1000).toBeLessThan(6000)
  expect(paced.isOverwhelmed).toBe(false)
  for (let message = 101; message <= 201; message++) paced.plan([{ ...published, message }], 1000)
  expect(paced.isOverwhelmed).toBe(true)
  expect(paced.plan([published], 1000)).toEqual([published])
  // When it has been quiet for a while, everything is shown at a human pace again.
  paced.reset()
  const [later] = paced.plan([published], 5000)
  expect(later?.shown).toEqual({ start: 5000, end: 5000 + humanPace.hop })
})

/** A frame of AMQP with a method. */
function frame(classId: number, method: number, size = 4): number[] {
  const rest = Array<number>(size - 4).fill(0)
  return [1, 0, 1, 0, 0, 0, size, 0, classId, 0, method, ...rest, 206]
}

test('cuts what the broker sends before each message and each answer', () => {
  const frames = new MessageFrames()
  const [other, delivery, ack] = [frame(50, 11), frame(60, 60, 9), frame(60, 80)]
  const all = [...other, ...delivery, ...delivery, ...ack]
  // The end of the last frame comes in the next chunk.
  const first = frames.cut(new Uint8Array(all.slice(0, -1)))
  expect(first.map(({ kind }) => kind)).toEqual(['other', 'delivery', 'delivery', 'answer'])
  const second = frames.cut(new Uint8Array([...all.slice(-1), ...delivery]))
  expect(second.map(({ kind, bytes }) => [kind, bytes.length])).toEqual([
    ['other', 1],
    ['delivery', delivery.length],
  ])
  expect([...first, ...second].flatMap(({ bytes }) => [...bytes])).toEqual([...all, ...delivery])
})

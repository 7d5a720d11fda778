import type { Point } from '../motion/path.ts'
import type { Copy, QueueState } from '../state/broker-state.ts'
import type { Size } from './sizes.ts'

export const tokenHeight = 19

/** How wide the box of a message is, for the longest number in the picture. */
export function tokenWidth(highestId: number): number {
  return 12 + 6.6 * Math.max(2, String(highestId).length)
}

/** Where the messages of a node are, from its middle. */
export interface Slots {
  readonly places: ReadonlyMap<Copy, Point>
  /** How many ready or held messages have no place of their own. */
  readonly more: number
  /** Where to write how many. */
  readonly moreAt: Point
  /** Where the next message will arrive. */
  readonly entry: Point
}

const [inset, spacing] = [11, 4]

/**
 * The place of each message in a queue. They move to the right, where the oldest leave. Those that
 * are unacknowledged have the rightmost places.
 */
export function queueSlots({ copies, otherReady }: QueueState, size: Size, token: number): Slots {
  const pitch = token + spacing
  const y = size.height / 2 - 10 - tokenHeight / 2
  const right = size.width / 2 - inset - token / 2
  const unacked = copies.filter(({ state }) => state === 'unacked')
  const ready = copies.filter(({ state }) => state === 'ready')
  const room = Math.floor((size.width - 2 * inset + spacing) / pitch)
  const isFull = copies.length + otherReady > room
  const forUnacked = Math.min(unacked.length, Math.max(room - ready.length, Math.floor(room / 2)))
  // The number of those that do not fit takes a place too.
  const forReady = Math.max(0, room - forUnacked - (isFull ? 1 : 0))
  const shown = [...unacked.slice(0, forUnacked), ...ready.slice(0, forReady)]
  const at = (i: number): Point => ({ x: right - i * pitch, y })
  return {
    places: new Map(shown.map((copy, i) => [copy, at(i)])),
    more: Math.max(0, ready.length - forReady) + otherReady,
    moreAt: at(room - 1),
    entry: at(Math.min(shown.length, room - 1)),
  }
}

/** The place of each message that a program holds, from left to right. */
export function traySlots(held: readonly Copy[], size: Size, token: number): Slots {
  const pitch = token + spacing
  const y = size.height / 2 - 9 - tokenHeight / 2
  const left = -size.width / 2 + inset + token / 2
  const room = Math.floor((size.width - 2 * inset + spacing) / pitch)
  const forHeld = held.length > room ? room - 1 : held.length
  const at = (i: number): Point => ({ x: left + i * pitch, y })
  return {
    places: new Map(held.slice(0, forHeld).map((copy, i) => [copy, at(i)])),
    more: held.length - forHeld,
    moreAt: at(room - 1),
    entry: at(Math.min(forHeld, room - 1)),
  }
}

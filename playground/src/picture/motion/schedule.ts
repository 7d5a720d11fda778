import type { Movement, Span } from '../state/update.ts'
import { copyKey, isLoss, type Way } from './ways.ts'

/** Milliseconds. */
export interface Pace {
  /** For a message from one place to the next. */
  readonly hop: number
  /** For an acknowledgement back to the queue. */
  readonly ack: number
  /** Between two messages that leave a place on the same way. */
  readonly gap: number
  /** How long a program holds a message at least, so that one sees that it does. */
  readonly hold: number
  /** How long a message is seen that reaches no queue, or leaves one for nowhere, before it is gone. */
  readonly fade: number
  /** How long the default exchange is seen before the first message moves there. */
  readonly appear: number
}

/** A pace that the eye can follow. */
export const humanPace: Pace = { hop: 620, ack: 420, gap: 130, hold: 260, fade: 900, appear: 150 }

/** For readers who want nothing to move: messages change their places, one after the other. */
export const stillPace: Pace = { hop: 0, ack: 0, gap: 90, hold: 0, fade: 900, appear: 0 }

/** A movement, its way, and when it happened at the broker. */
export interface Moved {
  readonly movement: Movement
  readonly way: Way | undefined
  readonly time: number
}

/** When a movement is shown. */
export interface Step extends Moved, Span {}

/** When a message came to a queue. */
interface Arrival {
  readonly atBroker: number
  readonly shown: number
}

/**
 * Decides when each movement is shown. A broker on this machine needs less than a millisecond for
 * what a reader has to see, so movements are stretched. But every queue and every program goes
 * through exactly the states that it had, in their order, and a message makes one step after the
 * other. Only what has nothing to do with each other overlaps.
 */
export class Schedule {
  #pace: Pace
  /** By `copyKey`: those that may expire. */
  readonly #arrivals = new Map<string, Arrival>()
  /** For a place, a message or a way: until when the movements there take. */
  readonly #busyUntil = new Map<string, number>()
  /** Whether a message has gone to the default exchange, which is not shown before. */
  #usesDefault = false
  #end = 0

  constructor(pace: Pace) {
    this.#pace = pace
  }

  /** When everything has been shown. */
  get end(): number {
    return this.#end
  }

  /** For the next movements. */
  set pace(pace: Pace) {
    this.#pace = pace
  }

  /** Forgets what was planned. */
  clear(): void {
    this.#arrivals.clear()
    this.#busyUntil.clear()
    this.#end = 0
  }

  /**
   * Movements must come in the order in which they happened; `now` is the earliest time. If it is decided when
   * a movement is shown, only the order may change that.
   */
  add(moved: Moved, now: number, decided?: Span): Step {
    const { movement, way } = moved
    const duration = decided ? decided.end - decided.start : this.#durationOf(movement, way)
    const from = way?.from ?? placeOf(movement)
    const street = way && `${movement.type} ${way.from} ${way.to}`
    const start = Math.max(
      decided?.start ??
        Math.max(now + this.#appearanceOf(way), this.#free(street), this.#stayOf(moved)),
      this.#free(from),
      this.#free(causeOf(movement)),
      // It arrives after what has arrived there before.
      this.#free(way?.to) - duration,
    )
    const step = { ...moved, start, end: start + duration }
    this.#occupy(from, start)
    this.#occupy(way?.to, step.end)
    this.#occupy(effectOf(movement), step.end)
    this.#occupy(street, start + this.#gapAfter(movement))
    this.#noteArrival(step)
    this.#end = Math.max(this.#end, step.end)
    this.#forget(now)
    return step
  }

  /** How long the place has to be seen to which a message moves. */
  #appearanceOf(way: Way | undefined): number {
    if (way?.to !== 'x:' || this.#usesDefault) return 0
    this.#usesDefault = true
    return this.#pace.appear
  }

  /** Until when a message is seen where it is: in the hands of a program, or in a queue until it expires. */
  #stayOf({ movement, time, way }: Moved): number {
    if (movement.type === 'acked' && way !== undefined)
      return this.#free(causeOf(movement)) + this.#pace.hold
    if (movement.type !== 'dead-lettered' || movement.reason !== 'expired') return 0
    const arrival = this.#arrivals.get(copyKey(movement))
    return arrival === undefined ? 0 : arrival.shown + time - arrival.atBroker
  }

  #noteArrival({ movement, time, end }: Step): void {
    if (movement.type === 'routed' || movement.type === 'requeued')
      this.#arrivals.set(copyKey(movement), { atBroker: time, shown: end })
    if (movement.type === 'acked' || movement.type === 'dead-lettered')
      this.#arrivals.delete(copyKey(movement))
  }

  #durationOf({ type }: Movement, way: Way | undefined): number {
    if (isLoss(type, way)) return this.#pace.fade
    if (way === undefined) return 0
    return type === 'acked' ? this.#pace.ack : this.#pace.hop
  }

  /** A message that shows its key needs more room. */
  #gapAfter(movement: Movement): number {
    const hasKey = movement.type === 'published' && movement.exchange !== '' && movement.routingKey
    return hasKey ? 3 * this.#pace.gap : this.#pace.gap
  }

  #free(key: string | undefined): number {
    return key === undefined ? 0 : (this.#busyUntil.get(key) ?? 0)
  }

  #occupy(key: string | undefined, until: number): void {
    // An exchange keeps nothing, so nothing has to wait for it.
    if (key === undefined || key.startsWith('x:')) return
    this.#busyUntil.set(key, Math.max(until, this.#free(key)))
  }

  #forget(now: number): void {
    if (this.#busyUntil.size >= 5000)
      for (const [key, until] of this.#busyUntil) if (until < now) this.#busyUntil.delete(key)
    // Those that are read without an acknowledgement are never missed.
    for (const key of this.#arrivals.keys()) {
      if (this.#arrivals.size <= 5000) break
      this.#arrivals.delete(key)
    }
  }
}

/** Where a movement without a way happens. */
export function placeOf(movement: Movement): string {
  return 'queue' in movement ? `q:${movement.queue}` : `x:${movement.exchange}`
}

/** What must have ended before. */
function causeOf(movement: Movement): string | undefined {
  switch (movement.type) {
    case 'published':
    case 'routed':
    case 'unroutable':
      return `message ${movement.message}`
    case 'delivered':
    case 'acked':
    case 'requeued':
    case 'dead-lettered':
      return `copy ${copyKey(movement)}`
    case 'purged':
      return undefined
  }
}

/** What must wait for the end. */
function effectOf(movement: Movement): string | undefined {
  switch (movement.type) {
    case 'published':
    case 'dead-lettered':
      return `message ${movement.message}`
    case 'routed':
    case 'delivered':
    case 'acked':
    case 'requeued':
      return `copy ${copyKey(movement)}`
    case 'unroutable':
    case 'purged':
      return undefined
  }
}

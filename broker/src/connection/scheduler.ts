import { Deque } from '../collections/deque.ts'
import type { MemoryGauge } from '../core/message/memory-gauge.ts'
import type { Clock } from '../time/clock.ts'

/** Milliseconds that a connection may work before other connections get their turn. */
export const timeSlice = 1

/** Reading the clock costs as much as handling a frame, so this much work is done in between. */
const workBetweenReadings = 64

// Kept from the start, as the timers of the clock are.
const { setImmediate: afterThisTurn } = globalThis

/** A connection with more to do than fits into its time slice. */
export interface BusyConnection {
  /** Continues, until the clock says `end`. */
  takeTurn(end: number): void
}

/**
 * Shares the event loop among the connections. A connection handles what its client sends at once,
 * for up to one time slice. If there is more to do, it stops reading and joins a queue, and all
 * connections in the queue together get one time slice per turn of the event loop. So how long a
 * quiet client waits depends neither on how many clients are busy nor on what their messages cost:
 * decisions/014-a-time-slice-per-connection.md.
 */
export class Scheduler {
  readonly #clock: Clock
  readonly #memory: MemoryGauge
  readonly #busy = new Deque<BusyConnection>()
  #scheduled = false
  #frames = 0
  #nextReading = 0

  constructor(clock: Clock, memory: MemoryGauge) {
    this.#clock = clock
    this.#memory = memory
  }

  now(): number {
    return this.#clock.now()
  }

  /** Called after each frame: true if it is later than `end`. */
  isOver(end: number): boolean {
    this.#frames += 1
    // A message that an exchange copies to a thousand queues is as much work as a thousand frames.
    const work = this.#frames + this.#memory.copies
    if (work < this.#nextReading) return false
    this.#nextReading = work + workBetweenReadings
    return this.now() >= end
  }

  /** Calls `takeTurn` in a later turn of the event loop, after the connections that came before. */
  enqueue(connection: BusyConnection): void {
    this.#busy.push(connection)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    afterThisTurn(() => this.#run())
  }

  #run(): void {
    this.#scheduled = false
    const end = this.now() + timeSlice
    let waiting = this.#busy.length
    do {
      this.#busy.shift()?.takeTurn(end)
      waiting -= 1
    } while (waiting > 0 && this.now() < end)
    if (this.#busy.length > 0) this.#schedule()
  }
}

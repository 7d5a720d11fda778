import { humanPace, Schedule, type Pace } from '../picture/motion/schedule.ts'
import { Ways, type DeadLetterExchange } from '../picture/motion/ways.ts'
import type { Movement } from '../picture/update.ts'

/** The first messages in a row are shown at a human pace, and the next ones faster and faster. */
const fewMessages = 8
/** From this many on, a picture shows pulses, and nobody waits for them. */
const tooMany = 200
/** After this time without a movement, in milliseconds, a new row begins. */
const quiet = 1500

interface Arrivals {
  /** When each message arrives that was delivered and is not on its way yet. */
  readonly deliveries: number[]
  /** When the last message that the program has published reaches the exchange. */
  published: number
}

/**
 * Decides when a picture shows each movement of a message. What the broker sends to a program waits for that,
 * so a program has a message when the picture shows that it has.
 */
export class Pacer {
  readonly #ways: Ways
  readonly #arrivals = new Map<string, Arrivals>()
  readonly #schedule = new Schedule(humanPace)
  /** How long a message needs in addition between a program and the broker. */
  latency = 0
  /** How many messages were on their way since it was quiet, and when the last one arrives. */
  #row = { count: 0, end: 0 }

  constructor(deadLetterExchange: DeadLetterExchange) {
    this.#ways = new Ways(deadLetterExchange)
  }

  /** Whether there are so many messages that the picture does not show each of them. */
  get isOverwhelmed(): boolean {
    return this.#row.count > tooMany
  }

  /** Adds to movements when they are shown, unless there are too many. */
  plan(movements: readonly Movement[], time: number): readonly Movement[] {
    if (time > this.#row.end + quiet) this.#row = { count: 0, end: time }
    return movements.map((movement, i) => {
      const way = this.#ways.of(movement, movements.slice(i + 1, i + 100))
      if (movement.type === 'published' || movement.type === 'dead-lettered') this.#row.count += 1
      if (this.isOverwhelmed) {
        this.#row.end = time
        return movement
      }
      this.#schedule.pace = this.#paceOf(movement)
      const { start, end } = this.#schedule.add({ movement, way, time }, time)
      this.#row.end = Math.max(this.#row.end, end)
      this.#note(movement, end)
      return { ...movement, shown: { start, end } }
    })
  }

  /** A program has connected. */
  connected(program: string): void {
    this.#arrivals.set(program, { deliveries: [], published: 0 })
  }

  /** When the next message arrives that was delivered to a program. */
  nextDelivery(program: string): number {
    return this.#arrivals.get(program)?.deliveries.shift() ?? 0
  }

  /** When what a program has published reaches the exchange. */
  published(program: string): number {
    return this.#arrivals.get(program)?.published ?? 0
  }

  /** Nothing waits anymore for what was planned. */
  reset(): void {
    this.#schedule.clear()
    for (const program of this.#arrivals.keys()) this.connected(program)
  }

  #note(movement: Movement, end: number): void {
    if (movement.type !== 'published' && movement.type !== 'delivered') return
    const arrivals = this.#arrivals.get(movement.program ?? '')
    if (movement.type === 'delivered') arrivals?.deliveries.push(end)
    else if (arrivals !== undefined) arrivals.published = end
  }

  #paceOf({ type }: Movement): Pace {
    const speed = Math.min(1, fewMessages / this.#row.count)
    const { hop, ack, gap, hold, ...others } = humanPace
    const latency = type === 'published' || type === 'delivered' ? this.latency : 0
    return {
      hop: hop * speed + latency,
      ack: ack * speed + this.latency,
      gap: gap * speed,
      hold: hold * speed,
      ...others,
    }
  }
}

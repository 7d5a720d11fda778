import type { Queue } from '../core/queue/queue.ts'
import type { VirtualHosts } from '../core/virtual-hosts.ts'
import type { Clock } from '../time/clock.ts'

/** Milliseconds between two samples, as with RabbitMQ. */
const interval = 5000

/** Numbers of a queue that grow, or grow and shrink, by RabbitMQ's names for them. */
export type Numbers = Readonly<Record<string, number>>

interface Sample {
  readonly at: number
  readonly numbers: Numbers
  /** How the numbers have changed per second since the sample before. */
  readonly rates: Numbers
}

/** How fast the counts of queues change: from samples that are taken every five seconds. */
export class Rates implements Disposable {
  readonly #vhosts: VirtualHosts
  readonly #clock: Clock
  readonly #samples = new WeakMap<Queue, Sample>()
  #timer: Disposable

  constructor(vhosts: VirtualHosts, clock: Clock) {
    this.#vhosts = vhosts
    this.#clock = clock
    this.#timer = clock.after(interval, () => this.#sample())
  }

  /** 0 until the queue has existed for two samples. */
  rate(queue: Queue, name: string): number {
    return this.#samples.get(queue)?.rates[name] ?? 0
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]()
  }

  #sample(): void {
    const at = this.#clock.now()
    for (const { queues } of this.#vhosts)
      for (const queue of queues) this.#samples.set(queue, this.#next(queue, at))
    this.#timer = this.#clock.after(interval, () => this.#sample())
  }

  #next(queue: Queue, at: number): Sample {
    const numbers = { ...lengthsOf(queue), ...countsOf(queue) }
    const last = this.#samples.get(queue)
    if (last === undefined) return { at, numbers, rates: {} }
    const seconds = (at - last.at) / 1000
    const rates: Record<string, number> = {}
    for (const [name, value] of Object.entries(numbers))
      rates[name] = (value - (last.numbers[name] ?? 0)) / seconds
    return { at, numbers, rates }
  }
}

export function lengthsOf({ messageCount, unackedCount }: Queue): Numbers {
  return {
    messages: messageCount + unackedCount,
    messages_ready: messageCount,
    messages_unacknowledged: unackedCount,
  }
}

export function countsOf({ counts }: Queue): Numbers {
  if (counts === undefined) return {}
  const { publish, deliver, deliverNoAck, get, getNoAck, getEmpty, redeliver, ack } = counts
  return {
    publish,
    deliver,
    deliver_no_ack: deliverNoAck,
    get,
    get_no_ack: getNoAck,
    get_empty: getEmpty,
    deliver_get: deliver + deliverNoAck + get + getNoAck,
    redeliver,
    ack,
  }
}

import type { Delivery } from '@messaging-patterns/shared'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What can only be known by asking, each time when Prometheus asks. */
export interface Depths {
  /** The ready messages in each queue of this process. */
  readonly queues: () => Promise<Readonly<Record<string, number>>>
  /** Undefined if no relay runs in this process. */
  readonly outbox:
    | (() => Promise<{ readonly unsent: number; readonly seconds: number }>)
    | undefined
}

/** The four things to watch in a service that consumes: backlog, age, duration and redeliveries. */
export class Metrics {
  readonly #registry = new Registry()
  /** When the events were published that are being handled now, for each queue. */
  readonly #inProgress = new Map<string, Set<{ readonly time: number }>>()
  readonly #handling = new Histogram({
    name: 'orders_handler_seconds',
    help: 'How long an event was handled, with its transaction',
    labelNames: ['role', 'outcome'],
    registers: [this.#registry],
  })
  readonly #redeliveries = new Counter({
    name: 'orders_redeliveries_total',
    help: 'Events that were delivered before: their consumer had failed, or died',
    labelNames: ['role'],
    registers: [this.#registry],
  })

  /** Handles an event, and measures it. `attempts` is how often its handler has failed before. */
  async measure<T>(
    {
      role,
      queue,
      attempts,
    }: { readonly role: string; readonly queue: string; readonly attempts: number },
    delivery: Delivery,
    work: () => Promise<T>,
  ): Promise<T> {
    if (delivery.redelivered || attempts > 0) this.#redeliveries.inc({ role })
    const event = { time: timeOf(delivery) }
    const inProgress = this.#inProgress.get(queue) ?? new Set()
    this.#inProgress.set(queue, inProgress.add(event))
    const stop = this.#handling.startTimer({ role })
    let outcome = 'failed'
    try {
      const result = await work()
      outcome = 'ok'
      return result
    } finally {
      stop({ outcome })
      inProgress.delete(event)
    }
  }

  /** Adds what has to be asked for. What cannot be answered is left out, for example in an outage. */
  observe({ queues, outbox }: Depths): void {
    const ages = this.#inProgress
    const registers = [this.#registry]
    // oxlint-disable no-new -- a metric registers itself
    new Gauge({
      name: 'orders_queue_messages',
      help: 'The messages that wait in a queue, without those that are being handled',
      labelNames: ['queue'],
      registers,
      async collect() {
        this.reset()
        const counts = await queues().catch(() => ({}))
        for (const [queue, count] of Object.entries(counts)) this.set({ queue }, count)
      },
    })
    // A queue is first in, first out: the events that are being handled are older than waiting ones.
    new Gauge({
      name: 'orders_oldest_message_seconds',
      help: 'The age of the oldest event that this process is handling; 0 if there is none',
      labelNames: ['queue'],
      registers,
      collect() {
        for (const [queue, events] of ages) {
          const oldest = Math.min(Date.now(), ...[...events].map(({ time }) => time))
          this.set({ queue }, (Date.now() - oldest) / 1000)
        }
      },
    })
    if (outbox === undefined) return
    // Prometheus asks every few seconds, so two questions are cheap; gauges are read at the same time, so one
    // cannot set the other.
    new Gauge({
      name: 'orders_outbox_unsent',
      help: 'The events that no broker has confirmed',
      registers,
      async collect() {
        this.set((await outbox().catch(() => unknown)).unsent)
      },
    })
    new Gauge({
      name: 'orders_outbox_oldest_seconds',
      help: 'The age of the oldest event that no broker has confirmed; 0 if there is none',
      registers,
      async collect() {
        this.set((await outbox().catch(() => unknown)).seconds)
      },
    })
    // oxlint-enable no-new
  }

  /** All metrics in the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }
}

const unknown = { unsent: Number.NaN, seconds: Number.NaN }

/** When the event was published; now, if it does not say. */
function timeOf({ headers }: Delivery): number {
  const time = headers['cloudEvents:time']
  const parsed = typeof time === 'string' ? Date.parse(time) : Number.NaN
  return Number.isNaN(parsed) ? Date.now() : parsed
}

import { randomUUID } from 'node:crypto'

import type { Delivery, Queue, Subscription } from '@messaging-patterns/shared'

import { withOptions } from '../protocol/signature.ts'
import { decodeProgress, encodeProgress, isLater, type Progress } from './progress.ts'
import {
  nextTime,
  occurrenceId,
  scheduleQueue,
  scheduleQueueOptions,
  type Schedule,
} from './schedule.ts'
import type { SchedulerParts, SentCall } from './scheduler-options.ts'

/** The active scheduler checks this often that it is still active. RabbitMQ allows 30 minutes per message. */
const checkEvery = 600_000

/** How long a message to our own queue may take. After that, another scheduler has received it. */
const answerWithin = 10_000

/**
 * Runs one schedule, as long as no other scheduler runs it.
 *
 * The queue of the schedule has a single active consumer: the broker delivers its messages to one of
 * the schedulers, and to another one when that is gone. Each message says how far the schedule has got. The
 * active scheduler keeps the latest one unacknowledged, so its successor gets it.
 *
 * A call goes to the queue of its task and, as a copy, to the queue of the schedule. It is one message, so
 * a scheduler that dies has sent both or none.
 */
export class ScheduleRunner implements AsyncDisposable {
  readonly #parts: SchedulerParts
  readonly #schedule: Schedule
  readonly #onSend: (call: SentCall) => void
  readonly #queue: Queue
  readonly #subscription: Subscription
  readonly #startedAt = Date.now()
  #received = 0
  #latest: { readonly progress: Progress; readonly delivery: Delivery } | undefined
  /** The id of a message that should come back. */
  #marker: string | undefined
  #stopped = false
  /** Checks the awaited condition again. */
  #changed: () => void = () => {}
  readonly #ended: Promise<void>

  private constructor(
    { parts, schedule, onSend }: RunnerOptions,
    queue: Queue,
    subscription: Subscription,
  ) {
    this.#parts = parts
    this.#schedule = schedule
    this.#onSend = onSend
    this.#queue = queue
    this.#subscription = subscription
    this.#ended = this.#work()
    // Without a caller of finished(), nobody wants to know the error.
    this.#ended.catch(() => {})
  }

  static async start(options: RunnerOptions): Promise<ScheduleRunner> {
    const name = scheduleQueue(options.schedule.name)
    const queue = await options.parts.session.queue(name, scheduleQueueOptions)
    // A new schedule begins now. If it is not new, the active scheduler drops this message.
    const progress = { last: Date.now(), hasSent: false }
    await queue.send('', { headers: encodeProgress(progress) })
    return new ScheduleRunner(options, queue, await queue.consume({ prefetch: 0 }))
  }

  async #work(): Promise<void> {
    try {
      await Promise.race([this.#receiveAll(), this.#run()])
    } finally {
      // Also if one of them has failed: another scheduler becomes active.
      await this.#end()
    }
  }

  async #receiveAll(): Promise<void> {
    for await (const delivery of this.#subscription) {
      this.#received += 1
      this.#keepLater(delivery)
      if (delivery.messageId === this.#marker) this.#marker = undefined
      this.#changed()
    }
  }

  #keepLater(delivery: Delivery): void {
    const progress = decodeProgress(delivery.headers)
    const latest = this.#latest
    if (progress === undefined || (latest && !isLater(latest.progress, progress))) delivery.ack()
    else {
      this.#latest = { progress, delivery }
      latest?.delivery.ack()
    }
  }

  async #run(): Promise<void> {
    let checked = 0
    while (!this.#stopped) {
      // The broker delivers nothing while another scheduler is active.
      await this.#until(() => this.#received > checked)
      checked = this.#received
      for (;;) {
        const latest = await this.#confirmed()
        if (latest === undefined) break
        await this.#sendOrWait(latest)
        checked = this.#received
      }
    }
  }

  /**
   * How far the schedule has got; undefined if another scheduler is active, which happens after a lost
   * connection. A message that comes back shows that this one is, and that nothing is left in front of it.
   */
  async #confirmed(): Promise<Progress | undefined> {
    const latest = this.#latest
    if (this.#stopped || latest === undefined) return undefined
    const messageId = randomUUID()
    this.#marker = messageId
    await this.#queue.send('', { headers: encodeProgress(latest.progress), messageId })
    const isBack = await this.#until(() => this.#marker === undefined, answerWithin)
    this.#marker = undefined
    return isBack && !this.#stopped ? this.#latest?.progress : undefined
  }

  async #sendOrWait({ last }: Progress): Promise<void> {
    const at = nextTime(this.#schedule.times, last, this.#startedAt)
    const early = at - Date.now()
    if (early > 0) await this.#until(() => false, Math.min(early, checkEvery))
    else await this.#send(at)
  }

  async #send(at: number): Promise<void> {
    const { name, signature } = this.#schedule
    const { sender, dispatcher } = this.#parts
    const id = occurrenceId(name, at)
    // Or the copy would arrive, and the call would not.
    const queue = await sender.queue(dispatcher.queueFor(signature))
    await queue.redeclare()
    // RabbitMQ sends a copy to each queue that BCC names.
    const headers = { ...encodeProgress({ last: at, hasSent: true }), BCC: [this.#queue.name] }
    await dispatcher.call(withOptions(signature, { task_id: id, ignore_result: true, headers }))
    this.#onSend({ schedule: name, task: signature.task, id, scheduledFor: new Date(at) })
  }

  /** Waits until a condition is true, for some milliseconds at most, or until it is stopped. */
  async #until(condition: () => boolean, milliseconds?: number): Promise<boolean> {
    if (this.#stopped || condition()) return condition()
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        this.#changed = () => {}
        resolve(condition())
      }
      const timer = milliseconds === undefined ? undefined : setTimeout(end, milliseconds)
      this.#changed = () => {
        if (this.#stopped || condition()) end()
      }
    })
  }

  /** Resolves when it has been stopped. Rejects with the error that ended its session. */
  finished(): Promise<void> {
    return this.#ended
  }

  /** Ends after the call that is being sent. Another scheduler continues. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#changed()
    await this.#ended.catch(() => {})
  }

  /** Requeues the latest message, for the next scheduler. */
  async #end(): Promise<void> {
    this.#stopped = true
    // It may still be waiting for the next time.
    this.#changed()
    await this.#subscription[Symbol.asyncDispose]()
    this.#queue.forget()
  }
}

/** What a runner needs to know. */
export interface RunnerOptions {
  readonly parts: SchedulerParts
  readonly schedule: Schedule
  readonly onSend: (call: SentCall) => void
}

import type { Delivery } from '@messaging-patterns/shared'

import type { Call } from '../protocol/task-message.ts'

/** Why a running task is stopped, although it has not finished. */
export class ColdShutdown extends Error {
  override readonly name = 'ColdShutdown'
}

/** A call that a worker has received, and whose end it has not reported yet. */
export class Job {
  readonly delivery: Delivery
  readonly call: Call
  /** The queue that it came from. */
  readonly queue: string
  /** When its task was started, in milliseconds since 1970. */
  startedAt: number | undefined
  /** What its client was told if it has failed or was revoked. */
  reported: { readonly error: unknown } | undefined
  #ended = false
  /** Few tasks look at their signal, so it is created on demand. */
  #controller: AbortController | undefined
  /** Rejects when the task is stopped from outside. */
  readonly stopped: Promise<never>
  /** Why it was stopped. */
  stopReason: Error | undefined
  #stop: (reason: Error) => void = () => {}

  constructor(delivery: Delivery, call: Call, queue: string) {
    this.delivery = delivery
    this.call = call
    this.queue = queue
    this.stopped = new Promise((_, reject) => {
      this.#stop = reject
    })
    this.stopped.catch(() => {})
  }

  /** Whether there is nothing left to report. Its message may have been acknowledged long before. */
  get ended(): boolean {
    return this.#ended
  }

  /** Its end is reported, or another message takes its place. */
  acknowledge(): void {
    this.#ended = true
    if (!this.delivery.settled) this.delivery.ack()
  }

  /** The broker delivers it again. A call that was acknowledged before the work is lost. */
  requeue(): void {
    this.#ended = true
    if (!this.delivery.settled) this.delivery.nack()
  }

  get signal(): AbortSignal {
    return this.#abortController.signal
  }

  get #abortController(): AbortController {
    this.#controller ??= new AbortController()
    return this.#controller
  }

  /** Asks the task to end. */
  abort(reason: Error): void {
    this.#abortController.abort(reason)
  }

  /** Ends the wait for the task, which may ignore its signal. */
  stop(reason: Error): void {
    this.stopReason ??= reason
    this.abort(reason)
    this.#stop(reason)
  }
}

import type { Duplex } from 'node:stream'

import type { Clock } from '../time/clock.ts'
import type { Outbox } from './outbox.ts'

export interface HeartbeatParts {
  readonly stream: Duplex
  readonly outbox: Pick<Outbox, 'sendHeartbeat'>
}

/**
 * Sends a heartbeat when nothing was sent for half of the interval, and destroys the stream when
 * nothing was received for two intervals: the client is gone.
 */
export class Heartbeat {
  readonly #clock: Clock
  readonly #halfInterval: number
  readonly #stream: Duplex
  readonly #outbox: HeartbeatParts['outbox']
  #timer: Disposable | undefined
  #sent = false
  #received = false
  #silentHalves = 0

  /** `seconds` is the interval that both sides agreed on; 0 means no heartbeats. */
  constructor(clock: Clock, seconds: number, { stream, outbox }: HeartbeatParts) {
    this.#clock = clock
    this.#halfInterval = (seconds * 1000) / 2
    this.#stream = stream
    this.#outbox = outbox
    if (seconds > 0) this.#arm()
  }

  /** Something was sent: any frame counts. */
  sent(): void {
    this.#sent = true
  }

  received(): void {
    this.#received = true
  }

  stop(): void {
    this.#timer?.[Symbol.dispose]()
    this.#timer = undefined
  }

  #arm(): void {
    this.#timer = this.#clock.after(this.#halfInterval, () => this.#tick())
  }

  #tick(): void {
    this.#arm()
    // While the stream is paused, nothing can be received.
    const isSilent = !this.#received && !this.#stream.isPaused()
    this.#silentHalves = isSilent ? this.#silentHalves + 1 : 0
    this.#received = false
    if (this.#silentHalves >= 4) {
      this.stop()
      this.#stream.destroy()
      return
    }
    if (!this.#sent) this.#outbox.sendHeartbeat()
    this.#sent = false
  }
}

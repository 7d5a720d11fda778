import type { Clock } from '../clock.ts'

export interface HeartbeatActions {
  /** Nothing was sent for half of the interval. */
  readonly send: () => void
  /** Nothing came for two intervals: the other side is gone. */
  readonly dead: () => void
  /** False while the other side is not read, and nothing can come. */
  readonly isReading: () => boolean
}

/** Sends heartbeats, and notices when the other side no longer sends anything. */
export class Heartbeat {
  readonly #clock: Clock
  readonly #interval: number
  readonly #actions: HeartbeatActions
  #timer: Disposable | undefined
  #sent = false
  #received = false
  #silentHalves = 0

  /** `seconds` is the interval that both sides agreed on; 0 for none. */
  constructor(clock: Clock, seconds: number, actions: HeartbeatActions) {
    this.#clock = clock
    this.#interval = (seconds * 1000) / 2
    this.#actions = actions
    if (seconds > 0) this.#arm()
  }

  /** Any traffic counts. */
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
    this.#timer = this.#clock.after(this.#interval, () => this.#tick())
  }

  #tick(): void {
    this.#arm()
    const isSilent = !this.#received && this.#actions.isReading()
    this.#silentHalves = isSilent ? this.#silentHalves + 1 : 0
    this.#received = false
    if (this.#silentHalves >= 4) {
      this.stop()
      this.#actions.dead()
      return
    }
    if (!this.#sent) this.#actions.send()
    this.#sent = false
  }
}

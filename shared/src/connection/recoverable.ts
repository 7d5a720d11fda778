import type { ChannelModel } from 'amqplib'

import type { MessagingError } from '../errors/messaging-error.ts'

/** Something that exists on a connection and is brought back on the next one. */
export interface Recoverable {
  /** Whether the broker delivers messages to it: these are brought back last. */
  readonly isConsumer?: boolean
  /** Called on each new connection, in the order in which the recoverables were added. */
  recover(model: ChannelModel): Promise<void>
  /** Called after all have recovered: a binding finds its exchange, whichever was declared first. */
  recoverBindings?(model: ChannelModel): Promise<void>
  /** Called when everything is back: what is published now finds its queue. */
  recovered?(): void
  /** The connection is lost; another one may follow. */
  connectionLost?(): void
  /** The broker blocks publishers because it is short of memory or disk, or unblocks them. */
  setBlocked?(blocked: boolean): void
  /** Finishes the work in progress; the connection is closed when all have finished. */
  close?(): Promise<void>
  /** Whether this one made the broker close the connection, so that it must not come back. */
  causedClose?(error: Error): boolean
  /** The session has ended: no other connection follows. */
  sessionEnded?(error: MessagingError): void
}

/** Everything that exists on a connection, in the order in which it was added. */
export class Recoverables {
  readonly #all = new Set<Recoverable>()
  readonly #suspended = new Set<Recoverable>()

  add(recoverable: Recoverable): void {
    this.#suspended.delete(recoverable)
    this.#all.add(recoverable)
  }

  /** Until it is added again, it is not brought back; it is still closed with the session. */
  suspend(recoverable: Recoverable): void {
    this.#all.delete(recoverable)
    this.#suspended.add(recoverable)
  }

  remove(recoverable: Recoverable): void {
    this.#suspended.delete(recoverable)
    this.#all.delete(recoverable)
  }

  /** Brings everything back; `check` may stop it before anything is published. */
  async recover(model: ChannelModel, check: () => void): Promise<void> {
    for (const each of this.#all) if (each.isConsumer !== true) await each.recover(model)
    for (const each of this.#all) await each.recoverBindings?.(model)
    // If this failed later, the broker would count what it had delivered as failed deliveries.
    for (const each of this.#all) if (each.isConsumer === true) await each.recover(model)
    check()
    for (const each of this.#all) each.recovered?.()
  }

  connectionLost(): void {
    for (const each of this.#all) each.connectionLost?.()
  }

  setBlocked(blocked: boolean): void {
    for (const each of this.#all) each.setBlocked?.(blocked)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all, ...this.#suspended].map(async (each) => each.close?.()))
  }

  sessionEnded(error: MessagingError): void {
    for (const each of [...this.#all, ...this.#suspended]) each.sessionEnded?.(error)
  }
}

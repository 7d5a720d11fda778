import type { Connection } from '../connection/connection.ts'
import type { MessagingError } from '../errors/messaging-error.ts'
import type { Linked, LinkedList } from './linked-list.ts'
import { unconfirmed, type Outgoing } from './outgoing.ts'

/** A message that the broker has not confirmed yet. */
export interface Unconfirmed extends Linked<Unconfirmed> {
  readonly message: Outgoing
  /** When it was sent, or last could have been. */
  since: number
  readonly resolve: () => void
  readonly reject: (error: MessagingError) => void
}

interface Watched {
  /** In the order in which they were published. */
  readonly messages: LinkedList<Unconfirmed>
  readonly connection: Connection
  /** Milliseconds. */
  readonly timeout: number
  /** Whether no confirm can be expected at the moment. */
  readonly isPaused: () => boolean
  readonly giveUp: (message: Unconfirmed, error: MessagingError) => void
}

/**
 * Ends the wait for confirms that do not come. A node that is cut off from its cluster accepts
 * messages and cannot confirm them, but another broker of the list may; so each gets an equal share
 * of the timeout, and then its turn ends.
 */
export class ConfirmTimeout {
  readonly #watched: Watched
  #timer: NodeJS.Timeout | undefined
  /** The oldest message, since when it is that, and how many brokers were abandoned because of it. */
  #oldest:
    | { readonly message: Unconfirmed; readonly since: number; brokersAbandoned: number }
    | undefined

  constructor(watched: Watched) {
    this.#watched = watched
  }

  /** Watches until every message is confirmed. */
  start(): void {
    this.#timer ??= setInterval(
      () => {
        if (this.#watched.messages.first === undefined) this.stop()
        else if (!this.#watched.isPaused()) this.#check(this.#watched.messages.first)
      },
      Math.min(1000, this.#timeoutPerBroker / 2),
    ).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  get #timeoutPerBroker(): number {
    return this.#watched.timeout / this.#watched.connection.brokerCount
  }

  /** A broker that confirms nothing is known by the oldest message, which stays the oldest. */
  #check(first: Unconfirmed): void {
    const { connection } = this.#watched
    const now = performance.now()
    if (this.#oldest?.message !== first)
      this.#oldest = { message: first, since: now, brokersAbandoned: 0 }
    const { since, brokersAbandoned } = this.#oldest
    const waited = now - Math.max(since, first.since)
    if (brokersAbandoned === connection.brokerCount - 1 || waited < this.#timeoutPerBroker) {
      this.#giveUp(now, brokersAbandoned)
      return
    }
    this.#oldest.brokersAbandoned += 1
    connection.failOver(`no confirm for ${(waited / 1000).toFixed(1)} s`)
  }

  #giveUp(now: number, brokersAbandoned: number): void {
    const { messages, timeout, giveUp } = this.#watched
    const limit = timeout - brokersAbandoned * this.#timeoutPerBroker
    for (const message of messages) {
      const waited = now - message.since
      if (waited < limit) return
      giveUp(message, unconfirmed(waited, brokersAbandoned > 0))
    }
  }
}

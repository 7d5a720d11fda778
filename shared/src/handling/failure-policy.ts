import type { Delivery } from '../consuming/delivery.ts'
import { callListener, warn } from '../errors/listeners.ts'
import { MessagingError } from '../errors/messaging-error.ts'
import type { Handler, HandleOptions } from './handler.ts'
import type { Verdict } from './retry-options.ts'

/** What happened to a message that was not handled. */
export interface Failure {
  /** The error of the handler, or why the message could not be moved. */
  readonly error: unknown
  /** With `retry`, what was decided. */
  readonly verdict?: Verdict
  /** What to say about it when nobody listens; undefined if it is the normal course of things. */
  readonly warning?: string
}

/** Decides what happens to a message whose handler failed. */
export interface FailurePolicy {
  /** The delivery as the handler sees it; throws if the message must not be handled again. */
  prepare(delivery: Delivery): Delivery
  /** Settles the message. Must not reject: the message would be neither handled nor settled. */
  failed(error: unknown, delivery: Delivery): Promise<Failure>
}

/** Without `retry` a failed message is rejected: dead-lettered or dropped, as its queue says. */
export const rejectFailed: FailurePolicy = {
  prepare: (delivery) => delivery,
  async failed(error, delivery) {
    delivery.reject()
    return { error, warning: 'a message handler failed, and its message was rejected' }
  },
}

/**
 * Handles one message after the other by the one rule for all: acknowledged when its handler
 * returns, unless the handler has settled it; when the handler throws, settled by the policy. A
 * listener that throws changes nothing about that.
 */
export class MessageHandler {
  readonly #handler: Handler
  readonly #policy: FailurePolicy
  readonly #onFailure: HandleOptions['onFailure']

  constructor(handler: Handler, policy: FailurePolicy, onFailure: HandleOptions['onFailure']) {
    this.#handler = handler
    this.#policy = policy
    this.#onFailure = onFailure
  }

  /** Never rejects. */
  async handle(original: Delivery): Promise<void> {
    let delivery = original
    try {
      delivery = this.#policy.prepare(original)
      await this.#handler(delivery)
      if (!delivery.settled) delivery.ack()
    } catch (error) {
      this.#report(await this.#settle(error, delivery), delivery)
    }
  }

  async #settle(error: unknown, delivery: Delivery): Promise<Failure> {
    if (delivery.settled)
      return { error, warning: 'a message handler failed, and its message was already settled' }
    return this.#policy.failed(error, delivery)
  }

  #report({ error, verdict, warning }: Failure, delivery: Delivery): void {
    const onFailure = this.#onFailure
    callListener(() => {
      if (onFailure !== undefined) onFailure(error, delivery, verdict)
      else if (warning !== undefined) warn(`${warning}: ${explainFailure(error, delivery)}`)
    })
  }
}

/** A handler that expects an object fails with an error that does not name the cause. */
function explainFailure(error: unknown, { message }: Delivery): string {
  const text = String(error)
  return message.properties.contentType === undefined && !(error instanceof MessagingError)
    ? `${text}; the message has no content type, so its body is a Buffer: read it with delivery.json() or delivery.text()`
    : text
}

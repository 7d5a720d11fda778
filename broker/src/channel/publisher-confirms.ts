/** Sends basic.ack and basic.nack to a publisher. */
export interface ConfirmSender {
  ack(tag: number, multiple: boolean): void
  nack(tag: number, multiple: boolean): void
}

/**
 * The publisher confirms of a channel. The broker processes messages one after another, so one
 * basic.ack can confirm all messages since the last confirm. It is sent after the last message of a
 * read from the socket, or of several large ones.
 */
export class PublisherConfirms {
  readonly #sender: ConfirmSender
  #published = 0
  #confirmed = 0

  constructor(sender: ConfirmSender) {
    this.#sender = sender
  }

  /** A message arrives, and gets the next number. */
  next(): void {
    this.#published += 1
  }

  /** The last message has failed, so it must not be confirmed. */
  takeBack(): void {
    this.#published -= 1
  }

  /** A queue has rejected the last message. */
  nack(): void {
    this.#ackUpTo(this.#published - 1)
    // RabbitMQ sets `multiple` if no earlier message is unconfirmed, which is always the case here.
    this.#sender.nack(this.#published, true)
    this.#confirmed = this.#published
  }

  /** Confirms the messages before the last one, which is about to be returned. */
  flushEarlier(): void {
    this.#ackUpTo(this.#published - 1)
  }

  flush(): void {
    this.#ackUpTo(this.#published)
  }

  #ackUpTo(tag: number): void {
    if (tag <= this.#confirmed) return
    this.#sender.ack(tag, tag - this.#confirmed > 1)
    this.#confirmed = tag
  }
}

import {
  IllegalOperationError,
  type Channel,
  type ChannelModel,
  type ConsumeMessage,
  type Options,
} from 'amqplib'

import type { Connection } from '../connection/connection.ts'
import type { Recoverable } from '../connection/recoverable.ts'
import { explainOperation } from '../errors/explain-operation.ts'
import type { MessagingError } from '../errors/messaging-error.ts'
import { unencodable } from '../publishing/outgoing.ts'

/** What happens on the channel. */
export interface RequestEvents {
  readonly received: (reply: ConsumeMessage) => void
  /** The broker has no queue for the request with this correlation id. */
  readonly returned: (correlationId: string) => void
  /** The broker closed the channel because of one of the requests. */
  readonly refused: (error: MessagingError) => void
  /** The channel is open, for the first time or again. */
  readonly opened: () => void
}

/** The broker passes a reply for this address straight to our channel, without a queue. */
const directReplyTo = 'amq.rabbitmq.reply-to'

/**
 * The channel of an RPC client: it sends the requests, and receives the replies. Direct Reply-to works
 * if both happen on the same channel. The broker does not confirm the requests, because a reply says
 * more than a confirm.
 */
export class RequestChannel implements Recoverable {
  readonly #connection: Connection
  readonly #hasReplyQueue: boolean
  readonly #events: RequestEvents
  #channel: Channel | undefined
  /** Whether everything is back on the connection, so that requests can be sent. */
  #isRecovered = false
  #replyTo = directReplyTo

  constructor(connection: Connection, hasReplyQueue: boolean, events: RequestEvents) {
    this.#connection = connection
    this.#hasReplyQueue = hasReplyQueue
    this.#events = events
  }

  async recover(model: ChannelModel): Promise<void> {
    const channel = await model.createChannel()
    channel.on('error', (error) => {
      if (this.#channel === channel) this.#closed(explainOperation(error))
    })
    channel.on('return', ({ properties }) => {
      this.#events.returned(String(properties.correlationId))
    })
    // One queue for all replies, not one per call: the broker names it, and deletes it with us.
    if (this.#hasReplyQueue)
      this.#replyTo = (await channel.assertQueue('', { exclusive: true })).queue
    const received = (reply: ConsumeMessage | null): void => {
      if (reply !== null) this.#events.received(reply)
      // The queue was deleted, or its node failed.
      else if (this.#channel === channel) void this.#reopen()
    }
    // A lost reply is a timeout like any other, so the broker may forget each one as it sends it.
    await channel.consume(this.#replyTo, received, { noAck: true })
    this.#channel = channel
  }

  recovered(): void {
    this.#isRecovered = true
    this.#events.opened()
  }

  connectionLost(): void {
    this.#isRecovered = false
    this.#channel = undefined
  }

  /** Sends a request to a queue. If there is no channel yet, nothing happens; `opened` is called later. */
  send(queue: string, content: Buffer, properties: Options.Publish): void {
    if (!this.#isRecovered) return
    // Servers declare the queue. If none ever did, the broker returns the request at once.
    const options = { ...properties, replyTo: this.#replyTo, mandatory: true }
    try {
      this.#channel?.publish('', queue, content, options)
    } catch (error) {
      // A channel that is being closed throws; its requests wait for the next one.
      if (error instanceof Error && !(error instanceof IllegalOperationError))
        throw unencodable({ exchange: '', routingKey: queue, content, options }, error)
    }
  }

  #closed(error: MessagingError): void {
    this.#events.refused(error)
    void this.#reopen()
  }

  async #reopen(): Promise<void> {
    this.connectionLost()
    await this.#connection.reopen(this)
  }
}

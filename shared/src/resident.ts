import type { ChannelModel } from 'amqplib'

import type { MessagingError } from './errors.ts'

/** Something that lives on a connection and comes back with it. */
export interface Resident {
  /** Called on each new connection, in the order in which the residents came. */
  resume(model: ChannelModel): Promise<void>
  /** Called when all have come: what is bound to another one finds it, in whatever order they came. */
  rebind?(model: ChannelModel): Promise<void>
  /** Called when all residents are back: what is published now finds its queues. */
  restored?(): void
  /** The connection is gone; another may come. */
  suspend?(): void
  /** The broker takes no messages for now, or takes them again. */
  block?(blocked: boolean): void
  /** Finishes what is in hand; the connection is closed when all have. */
  close?(): Promise<void>
  /** Whether a connection that broke broke over this one, which then does not come back. */
  isOver?(error: Error): boolean
  /** No connection will come any more. */
  end?(error: MessagingError): void
}

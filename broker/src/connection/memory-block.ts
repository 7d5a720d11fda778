import type { ConnectionEvent } from '../events/broker-events.ts'
import type { EventHub } from '../events/event-hub.ts'
import type { MethodOutbox } from './outbox.ts'

/** While the broker is low on memory, a client that publishes is blocked: its frames are not read. */
export class MemoryBlock {
  /** Only the methods below change it. */
  isOn = false
  readonly #outbox: MethodOutbox
  readonly #events: EventHub
  #isClientNotified = false

  constructor(outbox: MethodOutbox, events: EventHub) {
    this.#outbox = outbox
    this.#events = events
  }

  /** `notifyClient`: it understands connection.blocked. */
  start(event: ConnectionEvent, notifyClient: boolean): void {
    if (this.isOn) return
    this.isOn = true
    this.#isClientNotified = notifyClient
    if (notifyClient) this.#outbox.sendMethod(0, 'connection.blocked', { reason: 'low on memory' })
    this.#events.emit('connection.blocked', event)
  }

  end(event: ConnectionEvent): void {
    if (!this.isOn) return
    this.isOn = false
    if (this.#isClientNotified) this.#outbox.sendMethod(0, 'connection.unblocked', {})
    this.#isClientNotified = false
    this.#events.emit('connection.unblocked', event)
  }
}

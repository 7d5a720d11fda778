import type { BrokerEventName, BrokerEvents, BrokerListener } from './broker-events.ts'

/**
 * Passes events to their listeners. To build an event costs more than to call `hasListeners`, so do
 * that first for events that each message causes.
 */
export class EventHub {
  readonly #listeners = new Map<BrokerEventName, Set<(event: never) => void>>()

  hasListeners(name: BrokerEventName): boolean {
    return this.#listeners.size > 0 && this.#listeners.has(name)
  }

  on<N extends BrokerEventName>(name: N, listener: BrokerListener<N>): Disposable {
    const listeners = this.#listeners.get(name) ?? new Set()
    listeners.add(listener)
    this.#listeners.set(name, listeners)
    return {
      [Symbol.dispose]: () => {
        listeners.delete(listener)
        if (listeners.size === 0) this.#listeners.delete(name)
      },
    }
  }

  /** A listener that throws is reported as an uncaught error; the broker and the rest go on. */
  emit<N extends BrokerEventName>(name: N, event: BrokerEvents[N]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- on() put it under this name with this event's type
        ;(listener as BrokerListener<N>)(event)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}

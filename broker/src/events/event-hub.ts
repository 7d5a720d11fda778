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

  /** If a listener throws, this is an uncaught error, but does not stop the broker or the others. */
  emit<N extends BrokerEventName>(name: N, event: BrokerEvents[N]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- on() has added it for this name, so it takes this type
        ;(listener as BrokerListener<N>)(event)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}

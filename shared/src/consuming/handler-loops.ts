import { warn } from '../errors/listeners.ts'
import type { NextDelivery } from './delivery-buffer.ts'
import type { Delivery } from './delivery.ts'

/** The loops that give the deliveries of a subscription to its handler. */
export class HandlerLoops {
  readonly #loops: Promise<void>[] = []
  readonly #isKnown: (error: unknown) => boolean
  /** Whether the user will see what ends the loops. */
  #isAwaited = false

  /** `isKnown` says whether the user sees an error elsewhere. */
  constructor(isKnown: (error: unknown) => boolean) {
    this.#isKnown = isKnown
  }

  /** Starts `concurrency` loops. `handle` must never reject. */
  start(
    next: () => Promise<NextDelivery>,
    handle: (delivery: Delivery) => Promise<void>,
    concurrency: number,
  ): void {
    const loop = async (): Promise<void> => {
      for (let result = await next(); result.done !== true; result = await next())
        await handle(result.value)
    }
    for (let i = 0; i < concurrency; i++) this.#loops.push(loop())
    // All of them end with the same error.
    Promise.all(this.#loops).catch((error: unknown) => {
      if (!this.#isAwaited && !this.#isKnown(error)) warn(`a subscription ended: ${String(error)}`)
    })
  }

  /** Resolves when all loops have ended; rejects with what made the subscription fail. */
  async finished(): Promise<void> {
    this.#isAwaited = true
    await Promise.all(this.#loops)
  }

  /** Resolves when all loops have ended, for whatever reason. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#loops)
  }
}

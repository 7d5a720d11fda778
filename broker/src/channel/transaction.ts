import type { Delivery } from './unacked.ts'

/** What is to become of a delivery. */
export type Settlement = 'ack' | 'discard' | 'discard-failed' | 'return' | 'return-failed'

interface Decision {
  readonly settlement: Settlement
  readonly deliveries: readonly Delivery[]
}

/** What a transactional channel has gathered since its last commit. */
export class Transaction {
  #publishings: (() => boolean)[] = []
  #decisions: Decision[] = []

  publish(publishing: () => boolean): void {
    this.#publishings.push(publishing)
  }

  settle(settlement: Settlement, deliveries: readonly Delivery[]): void {
    this.#decisions.push({ settlement, deliveries })
  }

  /** Does what was gathered; false where a queue refused a message. */
  commit(settle: (settlement: Settlement, deliveries: readonly Delivery[]) => void): boolean {
    const publishings = this.#publishings
    const decisions = this.#decisions
    this.#publishings = []
    this.#decisions = []
    let complete = true
    for (const publishing of publishings) complete = publishing() && complete
    for (const { settlement, deliveries } of decisions) settle(settlement, deliveries)
    return complete
  }

  /** Forgets what was gathered; returns the deliveries that are open again. */
  rollback(): readonly Delivery[] {
    const deliveries = this.#decisions.flatMap((decision) => decision.deliveries)
    this.#publishings = []
    this.#decisions = []
    return deliveries
  }
}

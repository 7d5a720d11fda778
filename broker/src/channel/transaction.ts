import { acknowledge, type Acknowledgement } from './acknowledgement.ts'
import type { UnackedDelivery } from './unacked.ts'

interface PendingAcknowledgement {
  readonly acknowledgement: Acknowledgement
  readonly deliveries: readonly UnackedDelivery[]
}

/** What a transactional channel has published and acknowledged since the last commit. */
export class Transaction {
  #publishes: (() => boolean)[] = []
  #acknowledgements: PendingAcknowledgement[] = []

  /** `publish` returns false if a queue rejects the message. */
  publish(publish: () => boolean): void {
    this.#publishes.push(publish)
  }

  acknowledge(acknowledgement: Acknowledgement, deliveries: readonly UnackedDelivery[]): void {
    this.#acknowledgements.push({ acknowledgement, deliveries })
  }

  /** Returns false if a queue has rejected a message. */
  commit(): boolean {
    const publishes = this.#publishes
    const acknowledgements = this.#acknowledgements
    this.#publishes = []
    this.#acknowledgements = []
    let isComplete = true
    for (const publish of publishes) isComplete = publish() && isComplete
    for (const { acknowledgement, deliveries } of acknowledgements)
      acknowledge(acknowledgement, deliveries)
    return isComplete
  }

  /** Returns the deliveries that are unacked again. */
  rollback(): readonly UnackedDelivery[] {
    const deliveries = this.#acknowledgements.flatMap((pending) => pending.deliveries)
    this.#publishes = []
    this.#acknowledgements = []
    return deliveries
  }
}

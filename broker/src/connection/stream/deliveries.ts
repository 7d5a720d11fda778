import type { Session } from '../../stream-protocol/session.ts'
import type { Outbox } from '../outbox.ts'
import type { BusyConnection, Scheduler } from '../scheduler.ts'

/** Sends chunks to a client while it reads them, in turns with the work of other connections. */
export class Deliveries implements BusyConnection {
  /** Undefined until the client has opened a virtual host. */
  session: Session | undefined
  readonly #scheduler: Scheduler
  readonly #outbox: Pick<Outbox, 'full' | 'flush'>
  #isQueued = false

  constructor(scheduler: Scheduler, outbox: Pick<Outbox, 'full' | 'flush'>) {
    this.#scheduler = scheduler
    this.#outbox = outbox
  }

  /** There may be something to send. */
  request(): void {
    if (this.#isQueued) return
    this.#isQueued = true
    this.#scheduler.enqueue(this)
  }

  takeTurn(end: number): void {
    this.#isQueued = false
    const outbox = this.#outbox
    const shouldStop = (): boolean => this.#scheduler.isOver(end) || outbox.full
    const hasMore = !outbox.full && this.session?.deliver(shouldStop) === true
    outbox.flush()
    // If the client does not read fast enough, the outbox says when it goes on.
    if (hasMore && !outbox.full) this.request()
  }
}

import type { EventMessage } from '../events/broker-events.ts'
import type { Method } from '../wire/methods.ts'

/** Faults that a test injects into the handling of channels. Only test brokers have one. */
export interface FaultInjection {
  /** A channel is about to handle a method. Throws the fault with which the method is refused. */
  checkMethod(method: Method): void
  /** Whether a message that awaits its confirm is nacked, and not stored. */
  nacks(message: EventMessage): boolean
  /** Calls `send`, which sends a confirm: at once or later, in the order of the calls. */
  confirm(send: () => void): void
}

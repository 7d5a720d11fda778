import type { Session } from '@messaging-patterns/shared'

import type { Dispatcher } from '../transport/dispatcher.ts'
import type { Sender } from '../transport/sender.ts'

/** What a scheduler uses of the program that it is in. */
export interface SchedulerParts {
  readonly session: Session
  readonly sender: Sender
  readonly dispatcher: Dispatcher
}

/** A call that a scheduler has sent. */
export interface SentCall {
  readonly schedule: string
  readonly task: string
  readonly id: string
  /** The time at which it was due. */
  readonly scheduledFor: Date
}

/** How a scheduler works. */
export interface SchedulerOptions {
  /** Shuts down gracefully when aborted. */
  readonly signal?: AbortSignal
  /** Called with each call that it has sent, for a log. */
  readonly onSend?: (call: SentCall) => void
}

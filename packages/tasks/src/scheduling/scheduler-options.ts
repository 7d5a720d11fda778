import type { Session } from '@messaging-patterns/shared'

import type { Dispatcher } from '../transport/dispatcher.ts'
import type { Sender } from '../transport/sender.ts'

/** The parts of a program that a scheduler uses. */
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
  /** When the call was due. */
  readonly scheduledFor: Date
}

/** The options of a scheduler. */
export interface SchedulerOptions {
  /** Shuts down gracefully when aborted. */
  readonly signal?: AbortSignal
  /** Called with each call that was sent, for logging. */
  readonly onSend?: (call: SentCall) => void
}

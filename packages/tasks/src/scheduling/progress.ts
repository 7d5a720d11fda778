import type { Headers } from '@messaging-patterns/shared'

import { textOf } from '../protocol/json.ts'

/** How far a schedule has got. Times are in milliseconds since 1970. */
export interface Progress {
  /** When the last call was due or, before the first call, when the schedule began. */
  readonly last: number
  readonly hasSent: boolean
}

/** The header with the time that a call was scheduled for. The task finds it in `currentTask().headers`. */
const sentHeader = 'scheduled_for'
const sinceHeader = 'scheduled_since'

export function encodeProgress({ last, hasSent }: Progress): Headers {
  return { [hasSent ? sentHeader : sinceHeader]: new Date(last).toISOString() }
}

/** Undefined if the headers say nothing about a schedule. */
export function decodeProgress(headers: Headers): Progress | undefined {
  const sent = textOf(headers[sentHeader])
  const last = Date.parse(sent ?? textOf(headers[sinceHeader]) ?? '')
  return Number.isNaN(last) ? undefined : { last, hasSent: sent !== undefined }
}

/** Whether a second message about the same schedule replaces the first. */
export function isLater(first: Progress, second: Progress): boolean {
  if (first.hasSent !== second.hasSent) return second.hasSent
  // Before the first call, the scheduler that was started first counts.
  return first.hasSent ? second.last >= first.last : second.last <= first.last
}

// What the consumers of this lesson print: "tea done (attempt 1)".
import type { Delivery, Verdict } from '@messaging-patterns/shared'
import type { CommandContext } from '@messaging-patterns/shared/cli'

import { attemptOf } from './work.ts'

/** What happens next to a message that failed. */
export interface Failure {
  readonly error: string
  /** Which attempt it was, without those whose consumer died. */
  readonly attempt?: number | undefined
  readonly retryInMs?: number | undefined
  readonly parkedIn?: string | undefined
  /** Whether the broker was asked to requeue it, for another attempt. */
  readonly requeue?: boolean
}

/** What `retry` has decided about a message that failed. */
export function failureOf(error: unknown, verdict: Verdict | undefined): Failure {
  const { attempt, delay, parked } = verdict ?? {}
  return { error: String(error), attempt, retryInMs: delay, parkedIn: parked?.in }
}

type Report = (delivery: Delivery, event: 'done' | 'skipped' | 'failed', failure?: Failure) => void

/** Prints what happened to a delivery. */
export function reporter(print: CommandContext<never>['print']): Report {
  return (delivery, event, failure) => {
    const { attempt = attemptOf(delivery), ...rest } = failure ?? {}
    const body = delivery.text()
    const facts = { event, body, attempt, ...rest }
    print(`${body} ${event} (attempt ${attempt})${noteOn(event, failure)}`, facts)
  }
}

function noteOn(event: string, failure?: Failure): string {
  if (failure === undefined) return event === 'skipped' ? ': already done' : ''
  const { error, retryInMs, parkedIn, requeue } = failure
  if (parkedIn !== undefined) return `: ${error}; parked in "${parkedIn}"`
  if (retryInMs !== undefined) return `: ${error}; retry in ${retryInMs} ms`
  if (requeue === undefined) return `: ${error}`
  return `: ${error}; rejected ${requeue ? 'with' : 'without'} requeue`
}

import type { Headers } from '@messaging-patterns/shared'

import type { JsonObject } from '../protocol/json.ts'
import type { TaskSignature } from '../protocol/task-signature.ts'

/** The options of a call. Times are in milliseconds. */
export interface CallOptions {
  /** Arguments by name, for a task in Python. */
  readonly kwargs?: JsonObject
  /** The queue to which the call is sent. Default: the queue of the task. */
  readonly queue?: string
  /** The id of the call. Default: a new one. */
  readonly id?: string
  /** How long the call waits in the broker before it may start. */
  readonly countdown?: number
  /** The call does not start before this time. */
  readonly eta?: Date
  /** The call is revoked if it has not started by this time, or within this many milliseconds. */
  readonly expires?: Date | number
  /** Higher priorities are delivered first. */
  readonly priority?: number
  /** The time limits for this call, instead of those of the task. */
  readonly timeLimit?: number
  readonly softTimeLimit?: number
  /** The worker sends no results, and `get` resolves with undefined immediately. Default: as defined. */
  readonly ignoreResult?: boolean
  /** Your own headers; the task finds them in `currentTask().headers`. */
  readonly headers?: Headers
  /** Tasks to call with the result, if the call succeeds. */
  readonly link?: readonly TaskSignature<unknown>[]
  /** Tasks to call with the id of the call, if it fails. */
  readonly linkError?: readonly TaskSignature<unknown>[]
}

/** The options as they are sent, with times in seconds. */
export function encodeOptions(options: CallOptions): JsonObject {
  const { id, queue, countdown, eta, expires, priority, headers, ignoreResult } = options
  const { timeLimit, softTimeLimit, link, linkError } = options
  const time = typeof expires === 'number' ? new Date(Date.now() + expires) : expires
  const all = {
    task_id: id,
    queue,
    countdown: seconds(countdown),
    eta: eta?.toISOString(),
    expires: time?.toISOString(),
    priority,
    time_limit: seconds(timeLimit),
    soft_time_limit: seconds(softTimeLimit),
    ignore_result: ignoreResult,
    headers,
    link: link?.map((each) => each.toJSON()),
    link_error: linkError?.map((each) => each.toJSON()),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000
}

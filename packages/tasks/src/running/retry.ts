import type { Backoff } from '@messaging-patterns/shared'

import { TaskFailure } from '../protocol/failure.ts'

/** When to retry a task that has thrown. */
export interface RetryOptions {
  /** The maximum number of retries. Default: 3, as in Celery. */
  readonly max?: number
  /** Milliseconds before each retry, or growing delays. Default: 180,000, as in Celery. */
  readonly delay?: number | Backoff
  /** Which errors to retry. Default: all. */
  readonly on?: (error: unknown) => boolean
}

/** The options of {@link TaskContext.retry}, for this retry only. */
export interface RetryRequest extends Pick<RetryOptions, 'max' | 'delay'> {
  /** The reason. The call fails with it if no retry is left. */
  readonly error?: unknown
}

/** Thrown by {@link TaskContext.retry}: not an error, but the end of this attempt. */
export class Retry extends Error {
  override readonly name = 'Retry'
  readonly request: RetryRequest

  constructor(request: RetryRequest) {
    super('the task is called again later')
    this.request = request
  }
}

/** What happens to a call whose task has thrown. */
export type Verdict =
  | { readonly retry: true; readonly delay: number; readonly error: unknown }
  | { readonly retry: false; readonly error: unknown }

/** Decides whether to retry a call, after `retries` earlier ones. */
export function judge(error: unknown, retries: number, options?: RetryOptions): Verdict {
  const requested = error instanceof Retry
  const { max = 3, delay = 180_000 } = { ...options, ...(requested && error.request) }
  const cause = requested ? (error.request.error ?? exhausted()) : error
  const wanted = requested || (options !== undefined && (options.on?.(error) ?? true))
  if (!wanted || retries >= max) return { retry: false, error: cause }
  return { retry: true, delay: delayOf(retries, delay), error: cause }
}

function exhausted(): TaskFailure {
  const module = 'celery.exceptions'
  return new TaskFailure({ type: 'MaxRetriesExceededError', module, args: ["can't retry"] })
}

function delayOf(retries: number, delay: number | Backoff, random = Math.random): number {
  if (typeof delay === 'number') return delay
  const { from, factor = 2, cap = 3_600_000, jitter = 0 } = delay
  return Math.min(from * factor ** retries, cap) * (1 - jitter * random())
}

import { MessagingError } from './errors.ts'

/** Delays that grow: `from`, `from * factor`, `from * factor ** 2` and so on, up to `cap`. */
export interface Backoff {
  /** Milliseconds before the first retry. */
  readonly from: number
  /** Default: 2. */
  readonly factor?: number
  /** Milliseconds that no delay exceeds. Default: an hour. */
  readonly cap?: number
  /**
   * The share of each delay, from 0 to 1, that chance may take off, so that messages that failed
   * together do not come back together. Default: 0.
   */
  readonly jitter?: number
}

/** Each delay needs a queue, so chance has the choice of so many values and not of any. */
const jitterSteps = 5

/** The milliseconds to wait after the nth failure, n counting from 1. */
export function delayAfter(
  failures: number,
  delay: number | Backoff,
  random = Math.random,
): number {
  if (typeof delay === 'number') return delay
  const { from, factor = 2, cap = 3_600_000, jitter = 0 } = delay
  const longest = Math.min(from * factor ** (failures - 1), cap)
  const step = Math.floor(random() * jitterSteps)
  return Math.max(1, Math.round(longest * (1 - (jitter * step) / (jitterSteps - 1))))
}

/** Throws for a delay that cannot be meant. */
export function checkDelay(delay: number | Backoff): void {
  if (typeof delay === 'number') {
    check(Number.isInteger(delay) && delay > 0, 'delay: whole milliseconds, at least 1')
    return
  }
  const { from, factor = 2, cap = 1, jitter = 0 } = delay
  check(from >= 1 && Number.isFinite(from), 'backoff.from: milliseconds, at least 1')
  check(factor >= 1 && Number.isFinite(factor), 'backoff.factor: at least 1')
  check(cap >= 1 && Number.isFinite(cap), 'backoff.cap: milliseconds, at least 1')
  check(jitter >= 0 && jitter <= 1, 'backoff.jitter: from 0 to 1')
}

/** Throws PRECONDITION_FAILED, with what an option of `retry` should be, unless it is. */
export function check(right: boolean, wanted: string): void {
  if (!right) throw new MessagingError('PRECONDITION_FAILED', `retry takes ${wanted}`)
}

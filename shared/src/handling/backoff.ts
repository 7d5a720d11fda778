import { MessagingError } from '../errors/messaging-error.ts'

/** Growing delays: `from`, `from * factor`, `from * factor ** 2` and so on, up to `cap`. */
export interface Backoff {
  /** Milliseconds before the first retry. */
  readonly from: number
  /** Default: 2. */
  readonly factor?: number
  /** Milliseconds that no delay exceeds. Default: 3,600,000, an hour. */
  readonly cap?: number
  /**
   * The share of each delay, from 0 to 1, that is left to chance, so that messages that failed
   * together do not all come back together. Default: 0.
   */
  readonly jitter?: number
}

/** Each delay needs a queue of its own, so jitter chooses among five values. */
const jitterSteps = 5

/** The milliseconds to wait after the nth failure, counting from 1. */
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

/** Throws PRECONDITION_FAILED for a delay that makes no sense. */
export function checkDelay(delay: number | Backoff): void {
  if (typeof delay === 'number') {
    check(Number.isInteger(delay) && delay > 0, 'delay must be whole milliseconds, at least 1')
    return
  }
  const { from, factor = 2, cap = 1, jitter = 0 } = delay
  check(from >= 1 && Number.isFinite(from), 'delay.from must be milliseconds, at least 1')
  check(factor >= 1 && Number.isFinite(factor), 'delay.factor must be a number, at least 1')
  check(cap >= 1 && Number.isFinite(cap), 'delay.cap must be milliseconds, at least 1')
  check(jitter >= 0 && jitter <= 1, 'delay.jitter must be a number from 0 to 1')
}

/** Throws PRECONDITION_FAILED, with the rule for an option of `retry`, if it is broken. */
export function check(holds: boolean, rule: string): void {
  if (!holds) throw new MessagingError('PRECONDITION_FAILED', `retry: ${rule}`)
}

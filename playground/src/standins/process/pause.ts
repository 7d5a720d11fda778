import { time } from './clock.ts'

/** What has arrived during a pause; undefined if there is none. */
let waiting: (() => void)[] | undefined
let since = 0
let rate = 1

/** Does what has arrived from outside: at once, or when the process goes on. */
export function arrives(task: () => void): void {
  if (waiting === undefined) task()
  else waiting.push(task)
}

/** SIGSTOP: nothing happens until `resume`. */
export function pause(): void {
  if (waiting !== undefined) return
  waiting = []
  since = performance.now()
  rate = time.rate
  time.rate = 0
}

/** SIGCONT. For the world outside, time went on, so what was due meanwhile is late. */
export function resume(): void {
  if (waiting === undefined) return
  const tasks = waiting
  waiting = undefined
  time.set(time.now() + (performance.now() - since) * rate)
  time.rate = rate
  for (const task of tasks) task()
}

/** Changes the rate of time, also for the time after a pause. */
export function changeRate(next: number): void {
  if (waiting === undefined) time.rate = next
  else {
    // The part of the pause that is over has passed at the rate before.
    time.set(time.now() + (performance.now() - since) * rate)
    since = performance.now()
    rate = next
  }
}

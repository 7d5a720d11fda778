import { Cron } from 'croner'

/** When a task is due. */
export type Timing =
  | {
      /** The interval in milliseconds, counted from 1970: `60_000` is every full minute. */
      readonly every: number
    }
  | {
      /**
       * Minute, hour, day of the month, month and day of the week, as in Celery: a time has to match all
       * five. `0 3 * * *` is every day at three.
       */
      readonly crontab: string
      /** Default: UTC, as in Celery. */
      readonly timezone?: string
    }

/**
 * The times at which a task is due, in milliseconds since 1970. They do not depend on when a scheduler
 * was started, so all schedulers agree on them.
 */
export interface Times {
  /** The first of them after `time`. */
  after(time: number): number
  /** The last of them before `time`. */
  before(time: number): number
}

/** Throws a TypeError if there are no such times. */
export function timesOf(timing: Timing): Times {
  if ('crontab' in timing) return crontabTimes(timing.crontab, timing.timezone ?? 'UTC')
  const { every } = timing
  if (!Number.isSafeInteger(every) || every < 1)
    throw new TypeError(`"every" must be a whole number of milliseconds, and not ${every}`)
  return {
    after: (time) => (Math.floor(time / every) + 1) * every,
    before: (time) => (Math.ceil(time / every) - 1) * every,
  }
}

function crontabTimes(crontab: string, timezone: string): Times {
  const refuse = (reason: unknown): never => {
    throw new TypeError(`the crontab "${crontab}" in ${timezone} is not one: ${String(reason)}`)
  }
  let cron: Cron
  try {
    // Most programs let a time match either kind of day, if both are given. Celery wants both.
    cron = new Cron(crontab, { mode: '5-part', domAndDow: true, timezone, paused: true })
    cron.nextRun()
  } catch (error) {
    return refuse(error)
  }
  const found = (date: Date | null | undefined): number => date?.getTime() ?? refuse('it never is')
  found(cron.nextRun())
  return {
    after: (time) => found(cron.nextRun(new Date(time))),
    before: (time) => found(cron.previousRuns(1, new Date(time))[0]),
  }
}

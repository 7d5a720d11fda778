import { ScheduleRunner } from './schedule-runner.ts'
import type { Schedule } from './schedule.ts'
import type { SchedulerOptions, SchedulerParts } from './scheduler-options.ts'

/**
 * Calls scheduled tasks. Start as many schedulers as you like, on several machines: for each
 * schedule, one of them is active, and the others wait.
 *
 * - No call is lost or sent twice when a scheduler is killed. Another one sends the calls that were due.
 * - If calls were due while no scheduler was running, the next one to start sends only the latest of
 *   them.
 * - If the connection to the broker is lost while a call is being sent, the broker may get it twice. The
 *   id of a call is computed from the name of the schedule and the time, so both have the same id.
 */
export class Scheduler implements AsyncDisposable {
  readonly #runners: readonly ScheduleRunner[]

  private constructor(runners: readonly ScheduleRunner[]) {
    this.#runners = runners
  }

  static async start(
    parts: SchedulerParts,
    schedules: Iterable<Schedule>,
    { signal, onSend = () => {} }: SchedulerOptions,
  ): Promise<Scheduler> {
    const runners = await Promise.all(
      [...schedules].map((schedule) => ScheduleRunner.start({ parts, schedule, onSend })),
    )
    const scheduler = new Scheduler(runners)
    const stop = (): void => void scheduler[Symbol.asyncDispose]()
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted === true) stop()
    // The signal may live as long as the program, and see many schedulers.
    const ended = (): void => signal?.removeEventListener('abort', stop)
    scheduler.finished().then(ended, ended)
    return scheduler
  }

  /** Resolves when the scheduler has stopped. Rejects with the error that ended its session. */
  async finished(): Promise<void> {
    await Promise.all(this.#runners.map((each) => each.finished()))
  }

  /** Stops it; the session stays open. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#runners.map((each) => each[Symbol.asyncDispose]()))
  }
}

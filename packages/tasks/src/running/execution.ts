import { softTimeLimitExceeded, timeLimitExceeded } from '../protocol/failure.ts'
import { callers } from '../transport/call-context.ts'
import { contexts, Replace, type TaskContext } from './context.ts'
import { argumentsOf, type TaskDefinition, type TimeLimits } from './definition.ts'
import type { Job } from './job.ts'
import { Retry } from './retry.ts'
import { startTimer } from './wait.ts'

/** How a task ended, and the calls that it made. */
export type Outcome = { readonly children: readonly string[] } & (
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false
      readonly error: unknown
      /** Whether a retry would fail as well, because the arguments are wrong: the task never ran. */
      readonly final: boolean
    }
)

/** Reports the progress of a task. */
export type ReportProgress = (state: string, value: unknown) => Promise<void>

/** A task, and how it runs. */
export interface Work {
  readonly task: TaskDefinition
  /** They apply unless the call has its own. */
  readonly limits: TimeLimits
  readonly report: ReportProgress
}

/** Runs a task within its time limits, until it has ended or is stopped. Never rejects. */
export async function execute(job: Job, { task, limits, report }: Work): Promise<Outcome> {
  const { call } = job
  const children: string[] = []
  let ended = false
  const reportUntilEnd: ReportProgress = async (state, value) => {
    // A task that goes on after its time limit must not take back its result.
    if (!ended) await report(state, value)
  }
  let final = true
  const run = async (): Promise<unknown> => {
    const args = await argumentsOf(task, call)
    final = false
    return task.run(args)
  }
  const timers = startTimers(job, limits)
  try {
    const caller = { id: call.id, rootId: call.rootId, children }
    const work = callers.run(caller, () => contexts.run(contextOf(job, reportUntilEnd), run))
    // If it is stopped, nobody waits for how it ends.
    work.catch(() => {})
    return { ok: true, value: await Promise.race([work, job.stopped]), children }
  } catch (error) {
    return { ok: false, error, final, children }
  } finally {
    ended = true
    for (const timer of timers) clearTimeout(timer)
  }
}

function startTimers(job: Job, limits: TimeLimits): readonly NodeJS.Timeout[] {
  const { timeLimit = seconds(limits.timeLimit), softTimeLimit = seconds(limits.softTimeLimit) } =
    job.call
  const timers: NodeJS.Timeout[] = []
  if (softTimeLimit !== undefined)
    timers.push(
      startTimer(softTimeLimit * 1000, () => {
        job.abort(softTimeLimitExceeded())
      }),
    )
  if (timeLimit !== undefined)
    timers.push(
      startTimer(timeLimit * 1000, () => {
        job.stop(timeLimitExceeded(timeLimit))
      }),
    )
  return timers
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000
}

function contextOf(job: Job, report: ReportProgress): TaskContext {
  const { call, delivery } = job
  return {
    id: call.id,
    name: call.task,
    rootId: call.rootId,
    parentId: call.parentId,
    retries: call.retries,
    priority: call.priority,
    deliveryInfo: {
      exchange: delivery.exchange,
      routingKey: delivery.routingKey,
      queue: job.queue,
    },
    redelivered: delivery.redelivered,
    headers: call.headers,
    properties: delivery.message.properties,
    get signal() {
      return job.signal
    },
    progress: (value, state = 'PROGRESS') => {
      const reported = report(state, value)
      // A task that does not wait for the broker must not end the program when the broker is gone.
      reported.catch(() => {})
      return reported
    },
    retry: (request = {}) => {
      throw new Retry(request)
    },
    replace: (next) => {
      throw new Replace(next.toJSON())
    },
  }
}

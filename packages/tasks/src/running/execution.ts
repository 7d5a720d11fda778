import { softTimeLimitExceeded, timeLimitExceeded } from '../protocol/failure.ts'
import { callers } from '../transport/call-context.ts'
import { contexts, type TaskContext } from './context.ts'
import { argumentsOf, type TaskDefinition } from './definition.ts'
import type { Job } from './job.ts'
import { Retry } from './retry.ts'

/** How a task ended, and the tasks that it called meanwhile. */
export type Outcome = { readonly children: readonly string[] } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown }
)

/** Reports the progress of a task. */
export type ReportProgress = (state: string, value: unknown) => Promise<void>

/** Runs a task within its time limits, until it has ended or is stopped. Never rejects. */
export async function execute(
  job: Job,
  task: TaskDefinition,
  report: ReportProgress,
): Promise<Outcome> {
  const { call } = job
  const children: string[] = []
  const run = async (): Promise<unknown> => task.run(await argumentsOf(task, call))
  const timers = startTimers(job, task)
  try {
    const caller = { id: call.id, rootId: call.rootId, children }
    const work = callers.run(caller, () => contexts.run(contextOf(job, report), run))
    // If it is stopped, nobody waits for how it ends.
    work.catch(() => {})
    return { ok: true, value: await Promise.race([work, job.stopped]), children }
  } catch (error) {
    return { ok: false, error, children }
  } finally {
    for (const timer of timers) clearTimeout(timer)
  }
}

function startTimers(job: Job, { options }: TaskDefinition): readonly NodeJS.Timeout[] {
  const { timeLimit = seconds(options.timeLimit), softTimeLimit = seconds(options.softTimeLimit) } =
    job.call
  const timers: NodeJS.Timeout[] = []
  if (softTimeLimit !== undefined)
    timers.push(setTimeout(() => job.abort(softTimeLimitExceeded()), softTimeLimit * 1000))
  if (timeLimit !== undefined)
    timers.push(setTimeout(() => job.stop(timeLimitExceeded(timeLimit)), timeLimit * 1000))
  return timers
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000
}

function contextOf({ call, signal }: Job, report: ReportProgress): TaskContext {
  return {
    id: call.id,
    name: call.task,
    retries: call.retries,
    headers: call.headers,
    signal,
    progress: (value, state = 'PROGRESS') => report(state, value),
    retry: (request = {}) => {
      throw new Retry(request)
    },
  }
}

import { isObject, listOf, numberOf, textOf, type JsonObject } from '../protocol/json.ts'
import { repr } from '../protocol/repr.ts'
import { Revoked } from '../running/revoked.ts'
import type { Command } from './command.ts'
import type { TaskWorker } from './worker.ts'

const ok = (text: string): object => ({ ok: text })
const refused = (text: string): object => ({ error: text })

/** The commands of `celery control`. */
export const controlCommands: Readonly<Record<string, Command>> = {
  revoke: (worker, args) => revoke(worker, idsOf(args['task_id']), args['terminate'] === true),
  terminate: (worker, args) => revoke(worker, idsOf(args['task_id']), true),
  revoke_by_stamped_headers: revokeByStamps,
  rate_limit: limitRate,
  time_limit: limitTime,
  pool_grow: async (worker, args) => {
    await worker.resize(worker.pool.size + (numberOf(args['n']) ?? 1))
    return ok('pool will grow')
  },
  pool_shrink: async (worker, args) => {
    await worker.resize(worker.pool.size - (numberOf(args['n']) ?? 1))
    return ok('pool will shrink')
  },
  // Like a worker of Celery that was started without these features.
  autoscale: () => refused("ValueError('Autoscale not enabled')"),
  pool_restart: () => refused("ValueError('Pool restarts not enabled')"),
  add_consumer: async (worker, args) => {
    await worker.addQueue(queueOf(args))
    return ok(`add consumer ${queueOf(args)}`)
  },
  cancel_consumer: async (worker, args) => {
    await worker.removeQueue(queueOf(args))
    return ok(`no longer consuming from ${queueOf(args)}`)
  },
  enable_events: ({ events }) => {
    const enabled = events.taskEvents
    events.taskEvents = true
    return ok(enabled ? 'task events already enabled' : 'task events enabled')
  },
  disable_events: ({ events }) => {
    const enabled = events.taskEvents
    events.taskEvents = false
    return ok(enabled ? 'task events disabled' : 'task events already disabled')
  },
  heartbeat: (worker) => {
    worker.events.heartbeat()
  },
  shutdown: (worker) => {
    void worker.stop()
  },
}

function revoke(worker: TaskWorker, ids: readonly string[], terminate: boolean): object {
  for (const id of ids) worker.revoked.add(id)
  if (!terminate) return ok(`tasks ${ids.join(', ')} flagged as revoked`)
  const terminated = worker.terminate(({ id }) => ids.includes(id))
  return ok(`terminate: ${terminated.length > 0 ? terminated.join(', ') : 'tasks unknown'}`)
}

/** The stamps of Python: `{ name: [value, ...] }`, or from its command line `['name=value', ...]`. */
function revokeByStamps(worker: TaskWorker, { headers, terminate }: JsonObject): object {
  const entries = isObject(headers)
    ? Object.entries(headers)
    : listOf(headers).map((each) => String(each).split('=', 2))
  const stamps: JsonObject = Object.fromEntries(entries)
  // An earlier command may have revoked running calls without terminating them. As in Celery, they go on.
  const revokedNow = new Revoked()
  for (const [name, values] of Object.entries(stamps))
    for (const revoked of [worker.revoked, revokedNow]) revoked.addStamps(name, [values].flat())
  if (terminate !== true)
    return ok(`headers ${repr(stamps)} flagged as revoked, but not terminated`)
  const terminated = worker.terminate((call) => revokedNow.has(call))
  return ok(`headers ${repr(stamps)} ${terminated.length > 0 ? 'revoked' : 'were not terminated'}`)
}

function limitRate(worker: TaskWorker, args: JsonObject): object {
  const { task_name: task, rate_limit: rate } = args
  if (typeof task !== 'string' || !worker.parts.tasks.has(task)) return refused('unknown task')
  const text = typeof rate === 'string' || typeof rate === 'number' ? String(rate) : ''
  const none = /^0?(\/|$)/.test(text)
  try {
    worker.limits.set(task, none ? undefined : text)
  } catch (error) {
    return refused(`Invalid rate limit string: ${String(error)}`)
  }
  return ok(none ? 'rate limit disabled successfully' : 'new rate limit set successfully')
}

/** Both limits are replaced, for calls that start from now on. A limit that is not given is removed. */
function limitTime(worker: TaskWorker, { task_name: task, hard, soft }: JsonObject): object {
  if (typeof task !== 'string' || !worker.parts.tasks.has(task)) return refused('unknown task')
  worker.timeLimits.set(task, {
    ...(typeof hard === 'number' && { timeLimit: hard * 1000 }),
    ...(typeof soft === 'number' && { softTimeLimit: soft * 1000 }),
  })
  return ok('time limits set successfully')
}

/** One id, or a list of them. */
function idsOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : listOf(value).flatMap((each) => textOf(each) ?? [])
}

function queueOf({ queue }: JsonObject): string {
  if (typeof queue === 'string' && queue !== '') return queue
  throw new TypeError('the command needs the name of a queue')
}

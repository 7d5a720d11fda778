import { listOf, numberOf, textOf, type JsonObject } from '../protocol/json.ts'
import { describeJob, describeQueue } from './describe.ts'
import type { TaskWorker } from './worker.ts'

type Command = (worker: TaskWorker, args: JsonObject) => unknown

const ok = (text: string): object => ({ ok: text })

/** What `celery inspect`, `celery control` and Flower can ask of a worker. */
const commands: Readonly<Record<string, Command>> = {
  ping: () => ok('pong'),
  active: (worker) => [...worker.active].map((job) => describeJob(job, worker.name)),
  reserved: (worker) => [...worker.reserved].map((job) => describeJob(job, worker.name)),
  scheduled: (worker) =>
    [...worker.scheduled].map((job) => ({
      eta: job.call.eta?.toISOString() ?? null,
      priority: job.call.priority ?? 0,
      request: describeJob(job, worker.name),
    })),
  registered: (worker) => [...worker.parts.tasks.keys()].toSorted(),
  revoked: (worker) => worker.revoked.ids,
  active_queues: (worker) => worker.queues.map(describeQueue),
  stats: describeStats,
  conf: () => ({}),
  clock: (worker) => ({ clock: worker.clock.tick() }),
  hello: (worker, args) => {
    if (args['from_node'] === worker.name) return undefined
    for (const id of Object.keys(args['revoked'] ?? {})) worker.revoked.add(id)
    // Python's workers expect each id with the time at which it was revoked.
    const revoked = Object.fromEntries(worker.revoked.ids.map((id) => [id, Date.now() / 1000]))
    return { revoked, clock: worker.clock.tick() }
  },
  query_task: (worker, args) => {
    const ids = idsOf(args['ids'])
    const found = (state: string, jobs: Iterable<Parameters<typeof describeJob>[0]>) =>
      [...jobs]
        .filter(({ call }) => ids.includes(call.id))
        .map((job) => [job.call.id, [state, describeJob(job, worker.name)]])
    return Object.fromEntries([
      ...found('active', worker.active),
      ...found('reserved', worker.reserved),
    ])
  },
  revoke: (worker, args) => {
    const ids = idsOf(args['task_id'])
    const terminate = args['terminate'] === true
    for (const id of ids) worker.revoke(id, terminate)
    return ok(
      terminate ? `terminate: ${ids.join(', ')}` : `tasks ${ids.join(', ')} flagged as revoked`,
    )
  },
  rate_limit: (worker, args) => {
    const rate = String(args['rate_limit'])
    worker.limit(String(args['task_name']), /^0(\/|$)/.test(rate) ? undefined : rate)
    return ok('new rate limit set successfully')
  },
  pool_grow: (worker, args) => {
    worker.pool.resize(worker.pool.size + (numberOf(args['n']) ?? 1))
    return ok('pool will grow')
  },
  pool_shrink: (worker, args) => {
    worker.pool.resize(worker.pool.size - (numberOf(args['n']) ?? 1))
    return ok('pool will shrink')
  },
  add_consumer: async (worker, args) => {
    await worker.addQueue(String(args['queue']))
    return ok(`add consumer ${String(args['queue'])}`)
  },
  cancel_consumer: async (worker, args) => {
    await worker.removeQueue(String(args['queue']))
    return ok(`no longer consuming from ${String(args['queue'])}`)
  },
  enable_events: (worker) => {
    worker.events.taskEvents = true
    return ok('task events enabled')
  },
  disable_events: (worker) => {
    worker.events.taskEvents = false
    return ok('task events disabled')
  },
  heartbeat: (worker) => {
    worker.events.heartbeat()
  },
  shutdown: (worker) => {
    void worker.stop()
  },
}

/** Answers a command. Undefined for an unknown one: another worker may know it. */
export async function handleCommand(
  worker: TaskWorker,
  method: string,
  args: JsonObject,
): Promise<unknown> {
  try {
    return await commands[method]?.(worker, args)
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

/** One id, or a list of them. */
function idsOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : listOf(value).flatMap((each) => textOf(each) ?? [])
}

function describeStats(worker: TaskWorker): object {
  return {
    total: Object.fromEntries(worker.totals),
    pid: process.pid,
    clock: String(worker.clock.value),
    uptime: Math.round((Date.now() - worker.startedAt) / 1000),
    pool: {
      implementation: 'messaging-patterns',
      'max-concurrency': worker.pool.size,
      processes: [process.pid],
    },
    prefetch_count: worker.prefetch,
    broker: { transport: 'amqp' },
    rusage: process.resourceUsage(),
  }
}

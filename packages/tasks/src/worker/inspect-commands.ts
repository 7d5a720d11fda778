import { isObject, listOf, textOf, type JsonObject } from '../protocol/json.ts'
import type { Job } from '../running/job.ts'
import type { Command } from './command.ts'
import { describeJob, describeQueue, describeStats, describeTask } from './describe.ts'
import type { TaskWorker } from './worker.ts'

const active: Command = (worker) => [...worker.active].map((job) => describeJob(job, worker.name))
const reserved: Command = (worker) =>
  [...worker.reserved].map((job) => describeJob(job, worker.name))
const scheduled: Command = (worker) =>
  [...worker.scheduled].map((job) => ({
    eta: job.call.eta?.toISOString() ?? null,
    priority: 6,
    request: describeJob(job, worker.name),
  }))
const revoked: Command = ({ revoked: { ids } }) => ids
const registered: Command = ({ parts, limits }, args) =>
  [...parts.tasks.keys()]
    .filter((name) => args['builtins'] === true || !name.startsWith('celery.'))
    .toSorted()
    .map((name) => describeTask(name, limits.of(name), listOf(args['taskinfoitems'])))
/** What a worker of Celery would have to be configured with to work like this one. */
const conf: Command = ({ pool, queues }) => ({
  accept_content: ['json'],
  enable_utc: true,
  result_backend: 'rpc://',
  result_serializer: 'json',
  task_acks_late: true,
  task_queues: queues,
  task_serializer: 'json',
  timezone: 'UTC',
  worker_concurrency: pool.size,
})

/** The commands of `celery inspect`, with the old names that some of them have. */
export const inspectCommands: Readonly<Record<string, Command>> = {
  ping: () => ({ ok: 'pong' }),
  active,
  dump_active: active,
  reserved,
  dump_reserved: reserved,
  scheduled,
  dump_schedule: scheduled,
  revoked,
  dump_revoked: revoked,
  registered,
  dump_tasks: registered,
  conf,
  dump_conf: conf,
  active_queues: ({ queues }) => queues.map(describeQueue),
  stats: describeStats,
  report: () => ({ ok: `messaging-patterns on Node.js ${process.version}, ${process.platform}` }),
  clock: ({ clock }) => ({ clock: clock.value }),
  hello: greet,
  query_task: (worker, { ids }) => {
    const wanted = typeof ids === 'string' ? [ids] : listOf(ids)
    const find = (state: string, jobs: Iterable<Job>): [string, unknown][] =>
      [...jobs]
        .filter(({ call }) => wanted.includes(call.id))
        .map((job) => [job.call.id, [state, describeJob(job, worker.name)]])
    return Object.fromEntries([
      ...find('reserved', worker.scheduled),
      ...find('reserved', worker.reserved),
      ...find('active', worker.active),
    ])
  },
}

/** A worker that starts learns from the others which tasks were revoked before. */
function greet({ name, clock, revoked: known }: TaskWorker, args: JsonObject): object | undefined {
  if (textOf(args['from_node']) === name) return undefined
  const { revoked: theirs } = args
  for (const id of Object.keys(isObject(theirs) ? theirs : {})) known.add(id)
  // Python's workers expect each id with the time at which it was revoked.
  const now = Date.now() / 1000
  return { revoked: Object.fromEntries(known.ids.map((id) => [id, now])), clock: clock.tick() }
}

import { textOf } from '../protocol/json.ts'
import type { Job } from '../running/job.ts'
import type { TaskWorker } from './worker.ts'

/** A call as Celery's tools show it. */
export function describeJob({ call, delivery, queue, startedAt }: Job, hostname: string): object {
  return {
    id: call.id,
    name: call.task,
    args: call.args,
    kwargs: call.kwargs,
    type: call.task,
    hostname,
    time_start: startedAt === undefined ? null : startedAt / 1000,
    acknowledged: delivery.settled,
    delivery_info: {
      exchange: delivery.exchange,
      routing_key: queue,
      priority: call.priority ?? null,
      redelivered: delivery.redelivered,
    },
    worker_pid: startedAt === undefined ? null : process.pid,
  }
}

/**
 * A queue as Celery's tools show it. They expect an exchange of the same name, as Celery declares it;
 * a call that reaches the queue through the default exchange looks no different here.
 */
export function describeQueue(name: string): object {
  const exchange = { name, type: 'direct', durable: true, auto_delete: false }
  return {
    ...queueDefaults,
    name,
    routing_key: name,
    exchange: { ...exchangeDefaults, ...exchange },
    durable: true,
    auto_delete: false,
    exclusive: false,
    no_ack: false,
    bindings: [],
  }
}

const exchangeDefaults = { arguments: null, delivery_mode: null, no_declare: false, passive: false }
const queueDefaults = {
  alias: null,
  binding_arguments: null,
  consumer_arguments: null,
  expires: null,
  max_length: null,
  max_length_bytes: null,
  max_priority: null,
  message_ttl: null,
  no_declare: null,
  queue_arguments: null,
}

/** `tasks.add [rate_limit=10/m]`: a task with those of its attributes that were asked for. */
export function describeTask(
  name: string,
  rateLimit: string | undefined,
  items: readonly unknown[],
): string {
  const attributes: Readonly<Record<string, string | undefined>> = { name, rate_limit: rateLimit }
  const shown = (items.length > 0 ? items : ['rate_limit']).flatMap((each) => {
    const value = attributes[textOf(each) ?? '']
    return value === undefined ? [] : [`${String(each)}=${value}`]
  })
  return shown.length > 0 ? `${name} [${shown.join(' ')}]` : name
}

/** What a worker has done so far, and how it is configured. */
export function describeStats(worker: TaskWorker): object {
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

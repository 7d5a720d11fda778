import { repr, reprTuple } from '../protocol/repr.ts'
import type { Job } from '../running/job.ts'

/** A call as Celery's tools show it. */
export function describeJob({ call, delivery, queue, startedAt }: Job, hostname: string): object {
  return {
    id: call.id,
    name: call.task,
    args: call.args,
    kwargs: call.kwargs,
    argsrepr: reprTuple(call.args),
    kwargsrepr: repr(call.kwargs),
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
    worker_pid: process.pid,
  }
}

/** A queue as Celery's tools show it. */
export function describeQueue(name: string): object {
  const exchange = { name: '', type: 'direct', durable: true, auto_delete: false }
  return { name, exchange, routing_key: name, durable: true, auto_delete: false }
}

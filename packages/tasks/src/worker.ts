// Lesson 12, the worker: runs the tasks that other programs call.
import { Session } from '@messaging-patterns/shared'

import { runWorker } from './command-line.ts'
import { TaskFailure, type TaskReport } from './index.ts'
import { tasks } from './kitchen.ts'

await runWorker(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  await using connected = await tasks.connect(session)

  // It acknowledges a task when the task is done. If it dies earlier, another worker runs the task.
  const worker = await connected.startWorker({
    queues: [],
    concurrency: args.concurrency,
    events: true,
    signal,
    onTask: (report) => print(describe(report), { ...report, error: textOf(report.error) }),
    ...(args.name !== undefined && { name: args.name }),
  })
  // Tasks may already be waiting, and run as soon as we consume. So we say it first.
  status(`waiting for tasks in "${args.queues.join('", "')}"; press Ctrl-C to stop`)
  for (const queue of args.queues) await worker.addQueue(queue)
  await worker.finished()
})

function describe({ event, task, value, error, ms = 0 }: TaskReport): string {
  if (event === 'succeeded') return `${task} succeeded: ${JSON.stringify(value)}`
  if (event === 'refused') return `a message was refused: ${textOf(error)}`
  if (event === 'delayed') return `${task} waits in the broker`
  const reason = error === undefined ? '' : `: ${textOf(error)}`
  return `${task} ${event}${reason}${event === 'retried' ? `; retry in ${ms} ms` : ''}`
}

function textOf(error: unknown): string | undefined {
  // The message of a TaskFailure has the name of the exception already.
  if (error instanceof TaskFailure) return error.message
  return error instanceof Error ? String(error) : undefined
}

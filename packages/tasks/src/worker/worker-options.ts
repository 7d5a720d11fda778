import type { TaskDefinition } from '../running/definition.ts'
import type { Dispatcher } from '../transport/dispatcher.ts'
import type { Sender } from '../transport/sender.ts'
import type { Session } from '@messaging-patterns/shared'

/** The options of a worker. */
export interface WorkerOptions {
  /** The queues that it consumes. Default: the default queue of the tasks. */
  readonly queues?: readonly string[]
  /** How many tasks it runs at the same time. Default: 10. */
  readonly concurrency?: number
  /** Its name, which no other worker may have. Default: `ts<pid>@<host>`. */
  readonly name?: string
  /** Whether it publishes events about its tasks, for Flower and `celery events`. Default: false. */
  readonly events?: boolean
  /** Shuts down gracefully when aborted: finishes the running tasks, and requeues the others. */
  readonly signal?: AbortSignal
  /** Called when something happens to a task, for logging. */
  readonly onTask?: (report: TaskReport) => void
}

/** What happened to a task. */
export interface TaskReport {
  readonly event:
    | 'received'
    | 'succeeded'
    | 'failed'
    | 'retried'
    | 'replaced'
    | 'revoked'
    | 'delayed'
    | 'refused'
  readonly id: string
  readonly task: string
  /** What the task returned. */
  readonly value?: unknown
  readonly error?: unknown
  /** Milliseconds: how long it ran or, if it is retried or delayed, how long it waits. */
  readonly ms?: number
}

/** The parts of a program that a worker uses. */
export interface WorkerParts {
  readonly session: Session
  readonly sender: Sender
  readonly dispatcher: Dispatcher
  readonly tasks: ReadonlyMap<string, TaskDefinition>
}

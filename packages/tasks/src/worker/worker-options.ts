import type { TaskDefinition } from '../running/definition.ts'
import type { Dispatcher } from '../transport/dispatcher.ts'
import type { Sender } from '../transport/sender.ts'
import type { Session } from '@messaging-patterns/shared'

/** How a worker works. */
export interface WorkerOptions {
  /** The queues that it consumes. Default: `celery`. */
  readonly queues?: readonly string[]
  /** How many tasks it runs at the same time. Default: 10. */
  readonly concurrency?: number
  /** Its name, unlike that of any other worker. Default: `ts<pid>@<host>`. */
  readonly name?: string
  /** Whether it reports events of its tasks, for Flower and `celery events`. Default: false. */
  readonly events?: boolean
  /** Shuts down gracefully when aborted: finishes the running tasks, and requeues the others. */
  readonly signal?: AbortSignal
  /** Called with what happens to a task, for a log. */
  readonly onTask?: (report: TaskReport) => void
}

/** What happened to a task. */
export interface TaskReport {
  readonly event:
    | 'received'
    | 'succeeded'
    | 'failed'
    | 'retried'
    | 'revoked'
    | 'delayed'
    | 'refused'
  readonly id: string
  readonly task: string
  /** What it returned. */
  readonly value?: unknown
  readonly error?: unknown
  /** Milliseconds: how long it ran or, if it is retried or delayed, how long it waits. */
  readonly ms?: number
}

/** What a worker uses of the program that it is in. */
export interface WorkerParts {
  readonly session: Session
  readonly sender: Sender
  readonly dispatcher: Dispatcher
  readonly tasks: ReadonlyMap<string, TaskDefinition>
}

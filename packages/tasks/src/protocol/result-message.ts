import { decodeFailure, encodeFailure, tracebackOf, type TaskFailure } from './failure.ts'
import { fromPython, isObject, listOf, textOf, type JsonObject } from './json.ts'

/** Celery's states, and any state that a task chooses for its progress. */
export type TaskState =
  | 'PENDING'
  | 'STARTED'
  | 'RETRY'
  | 'SUCCESS'
  | 'FAILURE'
  | 'REVOKED'
  // oxlint-disable-next-line typescript/ban-types -- any other text, without losing the names above
  | (string & {})

/** What a worker reports about a task. */
export interface TaskUpdate {
  readonly taskId: string
  readonly state: TaskState
  /** What the task returned, or reported as its progress. */
  readonly value: unknown
  /** Why it failed, was revoked or is retried. */
  readonly failure: TaskFailure | undefined
  /** The ids of the tasks that it called. */
  readonly children: readonly string[]
}

const failed = new Set(['FAILURE', 'RETRY', 'REVOKED'])

/** Whether a state is the last one of a task. */
export function isFinal(state: TaskState): boolean {
  return state === 'SUCCESS' || state === 'FAILURE' || state === 'REVOKED'
}

/** The contents of a result message, except its state. */
export interface Report {
  readonly taskId: string
  readonly parentId: string | null
  readonly children: readonly string[]
  readonly value?: unknown
  readonly error?: unknown
}

export function encodeResult(state: TaskState, report: Report): JsonObject {
  const { taskId, parentId, children, value = null, error } = report
  const withTraceback = state === 'FAILURE' || state === 'RETRY'
  return {
    status: state,
    result: failed.has(state) ? encodeFailure(error) : value,
    traceback: withTraceback ? tracebackOf(error) : null,
    children: children.map((id) => [[id, null], null]),
    date_done: isFinal(state) ? new Date().toISOString().replace('Z', '+00:00') : null,
    task_id: taskId,
    ...(parentId !== null && { parent_id: parentId }),
  }
}

/** Undefined if the message is not about a task. */
export function decodeResult(body: unknown): TaskUpdate | undefined {
  if (!isObject(body)) return undefined
  const { status: state, task_id: taskId, result, children } = body
  if (typeof state !== 'string' || typeof taskId !== 'string') return undefined
  const traceback = textOf(body['traceback'])
  const hasFailed = failed.has(state)
  return {
    taskId,
    state,
    value: hasFailed ? undefined : fromPython(result),
    failure: hasFailed ? decodeFailure(result, { traceback, taskId }) : undefined,
    children: listOf(children).flatMap((child) => textOf(listOf(listOf(child)[0])[0]) ?? []),
  }
}

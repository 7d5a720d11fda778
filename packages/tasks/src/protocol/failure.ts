import { isObject, listOf, textOf, type JsonObject } from './json.ts'
import { repr } from './repr.ts'

/** What a {@link TaskFailure} says about the exception. */
export interface FailureDetails {
  /** The name of the exception's class, such as `ValueError`. */
  readonly type: string
  /** The Python module of the class: `builtins`, or `javascript` for a JavaScript error. */
  readonly module?: string | null
  /** The arguments of the exception; the first is its message. */
  readonly args?: readonly unknown[]
  /** The stack trace of the worker, in its own language. */
  readonly traceback?: string | undefined
  readonly taskId?: string | undefined
}

/**
 * A task failed, in a worker written in any language. Throw one to fail with one of Python's own
 * exceptions: `new TaskFailure({ type: 'KeyError', module: 'builtins', args: ['id'] })`.
 */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure'
  readonly type: string
  readonly module: string | null
  readonly args: readonly unknown[]
  readonly traceback: string | undefined
  readonly taskId: string | undefined

  constructor({ type, module = null, args = [], traceback, taskId }: FailureDetails) {
    super(args.length === 0 ? type : `${type}: ${args.map(String).join(', ')}`)
    this.type = type
    this.module = module
    this.args = args
    this.traceback = traceback
    this.taskId = taskId
  }
}

/** The task was revoked, or had expired, before it finished. */
export class TaskRevoked extends TaskFailure {
  constructor(reason: string, taskId?: string) {
    super({ type: 'TaskRevokedError', module: 'celery.exceptions', args: [reason], taskId })
  }
}

export function notRegistered(task: string): TaskFailure {
  return new TaskFailure({ type: 'NotRegistered', module: 'celery.exceptions', args: [task] })
}

export function timeLimitExceeded(seconds: number): TaskFailure {
  const module = 'billiard.exceptions'
  return new TaskFailure({ type: 'TimeLimitExceeded', module, args: [seconds] })
}

export function softTimeLimitExceeded(): TaskFailure {
  return new TaskFailure({ type: 'SoftTimeLimitExceeded', module: 'billiard.exceptions' })
}

/** Errors that also exist in Python. The others keep their name, and get the module `javascript`. */
const builtins = new Set(['TypeError', 'SyntaxError'])

/** An exception as Celery sends it. */
export function encodeFailure(error: unknown): JsonObject {
  if (error instanceof TaskFailure)
    return { exc_type: error.type, exc_message: error.args, exc_module: error.module }
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const module = builtins.has(name) ? 'builtins' : 'javascript'
  return { exc_type: name, exc_message: [message], exc_module: module }
}

export function decodeFailure(
  value: unknown,
  { traceback, taskId }: { readonly traceback?: string | undefined; readonly taskId: string },
): TaskFailure {
  const { exc_type: type, exc_module: module, exc_message: message } = isObject(value) ? value : {}
  if (type === 'TaskRevokedError') return new TaskRevoked(String(listOf(message)[0]), taskId)
  return new TaskFailure({
    type: textOf(type) ?? 'Exception',
    module: textOf(module) ?? null,
    args: Array.isArray(message) ? message : [message],
    traceback,
    taskId,
  })
}

/** Python's `repr` of an exception, for events: `ValueError('on purpose')`. */
export function reprFailure(error: unknown): string {
  const { exc_type: type, exc_message: args } = encodeFailure(error)
  return `${String(type)}(${listOf(args)
    .map((each) => repr(each))
    .join(', ')})`
}

/** The stack trace, as it is sent to the client. */
export function tracebackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const remote = error instanceof TaskFailure && error.traceback !== undefined
  const stack = error.stack ?? String(error)
  return remote ? `${error.traceback}\n${stack}` : stack
}

import type { StandardSchemaV1 } from '@standard-schema/spec'

import { TaskFailure } from '../protocol/failure.ts'
import { fromPython } from '../protocol/json.ts'
import type { Call } from '../protocol/task-message.ts'
import type { RetryOptions } from './retry.ts'

/** How a worker runs a task. Times are in milliseconds. */
export interface TaskOptions {
  /** The queue of its calls, which a worker has to consume. Default: the default queue of the tasks. */
  readonly queue?: string
  /** The names of its parameters, so that Python can pass arguments by name. Default: by position only. */
  readonly parameters?: readonly string[]
  /**
   * Checks the list of arguments before the task runs, and may convert them: a schema of zod, valibot or
   * any other Standard Schema library. If they do not match, the call fails with a ValidationError.
   */
  readonly schema?: StandardSchemaV1<unknown, readonly unknown[]>
  /** When to retry the task after it has thrown. Default: never, so each error is a failure. */
  readonly retry?: RetryOptions
  /** After this time the task's signal is aborted, so that it can clean up. Default: never. */
  readonly softTimeLimit?: number
  /** After this time the task fails, and its worker no longer waits for it. Default: never. */
  readonly timeLimit?: number
  /** How many calls a worker starts at most, as in Celery: `10/s`, `100/m` or `1000/h`. Default: no limit. */
  readonly rateLimit?: string
  /** Sends no results. Default: false. */
  readonly ignoreResult?: boolean
  /**
   * When a call is acknowledged. With `after`, no work is lost when the worker dies, but it may be done
   * twice. With `before`, Celery's default, it is not done twice, but may be lost. Default: `after`.
   */
  readonly acknowledge?: 'before' | 'after'
}

/** The options of a task that limit its time. */
export type TimeLimits = Pick<TaskOptions, 'timeLimit' | 'softTimeLimit'>

/** A task that this process can run. */
export interface TaskDefinition {
  readonly name: string
  readonly options: TaskOptions
  readonly run: (args: readonly unknown[]) => unknown
}

/** The arguments of a call, by position, as the task's schema returns them. */
export async function argumentsOf(
  definition: TaskDefinition,
  call: Call,
): Promise<readonly unknown[]> {
  const { name, options } = definition
  return validated(definition, positional(name, options.parameters, call))
}

/** The arguments as the task's schema returns them. */
export async function validated(
  { name, options }: TaskDefinition,
  args: readonly unknown[],
): Promise<readonly unknown[]> {
  if (options.schema === undefined) return args
  const result = await options.schema['~standard'].validate(args)
  if (result.issues === undefined) return result.value
  const issues = result.issues.map(({ message, path = [] }) => {
    const [index, ...keys] = path.map((each) => String(typeof each === 'object' ? each.key : each))
    const parameter = options.parameters?.[Number(index)] ?? `argument ${Number(index) + 1}`
    return index === undefined ? message : `${[parameter, ...keys].join('.')}: ${message}`
  })
  throw new TaskFailure({
    type: 'ValidationError',
    module: 'javascript',
    args: [`${name}: ${issues.join('; ')}`],
  })
}

function positional(
  name: string,
  parameters: readonly string[] | undefined,
  call: Call,
): readonly unknown[] {
  const args = call.args.map(fromPython)
  const named = Object.entries(call.kwargs)
  if (named.length > 0 && parameters === undefined)
    throw new TypeError(`${name} takes no keyword arguments: define it with "parameters"`)
  for (const [key, value] of named) {
    const index = parameters?.indexOf(key) ?? -1
    if (index === -1) throw new TypeError(`${name} got an unexpected keyword argument '${key}'`)
    if (index < call.args.length)
      throw new TypeError(`${name} got multiple values for argument '${key}'`)
    args[index] = fromPython(value)
  }
  return args
}

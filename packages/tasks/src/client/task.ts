import { group } from './canvas.ts'
import { encodeOptions, type CallOptions } from './call-options.ts'
import type { TaskClient } from './client.ts'
import { TaskSignature } from '../protocol/task-signature.ts'
import type { TaskResult } from './task-result.ts'
import type { JsonObject } from '../protocol/json.ts'
import { withOptions, type Signature } from '../protocol/signature.ts'

/** The arguments of a signature: all or, in a chain, those after the previous result. */
type Partial<Args extends readonly unknown[]> =
  | Args
  | (Args extends readonly [unknown, ...infer Rest] ? Rest : never)

/** A task that can be called, wherever it runs. */
export class Task<Args extends readonly unknown[], R> {
  readonly name: string
  readonly #client: () => TaskClient
  /** The options of each call, as they are sent. */
  readonly #options: JsonObject

  /** @internal Use `tasks.define` or `tasks.remote`. */
  constructor(name: string, client: () => TaskClient, options: JsonObject) {
    this.name = name
    this.#client = client
    this.#options = options
  }

  /** Calls the task, and resolves with what it returns. Rejects as {@link TaskResult.get} does. */
  async call(...args: Args): Promise<R> {
    return (await this.delay(...args)).get()
  }

  /** Calls the task. Resolves when the broker has the call. */
  delay(...args: Args): Promise<TaskResult<R>> {
    return this.send(args)
  }

  /** Calls the task with options. Resolves when the broker has the call. */
  async send(args: Args, options: CallOptions = {}): Promise<TaskResult<R>> {
    const { kwargs = {}, ...others } = options
    const signature = withOptions({ ...this.#signature(args), kwargs }, encodeOptions(others))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a single task has this result
    return (await this.#client().call(signature)) as TaskResult<R>
  }

  /** A call to make later, in a chain or a group. */
  s(...args: Partial<Args>): TaskSignature<R> {
    return new TaskSignature(this.#signature(args))
  }

  /** The same, with these arguments only: in a chain, it does not get the previous result. */
  si(...args: Args): TaskSignature<R> {
    return new TaskSignature<R>(this.#signature(args)).immutable
  }

  /** Calls the task for each item, in one message. The result is the list of what it returns. */
  map(items: readonly Args[0][]): TaskSignature<R[]> {
    return this.#each('celery.map', items)
  }

  /** Calls the task for each list of arguments, in one message. The result is the list of what it returns. */
  starmap(items: readonly Args[]): TaskSignature<R[]> {
    return this.#each('celery.starmap', items)
  }

  /** Calls the task for each list of arguments, `size` lists per message. The result is one list per message. */
  chunks(items: readonly Args[], size: number): TaskSignature<R[][]> {
    const parts: TaskSignature<R[]>[] = []
    for (let start = 0; start < items.length; start += size)
      parts.push(this.starmap(items.slice(start, start + size)))
    return group(parts)
  }

  #each(task: string, items: readonly unknown[]): TaskSignature<R[]> {
    const kwargs = { task: this.#signature([]), it: items }
    return new TaskSignature({ ...this.#signature([]), task, kwargs, immutable: true })
  }

  #signature(args: readonly unknown[]): Signature {
    const { name: task } = this
    const options = this.#options
    return { task, args, kwargs: {}, options, subtask_type: null, immutable: false }
  }
}

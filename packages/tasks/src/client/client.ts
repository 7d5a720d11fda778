import type { Session } from '@messaging-patterns/shared'

import { Clock } from '../control/clock.ts'
import { Control } from '../control/control.ts'
import type { Signature } from '../protocol/signature.ts'
import { callers } from '../transport/call-context.ts'
import { Dispatcher } from '../transport/dispatcher.ts'
import { freeze } from '../transport/freeze.ts'
import { Sender, type TaskQueues } from '../transport/sender.ts'
import { ReplyQueue } from './reply-queue.ts'
import { resultsOf } from './results-of.ts'
import type { AnyResult, TaskResult } from './task-result.ts'

/** Where a client sends calls, and how long its results are kept. */
export interface TaskClientOptions {
  readonly queueOf: (task: string) => string
  readonly queues: TaskQueues
  readonly resultExpires: number
}

/** A call that is on its way. */
interface Started {
  readonly result: AnyResult
  /** The results of its tasks. */
  readonly expected: readonly TaskResult<unknown>[]
  /** Resolves when the broker has the call. */
  readonly sent: Promise<void>
}

/** Calls tasks over a session, and gets their results. */
export class TaskClient implements AsyncDisposable {
  readonly session: Session
  readonly sender: Sender
  readonly dispatcher: Dispatcher
  readonly #resultExpires: number
  #replies: Promise<ReplyQueue> | undefined
  #control: Promise<Control> | undefined

  private constructor(
    session: Session,
    sender: Sender,
    { queueOf, resultExpires }: TaskClientOptions,
  ) {
    this.session = session
    this.sender = sender
    this.dispatcher = new Dispatcher(sender, queueOf)
    this.#resultExpires = resultExpires
  }

  static async open(session: Session, options: TaskClientOptions): Promise<TaskClient> {
    return new TaskClient(session, await Sender.open(session, options.queues), options)
  }

  /** Calls a signature. Resolves when the broker has its first calls. */
  async call(signature: Signature): Promise<AnyResult> {
    const { result, expected, sent } = await this.#start(signature)
    await sent
    // Until then, the caller can still get the early reports, with updates().
    setImmediate(() => {
      for (const each of expected) each.dropEarly()
    })
    return result
  }

  /** Calls a single task. Resolves when the broker has the call or its result is here, which says more. */
  async callSingle(signature: Signature): Promise<AnyResult> {
    const { result, expected, sent } = await this.#start(signature)
    // The caller never sees the result object.
    for (const each of expected) each.dropEarly()
    // A task has to know the calls that it has made before it ends.
    const ended = callers.getStore() === undefined ? expected.map((each) => each.ended()) : []
    await Promise.race([sent, ...ended])
    return result
  }

  async #start(signature: Signature): Promise<Started> {
    const replies = await this.#openReplies()
    const frozen = freeze(signature, replies.name)
    const expected: TaskResult<unknown>[] = []
    const result = resultsOf(frozen, (each) => {
      replies.expect(each)
      expected.push(each)
    })
    return { result, expected, sent: this.#send(frozen) }
  }

  async #send(signature: Signature): Promise<void> {
    const caller = callers.getStore()
    const ids = await this.dispatcher.call(signature, { caller })
    caller?.children.push(...ids)
  }

  #openReplies(): Promise<ReplyQueue> {
    if (this.#replies !== undefined) return this.#replies
    const forget = (): void => {
      if (this.#replies === replies) this.#replies = undefined
    }
    const options = { expireAfter: this.#resultExpires, lost: forget }
    const replies = ReplyQueue.open(this.session, options)
    this.#replies = replies
    // The next call tries again.
    replies.catch(forget)
    return replies
  }

  /** Sends commands to workers. */
  control(): Promise<Control> {
    if (this.#control !== undefined) return this.#control
    const control = Control.open(this.session, new Clock())
    this.#control = control
    control.catch(() => {
      this.#control = undefined
    })
    return control
  }

  /** Deletes the client's queues, so no further result can arrive. The session stays open. */
  async [Symbol.asyncDispose](): Promise<void> {
    const control = await this.#control
    await control?.[Symbol.asyncDispose]()
    const replies = await this.#replies
    await replies?.[Symbol.asyncDispose]()
  }
}

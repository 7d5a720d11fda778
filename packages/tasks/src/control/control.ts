import { randomUUID } from 'node:crypto'

import {
  MessagingError,
  type Delivery,
  type Exchange,
  type Session,
} from '@messaging-patterns/shared'

import { isObject, type JsonObject } from '../protocol/json.ts'
import { wait } from '../running/wait.ts'
import type { Clock } from './clock.ts'
import { LastingConsumer } from './lasting-consumer.ts'
import { answerExchange, commandExchange } from './mailbox.ts'

/** Which workers to ask, and how long to wait for answers. */
export interface AskOptions {
  /** The names of workers. Default: all. */
  readonly workers?: readonly string[] | undefined
  /** Milliseconds to wait for answers. Those that have arrived by then are returned. Default: 1,000. */
  readonly timeout?: number
}

/** The answers of workers, by their names. */
export type Answers = Readonly<Record<string, unknown>>

/** Sends commands to workers: to ours, and to Celery's. */
export class Control implements AsyncDisposable {
  readonly #commands: Exchange
  #answers: LastingConsumer | undefined
  /** The routing key of the answers. */
  readonly #key = randomUUID()
  readonly #clock: Clock
  readonly #pending = new Map<string, (answer: JsonObject) => void>()

  private constructor(commands: Exchange, clock: Clock) {
    this.#commands = commands
    this.#clock = clock
  }

  static async open(session: Session, clock: Clock): Promise<Control> {
    const transient = { durable: false }
    const commands = await session.exchange(commandExchange.name, commandExchange.kind, transient)
    const answers = await session.exchange(answerExchange.name, answerExchange.kind, transient)
    const control = new Control(commands, clock)
    control.#answers = await LastingConsumer.start(async () => {
      const queue = await session.queue('', { autoDelete: true })
      await answers.redeclare()
      await queue.bind(answers, control.#key)
      const subscription = await queue.consume((delivery) => control.#received(delivery), {
        autoAck: true,
        prefetch: 0,
      })
      return { queue, subscription }
    })
    return control
  }

  #received(delivery: Delivery): void {
    const answer = delivery.json()
    const listener = this.#pending.get(String(delivery.headers['ticket']))
    if (isObject(answer)) listener?.(answer)
  }

  /** Sends a command without waiting for answers. */
  async broadcast(method: string, args: JsonObject, { workers }: AskOptions = {}): Promise<void> {
    await this.#send({ method, arguments: args, destination: workers ?? null }, 0)
  }

  /** Sends a command, and resolves with the answers of the workers. */
  async ask(method: string, args: JsonObject = {}, options: AskOptions = {}): Promise<Answers> {
    const { workers, timeout = 1000 } = options
    const ticket = randomUUID()
    const answers: Record<string, unknown> = {}
    const complete = new AbortController()
    this.#pending.set(ticket, (answer) => {
      Object.assign(answers, answer)
      if (Object.keys(answers).length === workers?.length) complete.abort()
    })
    try {
      const replyTo = { exchange: answerExchange.name, routing_key: this.#key }
      const command = { method, arguments: args, destination: workers ?? null }
      await this.#send({ ...command, ticket, reply_to: replyTo }, Date.now() + timeout)
      await wait(timeout, complete.signal)
    } catch (error) {
      // No worker is online, so there is nobody to wait for.
      const alone = error instanceof MessagingError && error.code === 'UNROUTABLE'
      if (!alone) throw error
    } finally {
      this.#pending.delete(ticket)
    }
    return answers
  }

  async #send(command: JsonObject, expires: number): Promise<void> {
    const headers = { clock: this.#clock.tick(), expires: Math.ceil(expires / 1000) }
    const body = { ...command, pattern: null, matcher: null }
    try {
      await this.#commands.publish('', body, { headers, mandatory: expires > 0 })
    } catch (error) {
      // One of the workers has just died, and its queue with it. The others have the command.
      if (!(error instanceof MessagingError) || error.code !== 'NACKED') throw error
    }
  }

  /** Keeps workers from starting a task. With `terminate`, a worker that is running it stops it. */
  async revoke(taskId: string, { terminate = false } = {}): Promise<void> {
    await this.broadcast('revoke', {
      task_id: taskId,
      terminate,
      signal: terminate ? 'SIGTERM' : null,
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#answers?.[Symbol.asyncDispose]()
  }
}

import {
  MessagingError,
  type Delivery,
  type Exchange,
  type Session,
} from '@messaging-patterns/shared'

import { isObject, listOf, numberOf, textOf, type JsonObject } from '../protocol/json.ts'
import type { Clock } from './clock.ts'
import { LastingConsumer } from './lasting-consumer.ts'

/** The exchange of commands to workers. */
export const commandExchange = { name: 'celery.pidbox', kind: 'fanout' } as const
/** The exchange of their answers. */
export const answerExchange = { name: 'reply.celery.pidbox', kind: 'direct' } as const

/** Answers a command; undefined if it is not for this worker, or has no answer. */
export type CommandHandler = (method: string, args: JsonObject) => Promise<unknown>

/** How a worker receives commands. */
export interface MailboxOptions {
  /** The name of the worker. */
  readonly name: string
  readonly clock: Clock
  readonly handle: CommandHandler
}

/** Consumes the commands that `celery inspect`, `celery control`, Flower and other workers send. */
export class Mailbox implements AsyncDisposable {
  readonly #commands: Exchange
  readonly #answers: Exchange
  readonly #options: MailboxOptions
  #consumer: LastingConsumer | undefined

  private constructor(commands: Exchange, answers: Exchange, options: MailboxOptions) {
    this.#commands = commands
    this.#answers = answers
    this.#options = options
  }

  static async open(session: Session, options: MailboxOptions): Promise<Mailbox> {
    const transient = { durable: false }
    const commands = await session.exchange(commandExchange.name, commandExchange.kind, transient)
    const answers = await session.exchange(answerExchange.name, answerExchange.kind, transient)
    const mailbox = new Mailbox(commands, answers, options)
    mailbox.#consumer = await LastingConsumer.start(async () => {
      const queue = await session.queue(`${options.name}.${commandExchange.name}`, {
        type: 'classic',
        durable: false,
        exclusive: true,
        autoDelete: true,
        arguments: { 'x-expires': 10_000, 'x-message-ttl': 300_000 },
      })
      await commands.redeclare()
      await queue.bind(commands)
      const subscription = await queue.consume((delivery) => mailbox.#received(delivery), {
        autoAck: true,
        prefetch: 0,
      })
      return { queue, subscription }
    })
    return mailbox
  }

  /** Declares its exchanges again, which were deleted, and binds the queue to them. Never rejects. */
  async redeclare(): Promise<void> {
    try {
      const queue = this.#consumer?.queue
      for (const each of [this.#commands, this.#answers, queue]) await each?.redeclare()
    } catch {
      // The worker goes on without commands.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#consumer?.[Symbol.asyncDispose]()
  }

  async #received(delivery: Delivery): Promise<void> {
    const { name, clock, handle } = this.#options
    clock.adjust(numberOf(delivery.headers['clock']) ?? 0)
    const expires = numberOf(delivery.headers['expires']) ?? 0
    const command = delivery.json()
    if (!isObject(command) || typeof command['method'] !== 'string') return
    if ((expires > 0 && expires < Date.now() / 1000) || !isFor(name, command)) return
    const { method, arguments: args, reply_to: replyTo, ticket } = command
    const answer = await handle(method, isObject(args) ? args : {})
    const key = isObject(replyTo) ? textOf(replyTo['routing_key']) : undefined
    if (answer === undefined || key === undefined) return
    await this.#answer(key, { [name]: answer }, { ticket, clock: clock.tick() })
  }

  async #answer(key: string, answer: object, headers: JsonObject): Promise<void> {
    try {
      await this.#answers.publish(key, answer, { headers, persistent: false })
    } catch (error) {
      // The program that asked may be gone.
      if (!(error instanceof MessagingError)) throw error
    }
  }
}

/** Whether a command is for this worker: for all, for a list of names, or for a pattern. */
function isFor(name: string, { destination, pattern, matcher }: JsonObject): boolean {
  if (!isSet(destination) && !isSet(pattern)) return true
  if (listOf(destination).includes(name)) return true
  return typeof pattern === 'string' && patternOf(pattern, matcher === 'pcre').test(name)
}

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined
}

function patternOf(pattern: string, isRegExp: boolean): RegExp {
  if (isRegExp) return new RegExp(pattern)
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`)
}

import type { Broker, EventMessage, MessageEvent } from '@messaging-patterns/broker'

import type { Message, Movement, Update } from '../picture/update.ts'
import { messageView } from './message-view.ts'
import { MessageNumbers } from './message-numbers.ts'
import { TopologyView } from './topology-view.ts'

export interface RecorderOptions {
  readonly firstMessage: number
  readonly now: () => number
  /** Something has moved. */
  readonly onMovement: () => void
}

/** The pseudo-queue of clients that wait for replies (Direct Reply-to). */
const replies = 'amq.rabbitmq.reply-to'

/** Turns the events of a broker into updates for a picture. */
export class Recorder {
  readonly topology: TopologyView
  readonly #options: RecorderOptions
  readonly #numbers: MessageNumbers
  /** What each message was when it was last mentioned. */
  readonly #known = new WeakSet<EventMessage>()
  #movements: Movement[] = []
  /** The message that has come to an exchange last, until something else happens to it. */
  #routing:
    | { readonly message: number; readonly exchange: string; readonly refused: boolean }
    | undefined
  /** How many of them were annotated. */
  #annotated = 0
  #messages: Message[] = []

  constructor(broker: Broker, options: RecorderOptions) {
    this.#options = options
    this.#numbers = new MessageNumbers(options.firstMessage)
    this.topology = new TopologyView(broker)
    this.#listen(broker)
  }

  get pending(): number {
    return this.#movements.length
  }

  /**
   * A message to which nothing else has happened in the turn of its publishing was refused by its queues; and a
   * dead letter to which nothing else has happened reached none.
   */
  endTurn(): void {
    if (this.#routing === undefined) return
    const { message, exchange, refused } = this.#routing
    this.#add({ type: 'unroutable', message, exchange, ...(refused && { refused }) })
  }

  /** Lets something be said about what has happened since this was called last. */
  annotate(describe: (movements: readonly Movement[]) => readonly Movement[]): void {
    const fresh = this.#movements.splice(this.#annotated)
    if (fresh.length > 0) this.#movements.push(...describe(fresh))
    this.#annotated = this.#movements.length
  }

  /** What has happened since the last update: all of it, or the first movements. */
  take(count = Infinity): Update | undefined {
    const movements = this.#movements.splice(0, count)
    this.#annotated = Math.max(0, this.#annotated - movements.length)
    // While movements are pending, the counts are ahead of them.
    const topology = this.pending === 0 ? this.topology.changed() : undefined
    if (movements.length === 0 && topology === undefined) return undefined
    const time = this.#options.now()
    const messages = this.#messages.splice(0)
    return { time, movements, messages, ...(topology !== undefined && { topology }) }
  }

  #listen(broker: Broker): void {
    broker.on('published', ({ exchange, routingKey, message, connection }) => {
      if (message.properties.replyTo?.startsWith(replies) === true)
        this.topology.expectReplies(connection)
      const program = this.topology.programOf(connection)
      const number = this.#mention(this.#numbers.of(message), message)
      this.#add({ type: 'published', message: number, program, exchange, routingKey })
    })
    broker.on('unroutable', ({ exchange, message }) => {
      this.#add({ type: 'unroutable', message: this.#numbers.of(message), exchange })
    })
    broker.on('routed', (event) => {
      const { exchange, queue, message } = event
      const number = this.#mention(this.#numbers.stored(event), message, event.offset)
      this.#add({ type: 'routed', message: number, exchange, queue })
    })
    broker.on('delivered', ({ queue: name, consumerTag: tag, redelivered, ...event }) => {
      const queue = name.startsWith(`${replies}.`) ? replies : name
      const { exchange, message, connection } = event
      const numbered = this.#numbers.delivered({ ...event, queue })
      const number = this.#mention(numbered, message, event.offset)
      if (queue === replies) this.#add({ type: 'routed', message: number, exchange, queue })
      const program = this.topology.programOf(connection)
      this.#add({ type: 'delivered', message: number, queue, program, tag, redelivered })
    })
    for (const type of ['acked', 'requeued'] as const)
      broker.on(type, (event) => this.#add({ type, ...this.#about(event) }))
    broker.on('dead-lettered', ({ reason, ...event }) => {
      this.#add({ type: 'dead-lettered', ...this.#about(event), reason })
    })
    broker.on('queue.purged', ({ queue }) => this.#add({ type: 'purged', queue }))
  }

  #about({ message, queue }: MessageEvent & { readonly queue: string }) {
    return { message: this.#numbers.of(message), queue }
  }

  #add(movement: Movement): void {
    if (this.#routing !== undefined && this.#isNext(movement)) this.#routing = undefined
    if (movement.type === 'published' || movement.type === 'dead-lettered') this.endTurn()
    this.#noteRouting(movement)
    this.#movements.push(movement)
    this.#options.onMovement()
  }

  #isNext(movement: Movement): boolean {
    return 'message' in movement && movement.message === this.#routing?.message
  }

  #noteRouting(movement: Movement): void {
    const exchange = this.#exchangeOf(movement)
    if (exchange === undefined || !('message' in movement)) return
    const refused = movement.type === 'published'
    this.#routing = { message: movement.message, exchange, refused }
  }

  /** The exchange to which it brings a message. */
  #exchangeOf(movement: Movement): string | undefined {
    if (movement.type === 'published') return movement.exchange
    if (movement.type !== 'dead-lettered') return undefined
    return this.topology.deadLetterExchange(movement.queue)
  }

  /** What is new about a message is told: it is new itself, or has got its place in a stream. */
  #mention(number: number, message: EventMessage, offset?: number): number {
    if (!this.#known.has(message) || offset !== undefined)
      this.#messages.push(messageView(number, message, offset))
    this.#known.add(message)
    return number
  }
}

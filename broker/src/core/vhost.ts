import type { Clock } from '../time/clock.ts'
import type { FieldTable } from '../protocol/field-value.ts'
import { Bindings } from './bindings.ts'
import { deadLetter } from './message/dead-letter.ts'
import { isDeathCycle } from './message/death.ts'
import type { EventHub } from '../events/event-hub.ts'
import {
  assertNotDefault,
  ExchangeRegistry,
  type ExchangeDeclaration,
} from './exchange-registry.ts'
import type { Destination, Exchange } from './exchange/exchange.ts'
import type { MemoryGauge } from './message/memory-gauge.ts'
import type { Message } from './message/message.ts'
import { QueueRegistry, type QueueDeclaration, type QueueRules } from './queue-registry.ts'
import type { DeadLetter, QueueHost } from './queue/queue-host.ts'
import type { Queue } from './queue/queue.ts'
import { ReplyQueues, type Target } from './reply-queues.ts'
import { Router } from './router.ts'

export interface VirtualHostParts {
  readonly clock: Clock
  readonly events: EventHub
  readonly memory: MemoryGauge
  readonly rules: QueueRules
  readonly consumerTimeout: number
}

/** A binding as a client asks for it, or asks to have it removed. */
export interface BindingRequest {
  readonly source: string
  readonly destination: string
  readonly destinationType: 'queue' | 'exchange'
  readonly routingKey: string
  readonly arguments: FieldTable
  /** The connection that asks. */
  readonly owner: object
}

/** A virtual host: exchanges, queues and the bindings between them. */
export class VirtualHost implements QueueHost {
  readonly vhost: string
  readonly clock: Clock
  readonly events: EventHub
  readonly memory: MemoryGauge
  readonly consumerTimeout: number
  readonly exchanges: ExchangeRegistry
  readonly queues: QueueRegistry
  readonly bindings: Bindings
  readonly replies = new ReplyQueues()
  readonly #router: Router
  readonly #deadLetters: DeadLetter[] = []
  #burying = false

  constructor(name: string, parts: VirtualHostParts) {
    this.vhost = name
    this.clock = parts.clock
    this.events = parts.events
    this.memory = parts.memory
    this.consumerTimeout = parts.consumerTimeout
    this.exchanges = new ExchangeRegistry(name)
    this.queues = new QueueRegistry(this, parts.rules)
    this.#router = new Router(this)
    this.bindings = new Bindings(name, parts.events, (exchange) => {
      if (exchange.spec.autoDelete) this.#removeExchange(exchange)
    })
  }

  declareExchange(declaration: ExchangeDeclaration): void {
    const exchange = this.exchanges.declare(declaration)
    if (exchange === undefined) return
    const { name, type } = exchange.spec
    this.events.emit('exchange.declared', { vhost: this.vhost, exchange: name, type })
  }

  deleteExchange(name: string, ifUnused: boolean): void {
    const exchange = this.exchanges.checkDelete(name)
    if (exchange === undefined) return
    if (ifUnused) this.bindings.assertUnused(exchange)
    this.#removeExchange(exchange)
  }

  declareQueue(declaration: QueueDeclaration): Queue {
    const { queue, isNew } = this.queues.declare(declaration)
    if (isNew) {
      const { type } = queue.settings
      this.events.emit('queue.declared', { vhost: this.vhost, queue: queue.name, type })
    }
    return queue
  }

  /** Removes a queue and its bindings; returns how many messages waited in it. */
  remove(queue: Queue): number {
    if (!this.queues.delete(queue)) return 0
    const count = queue.close()
    this.bindings.removeTo(queue)
    this.events.emit('queue.deleted', { vhost: this.vhost, queue: queue.name })
    return count
  }

  /** Removes the queues that `owner` had for itself. */
  removeOwnedBy(owner: object): void {
    for (const queue of Array.from(this.queues)) if (queue.spec.owner === owner) this.remove(queue)
  }

  bind(request: BindingRequest): void {
    assertNotDefault(request.source)
    if (request.destinationType === 'exchange') assertNotDefault(request.destination)
    // Where both ends are missing RabbitMQ names the source.
    const source = this.exchanges.expect(request.source)
    this.bindings.add(source, this.#destination(request), request)
  }

  /** What is not there is no error. */
  unbind(request: BindingRequest): void {
    assertNotDefault(request.source)
    if (request.destinationType === 'exchange') assertNotDefault(request.destination)
    const { source, destinationType, destination } = request
    const registry = destinationType === 'queue' ? this.queues : this.exchanges
    const from = this.exchanges.get(source)
    if (from === undefined || registry.get(destination) === undefined) return
    this.bindings.remove(from, this.#destination(request), request)
  }

  /** Where a message goes: each place once. */
  route(exchange: Exchange, message: Message): readonly Target[] {
    return this.#router.route(exchange, message)
  }

  // Queues that are each other's dead letter queues would recurse: the letters wait in line.
  deadLetter(letter: DeadLetter): void {
    this.#deadLetters.push(letter)
    if (this.#burying) return
    this.#burying = true
    try {
      for (let next = this.#deadLetters.shift(); next; next = this.#deadLetters.shift())
        this.#bury(next)
    } finally {
      this.#burying = false
    }
  }

  /** Ends all queues. */
  close(): void {
    for (const queue of Array.from(this.queues)) this.remove(queue)
  }

  #bury({ queue, message, failures, reason }: DeadLetter): void {
    const { deadLetterExchange = '', deadLetterRoutingKey: routingKey } = queue.settings
    const exchange = this.exchanges.get(deadLetterExchange)
    if (exchange === undefined) return
    const time = this.clock.now()
    const letter = deadLetter(message, {
      queue: queue.name,
      reason,
      time,
      failures,
      exchange: exchange.name,
      routingKey,
    })
    for (const target of this.route(exchange, letter))
      if (reason === 'rejected' || !isDeathCycle(letter.deaths, target.name)) target.publish(letter)
  }

  #destination({ destinationType, destination, owner }: BindingRequest): Destination {
    return destinationType === 'queue'
      ? this.queues.expect(destination, owner)
      : this.exchanges.expect(destination)
  }

  #removeExchange(exchange: Exchange): void {
    if (!this.exchanges.delete(exchange)) return
    this.bindings.removeFrom(exchange)
    this.bindings.removeTo(exchange)
    this.events.emit('exchange.deleted', { vhost: this.vhost, exchange: exchange.name })
  }
}

import type { EventHub } from '../events/event-hub.ts'
import type { FieldTable } from '../protocol/field-value.ts'
import type { Clock } from '../time/clock.ts'
import { Bindings } from './bindings.ts'
import {
  assertNotDefault,
  ExchangeRegistry,
  type ExchangeDeclaration,
} from './exchange-registry.ts'
import type { Destination, Exchange } from './exchange/exchange.ts'
import { Firehose } from './firehose.ts'
import { createDeadLetter, type DeadLettering } from './message/dead-letter.ts'
import { isDeathCycle } from './message/death.ts'
import type { MemoryGauge } from './message/memory-gauge.ts'
import type { Message } from './message/message.ts'
import { Policies } from './policy/policies.ts'
import { QueueRegistry, type QueueDeclaration, type QueueRules } from './queue-registry.ts'
import type { QueueHost } from './queue/queue-host.ts'
import type { QueueType } from './queue/queue-settings.ts'
import type { Queue } from './queue/queue.ts'
import { ReplyQueues } from './reply-queues.ts'
import { Router } from './router.ts'
import type { MessageFormat } from './stream/message-format.ts'

export interface VirtualHostParts {
  readonly clock: Clock
  readonly events: EventHub
  readonly memory: MemoryGauge
  readonly rules: QueueRules
  readonly consumerTimeout: number
  readonly countsMessages: boolean
  readonly createMessageFormat: () => MessageFormat
}

/** What an operator says about a virtual host. */
export interface VirtualHostMetadata {
  readonly description: string
  readonly tags: readonly string[]
  /** The type of queues that are declared without a type. */
  readonly defaultQueueType: QueueType
}

const noMetadata: VirtualHostMetadata = { description: '', tags: [], defaultQueueType: 'classic' }

/** A binding that a client asks for, or asks to remove. */
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
  readonly countsMessages: boolean
  readonly createMessageFormat: () => MessageFormat
  readonly exchanges: ExchangeRegistry
  readonly queues: QueueRegistry
  readonly bindings: Bindings
  readonly replies = new ReplyQueues()
  readonly policies: Policies
  readonly router: Router
  metadata: VirtualHostMetadata = noMetadata
  /** Undefined while tracing is off, so that it costs nothing. */
  firehose: Firehose | undefined
  isProtected = false
  readonly #deadLetters: { readonly message: Message; readonly death: DeadLettering }[] = []
  #isPublishingDeadLetters = false

  constructor(name: string, parts: VirtualHostParts) {
    this.vhost = name
    this.clock = parts.clock
    this.events = parts.events
    this.memory = parts.memory
    this.consumerTimeout = parts.consumerTimeout
    this.countsMessages = parts.countsMessages
    this.policies = new Policies(() => this.#applyPolicies())
    this.createMessageFormat = parts.createMessageFormat
    this.exchanges = new ExchangeRegistry(name)
    this.queues = new QueueRegistry(this, parts.rules)
    this.router = new Router(this)
    this.bindings = new Bindings(name, parts.events, (exchange) => {
      if (exchange.spec.autoDelete) this.#removeExchange(exchange)
    })
  }

  get tracing(): boolean {
    return this.firehose !== undefined
  }

  set tracing(on: boolean) {
    this.firehose = on ? new Firehose(this) : undefined
  }

  declareExchange(declaration: ExchangeDeclaration): void {
    const exchange = this.exchanges.declare(declaration)
    if (exchange === undefined) return
    exchange.policy = this.policies.forExchange(exchange.name)
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
    const { queue, isNew } = this.queues.declare(declaration, this.metadata.defaultQueueType)
    if (isNew) {
      const { type } = queue.settings
      queue.applyPolicy(this.policies.forQueue(queue.name, type))
      this.events.emit('queue.declared', { vhost: this.vhost, queue: queue.name, type })
    }
    return queue
  }

  /** Deletes a queue and its bindings. Returns the number of ready messages. */
  deleteQueue(name: string): number {
    const queue = this.queues.delete(name)
    if (queue === undefined) return 0
    const count = queue.close()
    this.bindings.removeTo(queue)
    this.events.emit('queue.deleted', { vhost: this.vhost, queue: name })
    return count
  }

  /** Deletes the exclusive queues of a connection. */
  deleteQueuesOf(owner: object): void {
    for (const { name, spec } of Array.from(this.queues))
      if (spec.owner === owner) this.deleteQueue(name)
  }

  bind(request: BindingRequest): void {
    assertNotDefault(request.source)
    if (request.destinationType === 'exchange') assertNotDefault(request.destination)
    // If both ends are missing, RabbitMQ's error names the source.
    const source = this.exchanges.expect(request.source)
    this.bindings.add(source, this.#destination(request), request)
  }

  /** Does nothing if there is no such binding. */
  unbind(request: BindingRequest): void {
    assertNotDefault(request.source)
    if (request.destinationType === 'exchange') assertNotDefault(request.destination)
    const { source, destinationType, destination } = request
    const registry = destinationType === 'queue' ? this.queues : this.exchanges
    const from = this.exchanges.get(source)
    if (from === undefined || registry.get(destination) === undefined) return
    this.bindings.remove(from, this.#destination(request), request)
  }

  // A dead letter may fill another queue, which dead-letters in turn: a list avoids the recursion.
  publishDeadLetter(message: Message, death: DeadLettering): void {
    this.#deadLetters.push({ message, death })
    if (this.#isPublishingDeadLetters) return
    this.#isPublishingDeadLetters = true
    try {
      for (let next = this.#deadLetters.shift(); next; next = this.#deadLetters.shift())
        this.#routeDeadLetter(next.message, next.death)
    } finally {
      this.#isPublishingDeadLetters = false
    }
  }

  /** Deletes all queues. */
  close(): void {
    for (const { name } of Array.from(this.queues)) this.deleteQueue(name)
  }

  #applyPolicies(): void {
    for (const exchange of this.exchanges)
      exchange.policy = this.policies.forExchange(exchange.name)
    for (const queue of Array.from(this.queues))
      queue.applyPolicy(this.policies.forQueue(queue.name, queue.settings.type))
  }

  #routeDeadLetter(message: Message, death: DeadLettering): void {
    const exchange = this.exchanges.get(death.exchange)
    if (exchange === undefined) return
    const letter = createDeadLetter(message, death, this.clock.now())
    for (const target of this.router.route(exchange, letter))
      if (death.reason === 'rejected' || !isDeathCycle(letter.deaths, target.name))
        target.enqueue(letter)
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

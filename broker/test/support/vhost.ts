import { Amqp10Format } from '../../src/amqp10/amqp10-format.ts'
import type { DeclarationGuard } from '../../src/core/declaration-guard.ts'
import { MemoryGauge } from '../../src/core/message/memory-gauge.ts'
import { Message, type MessageInit } from '../../src/core/message/message.ts'
import type { Consumer } from '../../src/core/queue/consumers/consumer.ts'
import type { QueueEntry } from '../../src/core/queue/messages/queue-entry.ts'
import type { Queue } from '../../src/core/queue/queue.ts'
import { VirtualHost } from '../../src/core/vhost.ts'
import { EventHub } from '../../src/events/event-hub.ts'
import {
  bool,
  emptyTable,
  longstr,
  type FieldTable,
  type FieldValue,
} from '../../src/protocol/field-value.ts'
import { ManualClock } from './manual-clock.ts'

export interface TestHost {
  readonly vhost: VirtualHost
  readonly clock: ManualClock
  readonly events: EventHub
  readonly memory: MemoryGauge
}

/** A virtual host without a broker around it. */
export function testHost({ maxQueues = 1000, permitTransient = false } = {}): TestHost {
  const clock = new ManualClock()
  const events = new EventHub()
  const memory = new MemoryGauge(1_000_000_000, () => {})
  let named = 0
  const vhost: VirtualHost = new VirtualHost('/', {
    clock,
    events,
    memory,
    consumerTimeout: 1_800_000,
    countsMessages: false,
    createMessageFormat: () => new Amqp10Format(),
    rules: {
      permitTransient,
      relaxedRedeclaration: false,
      maxQueues,
      hasRoom: () => vhost.queues.size < maxQueues,
      generateName: () => `amq.gen-${++named}`,
    },
  })
  return { vhost, clock, events, memory }
}

/** Arguments from plain values. Integers become signed ints, as most clients send them. */
export function fields(values: Readonly<Record<string, unknown>>): FieldTable {
  return new Map(Object.entries(values).map(([name, value]) => [name, field(value)]))
}

export function field(value: unknown): FieldValue {
  if (typeof value === 'string') return longstr(value)
  if (typeof value === 'boolean') return bool(value)
  if (value === undefined) return { type: 'void', value }
  if (typeof value !== 'number') throw new TypeError(`a field cannot be a ${typeof value}`)
  return Number.isInteger(value) ? { type: 'signedint', value } : { type: 'double', value }
}

/** The connection that owns the queues of a test. */
export const owner = { name: 'the connection of the test' }

/** Every declaration is allowed. */
export const anything: DeclarationGuard = { checkDeclare: () => {}, checkForward: () => {} }

export function declare(
  { vhost }: TestHost,
  name: string,
  args: Readonly<Record<string, unknown>> = {},
): Queue {
  const spec = { durable: true, exclusive: false, autoDelete: false, owner, guard: anything }
  return vhost.declareQueue({ ...spec, name, arguments: fields(args) })
}

export function message(body: string, init: Partial<MessageInit> = {}): Message {
  return new Message({
    exchange: '',
    routingKey: 'q',
    ...init,
    body: new TextEncoder().encode(body),
  })
}

export function text(entry: QueueEntry | undefined): string | undefined {
  return entry === undefined ? undefined : new TextDecoder().decode(entry.message.body)
}

/** Removes all ready messages from a queue, and returns their bodies. */
export function drain(queue: Queue): string[] {
  const bodies: string[] = []
  for (;;) {
    const entry = queue.get(true, recipient)
    if (entry === undefined) return bodies
    bodies.push(text(entry) ?? '')
  }
}

export const recipient = { connection: undefined, timedOut: () => {}, recovered: () => {} }

/** A consumer that collects its messages. */
export class TestConsumer implements Consumer {
  readonly connection = undefined
  readonly tag: string
  readonly noAck: boolean
  readonly exclusive: boolean
  readonly arguments: FieldTable
  readonly received: QueueEntry[] = []
  /** How many unacked messages it may have. */
  prefetch: number
  unackedCount = 0
  isCanceled = false
  isTimedOut = false

  constructor(
    tag: string,
    options: {
      readonly prefetch?: number
      readonly noAck?: boolean
      readonly exclusive?: boolean
      readonly priority?: number
      readonly timeout?: number
      /** Its x-stream-offset. */
      readonly start?: string | number
    } = {},
  ) {
    this.tag = tag
    this.prefetch = options.prefetch ?? Infinity
    this.noAck = options.noAck ?? false
    this.exclusive = options.exclusive ?? false
    this.arguments = fields({
      ...(options.priority !== undefined && { 'x-priority': options.priority }),
      ...(options.timeout !== undefined && { 'x-consumer-timeout': options.timeout }),
      ...(options.start !== undefined && { 'x-stream-offset': options.start }),
    })
  }

  get bodies(): (string | undefined)[] {
    return this.received.map(text)
  }

  hasCapacity(): boolean {
    return !this.isTimedOut && this.unackedCount < this.prefetch
  }

  deliver(entry: QueueEntry): void {
    this.received.push(entry)
    if (!this.noAck) this.unackedCount += 1
  }

  canceled(): void {
    this.isCanceled = true
  }

  timedOut(): void {
    this.isTimedOut = true
  }

  recovered(): void {
    this.isTimedOut = false
  }

  /** Acknowledges the message that it received as number `index`. */
  ack(queue: Queue, index: number): void {
    const entry = this.received[index]
    if (entry === undefined) throw new Error(`there is no message ${index}`)
    queue.ack(entry)
    this.unackedCount -= 1
    queue.resume(this)
  }
}

export { emptyTable }

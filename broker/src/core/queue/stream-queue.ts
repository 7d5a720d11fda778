import { notImplemented, preconditionFailed } from '../../protocol/faults.ts'
import type { Message } from '../message/message.ts'
import { RecordReader, type StreamRecord } from '../stream/log/record-reader.ts'
import { StreamLog } from '../stream/log/stream-log.ts'
import type { EncodedMessage, MessageFormat } from '../stream/message-format.ts'
import { filterOf, offsetOf } from '../stream/stream-arguments.ts'
import type { Consumer } from './consumers/consumer.ts'
import { RoundRobinConsumerList } from './consumers/round-robin-consumer-list.ts'
import { QueueEntry } from './messages/queue-entry.ts'
import type { QueueHost } from './queue-host.ts'
import type { QueueSpec } from './queue-spec.ts'
import { Queue } from './queue.ts'

/** A message of the stream, and its offset. */
interface Recent {
  readonly offset: number
  readonly message: Message
}

/** The number of decoded messages that are kept, because readers often follow each other closely. */
const recentCount = 256

/** A stream: consumers read its log at their own positions, and nothing they do removes a message. */
export class StreamQueue extends Queue {
  readonly log: StreamLog
  /** The number of consumers that do not use AMQP 0-9-1. */
  subscriptionCount = 0
  readonly #format: MessageFormat
  readonly #readers = new Map<Consumer, RecordReader>()
  readonly #recent: Recent[] = []

  constructor(spec: QueueSpec, host: QueueHost) {
    super(spec, host, new RoundRobinConsumerList())
    const { maxBytes, maxAge, maxSegmentSize, filterSize } = spec.settings
    this.#format = host.createMessageFormat()
    this.log = new StreamLog({
      clock: host.clock,
      retention: { maxBytes, maxAge },
      maxSegmentSize,
      filterSize,
      onMemory: (bytes) => host.memory.reserve(bytes),
    })
    // The tracking of the channels that publish.
    this.log.trackChannels()
    this.log.onCommit(() => this.deliverReady())
  }

  /** As RabbitMQ counts, which includes the offsets that tracking takes. */
  get messageCount(): number {
    return this.log.nextOffset - this.log.firstOffset
  }

  override get consumerCount(): number {
    return super.consumerCount + this.subscriptionCount
  }

  /** Its readers remove nothing. */
  get length(): number {
    return this.messageCount
  }

  enqueue(message: Message): boolean {
    const encoded = this.#encode(message)
    if (encoded === undefined) return true
    this.host.memory.countCopy()
    if (this.counts !== undefined) this.counts.publish += 1
    const offset = this.log.append(encoded.parts, encoded.filterValue)
    this.events.emitAppended(message, offset)
    return true
  }

  get(): never {
    throw notImplemented(`basic.get not supported by stream queues ${this.title}`)
  }

  purge(): never {
    throw notImplemented(`queue.purge not supported by stream queues ${this.title}`)
  }

  deliverReady(): void {
    for (const [consumer, reader] of this.#readers) this.#deliver(consumer, reader)
  }

  resume(consumer: Consumer): void {
    const reader = this.#readers.get(consumer)
    if (reader !== undefined) this.#deliver(consumer, reader)
  }

  ack(entry: QueueEntry): void {
    this.removeUnacked(entry)
    if (this.counts !== undefined) this.counts.ack += 1
    this.events.emitMessage('acked', entry.message)
  }

  /** As for an ack, the consumer gets the next message in return. */
  reject(entry: QueueEntry): void {
    this.removeUnacked(entry)
  }

  /** As for an ack: the message is not delivered again. */
  requeue(entry: QueueEntry): void {
    this.removeUnacked(entry)
  }

  override addConsumer(consumer: Consumer): void {
    if (consumer.prefetch === 0)
      throw preconditionFailed(`consumer prefetch count is not set for stream ${this.title}`)
    if (consumer.noAck)
      throw notImplemented(`automatic acknowledgement not supported by stream ${this.title}`)
    const start = offsetOf(consumer.arguments, this.host.clock.now())
    const reader = this.log.read(start, filterOf(consumer.arguments))
    const firstOffset = typeof start === 'object' && 'offset' in start ? start.offset : undefined
    super.addConsumer(consumer)
    this.#readers.set(consumer, new RecordReader(reader, firstOffset))
  }

  override removeConsumer(consumer: Consumer): void {
    this.#readers.delete(consumer)
    super.removeConsumer(consumer)
  }

  override close(): number {
    this.#readers.clear()
    this.log.close()
    return super.close()
  }

  protected enforceLimits(): void {
    const { maxBytes, maxAge, maxSegmentSize, filterSize } = this.settings
    this.log.retention = { maxBytes, maxAge }
    this.log.enforceRetention()
    // In RabbitMQ, the sizes of a stream are those of its declaration.
    if (this.log.nextOffset === 0) this.log.sizes = { maxSegmentSize, filterSize }
  }

  #deliver(consumer: Consumer, reader: RecordReader): void {
    while (consumer.hasCapacity()) {
      const record = reader.next()
      if (record === undefined) return
      const entry = new QueueEntry(this.#messageOf(record))
      entry.position = record.offset
      this.counts?.delivered(entry, false)
      this.events.emitRead(entry, consumer)
      this.addUnacked(entry, consumer)
      consumer.deliver(entry)
    }
  }

  #messageOf({ offset, message: encoded }: StreamRecord): Message {
    const recent = this.#recent[offset % recentCount]
    if (recent?.offset === offset) return recent.message
    const message = this.#format.decode(encoded, { offset, queue: this.name })
    this.#recent[offset % recentCount] = { offset, message }
    return message
  }

  /** Returns undefined for a dead letter that no client could be told about. */
  #encode(message: Message): EncodedMessage | undefined {
    try {
      return this.#format.encode(message)
    } catch (error) {
      if (message.deaths.length > 0) return undefined
      throw error
    }
  }
}

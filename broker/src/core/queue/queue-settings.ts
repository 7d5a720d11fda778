import { integerOf, type FieldTable } from '../../protocol/field-value.ts'
import { parseAge } from '../stream/stream-arguments.ts'

export type QueueType = 'classic' | 'quorum' | 'stream'
export type Overflow = 'drop-head' | 'reject-publish' | 'reject-publish-dlx'

/** Which requeued messages are delayed, and for how many milliseconds. */
export interface DelayedRetry {
  readonly type: 'all' | 'failed' | 'returned'
  readonly min: number
  readonly max: number
}

/** The arguments of a queue, with their defaults. Times are in milliseconds. */
export interface QueueSettings {
  readonly type: QueueType
  readonly messageTtl: number | undefined
  readonly expires: number | undefined
  readonly maxLength: number
  readonly maxBytes: number
  readonly overflow: Overflow
  readonly deadLetterExchange: string | undefined
  readonly deadLetterRoutingKey: string | undefined
  readonly maxPriority: number | undefined
  readonly singleActiveConsumer: boolean
  /** How often consumers may fail to process a message; Infinity for no limit. */
  readonly deliveryLimit: number
  readonly delayedRetry: DelayedRetry | undefined
  readonly consumerTimeout: number | undefined
  /** How old messages of a stream may become. */
  readonly maxAge: number | undefined
  /** In bytes. */
  readonly maxSegmentSize: number
  /** The size of the filter of a chunk, in bytes. */
  readonly filterSize: number
}

/** RabbitMQ 4's default for quorum queues. */
const defaultDeliveryLimit = 20

/** RabbitMQ's defaults for streams. */
const defaultSegmentSize = 500_000_000
const defaultFilterSize = 16

/** Reads arguments that were checked. Arguments of the wrong type have no effect. */
export function queueSettings(args: FieldTable): QueueSettings {
  const type = typeOf(args)
  return {
    type,
    messageTtl: numberOf(args, 'x-message-ttl'),
    expires: numberOf(args, 'x-expires'),
    maxLength: numberOf(args, 'x-max-length') ?? Infinity,
    maxBytes: numberOf(args, 'x-max-length-bytes') ?? Infinity,
    overflow: overflowOf(args, type),
    deadLetterExchange: textOf(args, 'x-dead-letter-exchange'),
    deadLetterRoutingKey: textOf(args, 'x-dead-letter-routing-key'),
    maxPriority: type === 'classic' ? numberOf(args, 'x-max-priority') : undefined,
    singleActiveConsumer: args.get('x-single-active-consumer')?.value === true,
    deliveryLimit: type === 'quorum' ? deliveryLimitOf(args) : Infinity,
    delayedRetry: type === 'quorum' ? delayedRetryOf(args) : undefined,
    consumerTimeout: numberOf(args, 'x-consumer-timeout'),
    maxAge: parseAge(textOf(args, 'x-max-age') ?? ''),
    maxSegmentSize: numberOf(args, 'x-stream-max-segment-size-bytes') ?? defaultSegmentSize,
    filterSize: numberOf(args, 'x-stream-filter-size-bytes') ?? defaultFilterSize,
  }
}

function typeOf(args: FieldTable): QueueType {
  const type = textOf(args, 'x-queue-type')
  return type === 'quorum' || type === 'stream' ? type : 'classic'
}

function overflowOf(args: FieldTable, type: QueueType): Overflow {
  const overflow = textOf(args, 'x-overflow')
  if (overflow === 'reject-publish') return overflow
  // In a quorum queue, reject-publish-dlx means the default.
  if (overflow === 'reject-publish-dlx' && type === 'classic') return overflow
  return 'drop-head'
}

function deliveryLimitOf(args: FieldTable): number {
  const limit = numberOf(args, 'x-delivery-limit')
  if (limit === undefined) return defaultDeliveryLimit
  return limit < 0 ? Infinity : limit
}

function delayedRetryOf(args: FieldTable): DelayedRetry | undefined {
  const type = textOf(args, 'x-delayed-retry-type')
  if (type !== 'all' && type !== 'failed' && type !== 'returned') return undefined
  const min = numberOf(args, 'x-delayed-retry-min')
  if (min === undefined || min <= 0) return undefined
  const max = numberOf(args, 'x-delayed-retry-max')
  return { type, min, max: max !== undefined && max > 0 ? max : min }
}

function textOf(args: FieldTable, name: string): string | undefined {
  const field = args.get(name)
  return field?.type === 'longstr' ? field.value : undefined
}

function numberOf(args: FieldTable, name: string): number | undefined {
  const field = args.get(name)
  const value = field === undefined ? undefined : integerOf(field)
  return value === undefined ? undefined : Number(value)
}

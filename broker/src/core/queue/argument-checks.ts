import { plainTerm } from '../../protocol/erlang-term.ts'
import { preconditionFailed } from '../../protocol/faults.ts'
import { integerOf, type FieldTable, type FieldValue } from '../../protocol/field-value.ts'
import { checkOffset, parseAge } from '../stream/stream-arguments.ts'
import type { QueueType } from './queue-settings.ts'

/** Ten years: the longest TTL and expiry in RabbitMQ. */
const longestExpiry = 315_360_000_000
const highestPriority = 255

/** Returns what is wrong with a value, in RabbitMQ's words; undefined if it is valid. */
type Check = (field: FieldValue, args: FieldTable) => string | undefined

const checks: Readonly<Record<string, Check>> = {
  'x-expires': (field) => (integerOf(field) === 0 ? '{value_zero,0}' : duration(field)),
  'x-message-ttl': duration,
  'x-dead-letter-exchange': text,
  'x-dead-letter-routing-key': deadLetterRoutingKey,
  'x-dead-letter-strategy': oneOf(['at-most-once', 'at-least-once'], 'invalid_dlx_strategy'),
  'x-max-length': notNegative,
  'x-max-length-bytes': notNegative,
  'x-max-in-memory-length': notNegative,
  'x-max-in-memory-bytes': notNegative,
  'x-max-priority': priority,
  'x-overflow': oneOf(['drop-head', 'reject-publish', 'reject-publish-dlx'], 'invalid_overflow'),
  'x-queue-version': notNegative,
  'x-single-active-consumer': boolean,
  'x-consumer-timeout': notNegative,
  'x-consumer-disconnected-timeout': notNegative,
  'x-quorum-initial-group-size': positive,
  'x-max-age': age,
  'x-stream-max-segment-size-bytes': notNegative,
  'x-stream-filter-size-bytes': notNegative,
  'x-initial-cluster-size': positive,
  'x-queue-leader-locator': oneOf(
    ['client-local', 'balanced', 'random', 'least-leaders'],
    'invalid_queue_locator_arg',
  ),
}

/**
 * The arguments of each type of queue. A redeclaration compares only these, in this order.
 */
const argumentsOf: Readonly<Record<QueueType, ReadonlySet<string>>> = {
  classic: new Set([
    'x-expires',
    'x-message-ttl',
    'x-dead-letter-exchange',
    'x-dead-letter-routing-key',
    'x-max-length',
    'x-max-length-bytes',
    'x-max-priority',
    'x-overflow',
    'x-queue-mode',
    'x-queue-version',
    'x-single-active-consumer',
    'x-queue-type',
    'x-queue-master-locator',
    'x-queue-leader-locator',
  ]),
  quorum: new Set([
    'x-dead-letter-exchange',
    'x-dead-letter-routing-key',
    'x-dead-letter-strategy',
    'x-expires',
    'x-max-length',
    'x-max-length-bytes',
    'x-max-in-memory-length',
    'x-max-in-memory-bytes',
    'x-overflow',
    'x-single-active-consumer',
    'x-queue-type',
    'x-quorum-initial-group-size',
    'x-delivery-limit',
    'x-message-ttl',
    'x-queue-leader-locator',
    'x-consumer-disconnected-timeout',
    'x-consumer-timeout',
    'x-delayed-retry-type',
    'x-delayed-retry-min',
    'x-delayed-retry-max',
  ]),
  stream: new Set([
    'x-max-length-bytes',
    'x-queue-type',
    'x-max-age',
    'x-stream-max-segment-size-bytes',
    'x-stream-filter-size-bytes',
    'x-initial-cluster-size',
    'x-queue-leader-locator',
  ]),
}

const known = new Set(Object.values(argumentsOf).flatMap((names) => Array.from(names)))

/** Throws RabbitMQ's error for the first invalid argument. */
export function checkQueueArguments(queue: string, args: FieldTable): void {
  const type = queueTypeOf(queue, args)
  const allowed = argumentsOf[type]
  for (const [name, check] of Object.entries(checks)) {
    const field = args.get(name)
    const problem = field === undefined || !allowed.has(name) ? undefined : check(field, args)
    if (problem !== undefined)
      throw preconditionFailed(`invalid arg '${name}' for ${queue}: ${problem}`)
  }
  for (const name of args.keys())
    if (known.has(name) && !allowed.has(name))
      throw preconditionFailed(
        `invalid arg '${name}' for ${queue} of queue type rabbit_${type}_queue`,
      )
}

/** The arguments that must be the same in each declaration of a queue. */
export function comparedArguments(type: QueueType): Iterable<string> {
  return argumentsOf[type]
}

/** The type of queue that the arguments ask for. Throws if there is no such type. */
export function queueTypeOf(queue: string, args: FieldTable): QueueType {
  const field = args.get('x-queue-type')
  const value = field === undefined ? '' : plainTerm(field)
  if (value === '' || value === 'undefined') return 'classic'
  if (value === 'classic' || value === 'quorum' || value === 'stream') return value
  const problem = `"unsupported queue type '${value}'"`
  throw preconditionFailed(`invalid arg 'x-queue-type' for ${queue}: ${problem}`)
}

/** The arguments of consumers, and the types of queue that have them. */
const consumerArguments: Readonly<
  Record<string, { readonly types: readonly QueueType[]; readonly check?: Check }>
> = {
  'x-priority': { types: ['classic', 'quorum'], check: integer },
  'x-consumer-timeout': { types: ['quorum'], check: notNegative },
  'x-stream-offset': { types: ['stream'], check: checkOffset },
  'x-stream-filter': { types: ['stream'] },
  'x-stream-match-unfiltered': { types: ['stream'] },
}

/** Throws RabbitMQ's error for invalid arguments of a consumer. */
export function checkConsumerArguments(queue: string, type: QueueType, args: FieldTable): void {
  for (const [name, { types, check }] of Object.entries(consumerArguments)) {
    const field = args.get(name)
    const problem = field === undefined || !types.includes(type) ? undefined : check?.(field, args)
    if (problem !== undefined)
      throw preconditionFailed(`invalid arg '${name}' for ${queue}: ${problem}`)
  }
  for (const name of args.keys())
    if (
      Object.hasOwn(consumerArguments, name) &&
      consumerArguments[name]?.types.includes(type) === false
    )
      throw preconditionFailed(
        `invalid arg '${name}' for ${queue} of queue type rabbit_${type}_queue`,
      )
}

function integer(field: FieldValue): string | undefined {
  return integerOf(field) === undefined ? `"expected integer, got ${field.type}"` : undefined
}

function notNegative(field: FieldValue): string | undefined {
  const value = integerOf(field)
  if (value === undefined) return integer(field)
  return value < 0 ? `{value_negative,${value}}` : undefined
}

function positive(field: FieldValue): string | undefined {
  return integerOf(field) === 0 ? '{value_zero,0}' : notNegative(field)
}

function duration(field: FieldValue): string | undefined {
  const value = integerOf(field)
  if (value === undefined) return integer(field)
  return checkExpiry(value)
}

/** Returns what is wrong with a time to live in milliseconds; undefined if it is valid. */
export function checkExpiry(value: number | bigint): string | undefined {
  if (value < 0) return `{value_negative,${value}}`
  return value > longestExpiry ? `{value_too_large,${value}}` : undefined
}

function priority(field: FieldValue): string | undefined {
  const value = integerOf(field)
  if (value !== undefined && value > highestPriority) return `{max_value_exceeded,${value}}`
  return notNegative(field)
}

function age(field: FieldValue): string | undefined {
  if (field.type !== 'longstr') return text(field)
  return parseAge(field.value) === undefined ? 'invalid_max_age' : undefined
}

function boolean(field: FieldValue): string | undefined {
  return field.type === 'bool' ? undefined : `{unacceptable_type,${field.type}}`
}

function text(field: FieldValue): string | undefined {
  return field.type === 'longstr' ? undefined : `{unacceptable_type,${field.type}}`
}

function deadLetterRoutingKey(field: FieldValue, args: FieldTable): string | undefined {
  if (field.type !== 'longstr') return text(field)
  return args.has('x-dead-letter-exchange') ? undefined : 'routing_key_but_no_dlx_defined'
}

function oneOf(values: readonly string[], problem: string): Check {
  return (field) => {
    if (field.type !== 'longstr') return `{unacceptable_type,${field.type}}`
    return values.includes(field.value) ? undefined : problem
  }
}

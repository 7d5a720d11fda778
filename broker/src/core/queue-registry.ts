import {
  accessRefused,
  ChannelFault,
  ConnectionFault,
  notFound,
  preconditionFailed,
} from '../protocol/faults.ts'
import { integerOf, longstr, type FieldTable } from '../protocol/field-value.ts'
import { LimitError } from '../settings/limit-error.ts'
import type { DeclarationGuard } from './declaration-guard.ts'
import { assertSame, assertSameArguments } from './equivalence.ts'
import { checkQueueArguments, comparedArguments, queueTypeOf } from './queue/argument-checks.ts'
import { createQueue } from './queue/create-queue.ts'
import type { QueueHost } from './queue/queue-host.ts'
import { queueSettings, type QueueType } from './queue/queue-settings.ts'
import type { Queue } from './queue/queue.ts'
import { largestSegment, parseAge } from './stream/stream-arguments.ts'

/** A queue that a client declares. */
export interface QueueDeclaration {
  /** If it is empty, the broker generates a name. */
  readonly name: string
  readonly durable: boolean
  readonly exclusive: boolean
  readonly autoDelete: boolean
  readonly arguments: FieldTable
  /** The connection that declares it. */
  readonly owner: object
  readonly guard: DeclarationGuard
}

export interface QueueRules {
  /** Whether queues may be neither durable nor exclusive. RabbitMQ 4.3 refuses them by default. */
  readonly permitTransient: boolean
  /** Whether a declaration of a classic queue succeeds if a quorum queue of that name exists. */
  readonly relaxedRedeclaration: boolean
  /** Whether the broker has fewer than `maxQueues` queues. */
  readonly hasRoom: () => boolean
  readonly maxQueues: number
  /** Generates a name for a queue that was declared without one. */
  readonly generateName: () => string
}

/** RabbitMQ's text. The reply is too short for its end, which says how to permit such queues. */
const transientRefusal = `Feature \`transient_nonexcl_queues\` is deprecated.
By default, this feature is not permitted anymore.
The feature will be removed from a future major RabbitMQ version, regardless of the configuration; actual version to be determined.
To continue using this feature when it is not permitted by default, set the following parameter in your configuration:
    "deprecated_features.permit.transient_nonexcl_queues = true"`

/** The queues of a virtual host. */
export class QueueRegistry {
  readonly #host: QueueHost
  readonly #rules: QueueRules
  readonly #queues = new Map<string, Queue>()

  constructor(host: QueueHost, rules: QueueRules) {
    this.#host = host
    this.#rules = rules
  }

  get size(): number {
    return this.#queues.size
  }

  get(name: string): Queue | undefined {
    return this.#queues.get(name)
  }

  /** Throws if there is no such queue, or it is exclusive to another connection. */
  expect(name: string, owner: object): Queue {
    const queue = this.#queues.get(name)
    if (queue === undefined) throw notFound(`no ${this.title(name)}`)
    assertAccess(queue, owner)
    return queue
  }

  title(name: string): string {
    return `queue '${name}' in vhost '${this.#host.vhost}'`
  }

  /** Throws if the queue exists with other properties. */
  declare(
    declaration: QueueDeclaration,
    defaultType: QueueType = 'classic',
  ): { readonly queue: Queue; readonly isNew: boolean } {
    const args = withType(declaration, defaultType)
    const name = this.#nameFor(declaration.name, args)
    declaration.guard.checkDeclare(name)
    const known = this.#queues.get(name)
    if (known !== undefined) {
      this.#assertEquivalent(known, { ...declaration, arguments: args })
      known.declaredAgain()
      return { queue: known, isNew: false }
    }
    return { queue: this.#create(name, { ...declaration, arguments: args }), isNew: true }
  }

  /** Returns the deleted queue, or undefined if there was none. */
  delete(name: string): Queue | undefined {
    const queue = this.#queues.get(name)
    this.#queues.delete(name)
    return queue
  }

  [Symbol.iterator](): Iterator<Queue> {
    return this.#queues.values()
  }

  #nameFor(name: string, args: FieldTable): string {
    if (name === '') {
      const type = args.get('x-queue-type')?.value
      if (type === 'quorum' || type === 'stream')
        throw preconditionFailed(
          `Cannot declare a server-named queue for type rabbit_${type}_queue`,
        )
      return this.#rules.generateName()
    }
    if (name.startsWith('amq.'))
      throw accessRefused(`queue name '${name}' contains reserved prefix 'amq.*'`)
    return name
  }

  #assertEquivalent(queue: Queue, received: QueueDeclaration): void {
    const isClassic = received.arguments.get('x-queue-type')?.value === 'classic'
    if (this.#rules.relaxedRedeclaration && isClassic && queue.settings.type === 'quorum')
      assertSimilar(queue, received)
    else assertEqual(queue, received)
  }

  #create(name: string, declaration: QueueDeclaration): Queue {
    const title = this.title(name)
    const { exclusive, autoDelete, arguments: args } = declaration
    this.#checkDeadLetters(name, declaration)
    checkQueueArguments(title, args)
    const durable = declaration.durable && !exclusive
    if (!durable && !exclusive && !this.#rules.permitTransient)
      throw new ConnectionFault('INTERNAL_ERROR', transientRefusal)
    const type = queueTypeOf(title, args)
    if (type !== 'classic') checkReplicatedProperties(title, declaration)
    if (type === 'stream') checkStreamSizes(args)
    if (!this.#rules.hasRoom())
      throw preconditionFailed(
        new LimitError('maxQueues', this.#rules.maxQueues).explain(`cannot declare ${title}`),
      )
    const owner = exclusive ? declaration.owner : undefined
    const settings = queueSettings(args)
    const spec = { name, durable, autoDelete, owner, arguments: args, settings }
    const queue = createQueue(spec, this.#host)
    this.#queues.set(name, queue)
    return queue
  }

  #checkDeadLetters(name: string, { arguments: args, guard }: QueueDeclaration): void {
    const field = args.get('x-dead-letter-exchange')
    if (field === undefined) return
    if (field.type !== 'longstr')
      throw preconditionFailed(
        `invalid type '${field.type}' for arg 'x-dead-letter-exchange' in ${this.title(name)}`,
      )
    guard.checkForward(name, field.value)
  }
}

/** Throws if the queue is exclusive to another connection. */
function assertAccess(queue: Queue, owner: object): void {
  if (queue.spec.owner !== undefined && queue.spec.owner !== owner) throw locked(queue)
}

function locked(queue: Queue): ChannelFault {
  return new ChannelFault(
    'RESOURCE_LOCKED',
    `cannot obtain exclusive access to locked ${queue.title}. It could be originally declared on ` +
      'another connection or the exclusive property value does not match that of the original ' +
      'declaration.',
  )
}

function assertEqual(queue: Queue, received: QueueDeclaration): void {
  const { spec, title } = queue
  const owner = received.exclusive ? received.owner : undefined
  if (spec.owner !== owner) throw locked(queue)
  const durable = received.durable && !received.exclusive
  assertSame(title, 'durable', { current: spec.durable, received: durable })
  assertSame(title, 'auto_delete', { current: spec.autoDelete, received: received.autoDelete })
  const tables = { current: withAge(spec.arguments), received: withAge(received.arguments) }
  assertSameArguments(title, comparedArguments(spec.settings.type), tables)
}

/** RabbitMQ compares x-max-age in milliseconds: 60m is the same as 1h. */
function withAge(args: FieldTable): FieldTable {
  const field = args.get('x-max-age')
  const age = field?.type === 'longstr' ? parseAge(field.value) : undefined
  return age === undefined ? args : new Map(args).set('x-max-age', longstr(String(age)))
}

/** The arguments that a relaxed redeclaration compares. */
const sharedArguments = [
  'x-dead-letter-exchange',
  'x-dead-letter-routing-key',
  'x-expires',
  'x-max-length',
  'x-max-length-bytes',
  'x-single-active-consumer',
  'x-message-ttl',
]

function assertSimilar({ spec, title }: Queue, received: QueueDeclaration): void {
  const tables = { current: spec.arguments, received: received.arguments }
  assertSameArguments(title, sharedArguments, tables)
}

/** In RabbitMQ 4, the type is among the arguments of each queue, even if it was not declared. */
function withType(declaration: QueueDeclaration, defaultType: QueueType): FieldTable {
  const { arguments: args, durable, exclusive, autoDelete } = declaration
  if (args.has('x-queue-type')) return args
  const mayBeQuorum = durable && !exclusive && !autoDelete
  return new Map(args).set('x-queue-type', longstr(mayBeQuorum ? defaultType : 'classic'))
}

function checkReplicatedProperties(title: string, declaration: QueueDeclaration): void {
  const { autoDelete, exclusive, durable } = declaration
  if (autoDelete) throw preconditionFailed(`invalid property 'auto-delete' for ${title}`)
  if (exclusive) throw preconditionFailed(`invalid property 'exclusive-owner' for ${title}`)
  if (!durable) throw preconditionFailed(`invalid property 'non-durable' for ${title}`)
}

function checkStreamSizes(args: FieldTable): void {
  const segment = 'x-stream-max-segment-size-bytes'
  if (sizeOf(args, segment, 0) > largestSegment)
    throw preconditionFailed(`Exceeded max value for ${segment}`)
  const filter = 'x-stream-filter-size-bytes'
  const filterSize = sizeOf(args, filter, 16)
  if (filterSize < 16 || filterSize > 255) throw preconditionFailed(`Invalid value for ${filter}`)
}

function sizeOf(args: FieldTable, name: string, otherwise: number): number | bigint {
  const field = args.get(name)
  return (field === undefined ? undefined : integerOf(field)) ?? otherwise
}

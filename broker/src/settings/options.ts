import { systemClock, type Clock } from '../time/clock.ts'
import { checkPort, InvalidOptionError } from './invalid-option-error.ts'
import { resolveStreams, type StreamOptions, type StreamSettings } from './stream-options.ts'
import { resolveTls, type TlsOptions, type TlsSettings } from './tls-options.ts'

/** The permissions of a user in a virtual host: regular expressions for names, as in RabbitMQ. */
export interface Permissions {
  readonly configure: string
  readonly write: string
  readonly read: string
}

export interface UserOptions {
  /** Without one, the user cannot log in with a password, only with a certificate. */
  readonly password?: string
  /** May only log in from this machine. Default false; true for the predefined user guest. */
  readonly loopbackOnly?: boolean
  /**
   * As in RabbitMQ: `administrator`, `monitoring`, `policymaker` and `management` decide what the user
   * may do with the management API, and `impersonator` may set the user-id of a message to another
   * user's name. Default: administrator for a user without `permissions`, who may do everything;
   * none for others.
   */
  readonly tags?: readonly string[]
  /** By virtual host; `'*'` stands for all others. Default: all permissions everywhere. */
  readonly permissions?: Readonly<Record<string, Permissions>>
}

/** The limits of a broker. The error for a limit names its option. */
export interface BrokerLimits {
  /** The largest frame that the broker proposes and accepts, in bytes, with its overhead. */
  readonly frameMax: number
  /** Channels per connection. */
  readonly channelMax: number
  /** Seconds; 0 for no heartbeats. */
  readonly heartbeat: number
  /** The largest body of a message, in bytes. */
  readonly maxMessageSize: number
  readonly maxConnections: number
  /** Queues in all virtual hosts together. */
  readonly maxQueues: number
  /** Consumers per channel. */
  readonly maxConsumersPerChannel: number
  /** Estimated bytes of all messages; above this, publishers are blocked. */
  readonly memoryWatermark: number
  /** Unsent bytes per client; above this, it gets no more deliveries. */
  readonly outboxLimit: number
  /** Milliseconds in which a client must read some of the unsent bytes. */
  readonly sendTimeout: number
  /** Milliseconds from the connection to connection.open; also for a stream client to answer close. */
  readonly handshakeTimeout: number
  /** Milliseconds for the client to answer connection.close. */
  readonly closeTimeout: number
  /** Milliseconds until a client that is refused during the handshake is disconnected. */
  readonly refusalDelay: number
  /** Milliseconds in which a consumer of a quorum queue must acknowledge a message. */
  readonly consumerTimeout: number
}

export const defaultLimits: BrokerLimits = {
  frameMax: 131_072,
  channelMax: 2047,
  heartbeat: 60,
  maxMessageSize: 16_777_216,
  maxConnections: 10_000,
  maxQueues: 100_000,
  maxConsumersPerChannel: 65_536,
  memoryWatermark: 1_073_741_824,
  outboxLimit: 1_048_576,
  sendTimeout: 30_000,
  handshakeTimeout: 10_000,
  closeTimeout: 30_000,
  refusalDelay: 3000,
  consumerTimeout: 1_800_000,
}

export interface BrokerOptions extends Partial<BrokerLimits> {
  /** Default 0: a free port. With null, it only listens for amqps, or only serves `accept`. */
  readonly port?: number | null
  /** A listener for amqps. Default: none. */
  readonly tls?: TlsOptions
  /** One or more addresses to listen on. Default 127.0.0.1: only this machine can connect. */
  readonly host?: string | readonly string[]
  /** The stream protocol: a port, 0 for a free one, or more options. Default: no stream protocol. */
  readonly streams?: number | StreamOptions
  /** The port for the management HTTP API; 0 for a free port. Default: no API. */
  readonly management?: number
  /** By name. Default: guest with the password guest, only from this machine. */
  readonly users?: Readonly<Record<string, UserOptions>>
  /** Default: only `/`. */
  readonly vhosts?: readonly string[]
  /** The virtual hosts whose messages are traced from the start. Default: none. */
  readonly traceVhosts?: readonly string[]
  /** Queues that are neither durable nor exclusive: RabbitMQ 4.3 refuses them. Default false. */
  readonly permitTransientQueues?: boolean
  /**
   * Whether a declaration of a classic queue succeeds if a quorum queue of that name exists. RabbitMQ's
   * setting `quorum_queue.property_equivalence.relaxed_checks_on_redeclaration`. Default false.
   */
  readonly relaxedChecksOnRedeclaration?: boolean
  /** The user of a client that logs in with ANONYMOUS. Default guest; null to refuse it. */
  readonly anonymousUser?: string | null
  /**
   * The product name in the server properties. Default `messaging-patterns broker`; the test suites of
   * a few clients require `RabbitMQ`.
   */
  readonly product?: string
  /** Default: the clock of the machine. */
  readonly clock?: Clock
}

/** The options with their defaults. */
export interface BrokerSettings {
  /** Null: no listener without TLS. */
  readonly port: number | null
  readonly tls: TlsSettings | undefined
  readonly hosts: readonly string[]
  /** Undefined for no stream protocol. */
  readonly streams: StreamSettings | undefined
  /** Undefined for no management API. */
  readonly management: number | undefined
  readonly users: Readonly<Record<string, UserOptions>>
  readonly vhosts: readonly string[]
  readonly traceVhosts: readonly string[]
  readonly permitTransientQueues: boolean
  readonly relaxedChecksOnRedeclaration: boolean
  readonly anonymousUser: string | null
  readonly product: string
  readonly clock: Clock
  readonly limits: BrokerLimits
}

export { InvalidOptionError }

/** RabbitMQ 4.1 and later require at least this frame size. */
export const smallestFrameMax = 8192

const guest: Readonly<Record<string, UserOptions>> = {
  guest: { password: 'guest', loopbackOnly: true },
}

/** Adds the defaults. Throws an InvalidOptionError. */
export function resolveOptions(options: BrokerOptions): BrokerSettings {
  const limits = resolveLimits(options)
  const { port = 0, host = '127.0.0.1', users = guest, vhosts = ['/'] } = options
  const { permitTransientQueues = false, product = 'messaging-patterns broker' } = options
  checkPort('port', port)
  if (options.management !== undefined) checkPort('management', options.management)
  return {
    port,
    tls: resolveTls(options.tls),
    streams: resolveStreams(options.streams, options.tls),
    management: options.management,
    hosts: typeof host === 'string' ? [host] : host,
    users,
    vhosts,
    traceVhosts: checkTraced(options.traceVhosts, vhosts),
    permitTransientQueues,
    relaxedChecksOnRedeclaration: options.relaxedChecksOnRedeclaration ?? false,
    anonymousUser: options.anonymousUser === undefined ? 'guest' : options.anonymousUser,
    product,
    clock: options.clock ?? systemClock,
    limits,
  }
}

function checkTraced(
  traced: readonly string[] | undefined,
  vhosts: readonly string[],
): readonly string[] {
  const unknown = traced?.find((name) => !vhosts.includes(name))
  if (unknown === undefined) return traced ?? []
  throw new InvalidOptionError('traceVhosts', `names '${unknown}', which is not a virtual host`)
}

function resolveLimits(options: BrokerOptions): BrokerLimits {
  const given: Partial<BrokerLimits> = options
  const limits: Record<keyof BrokerLimits, number> = { ...defaultLimits }
  for (const name of limitNames) {
    const value = given[name] ?? defaultLimits[name]
    if (Number.isNaN(value) || value < 0)
      throw new InvalidOptionError(name, `is ${value}, not a number from 0 up`)
    limits[name] = value
  }
  if (limits.frameMax !== 0 && limits.frameMax < smallestFrameMax)
    throw new InvalidOptionError('frameMax', `is ${limits.frameMax}, less than ${smallestFrameMax}`)
  for (const name of ['channelMax', 'heartbeat'] as const)
    if (limits[name] > 65_535)
      throw new InvalidOptionError(name, `is ${limits[name]}, more than 65535`)
  return limits
}

const limitNames: readonly (keyof BrokerLimits)[] = [
  'frameMax',
  'channelMax',
  'heartbeat',
  'maxMessageSize',
  'maxConnections',
  'maxQueues',
  'maxConsumersPerChannel',
  'memoryWatermark',
  'outboxLimit',
  'sendTimeout',
  'handshakeTimeout',
  'closeTimeout',
  'refusalDelay',
  'consumerTimeout',
]

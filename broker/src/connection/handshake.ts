import type { VirtualHost } from '../core/vhost.ts'
import { smallestFrameMax, type BrokerLimits } from '../options.ts'
import { ChannelFault, ConnectionFault, notAllowed } from '../protocol/faults.ts'
import type { FieldTable } from '../protocol/field-value.ts'
import type { MethodName } from '../wire/method-table.ts'
import type { Method, MethodFields, MethodOf } from '../wire/methods.ts'
import type { BrokerCore } from './broker-core.ts'
import { mechanisms } from './sasl.ts'
import { serverProperties } from './server-properties.ts'
import type { Access, User } from './users.ts'

export type HandshakeState = 'starting' | 'tuning' | 'opening'

/** What both sides agreed on. */
export interface Agreement {
  readonly channelMax: number
  readonly frameMax: number
  readonly heartbeat: number
}

/** Who has connected, and to what. */
export interface Session {
  readonly user: User
  readonly access: Access
  readonly vhost: VirtualHost
}

export interface HandshakeActions {
  send<N extends MethodName>(name: N, fields: MethodFields<N>): void
  agreed(agreement: Agreement): void
  opened(session: Session): void
}

/** The client is not to be trusted: it is hung up on after a while, and told nothing. */
export class SilentRefusal extends Error {
  override readonly name = 'SilentRefusal'
}

/** The way from connection.start to connection.open-ok. */
export class Handshake {
  /** What the client said that it can do. */
  capabilities: FieldTable = new Map()
  clientProperties: FieldTable = new Map()
  readonly #core: BrokerCore
  readonly #isLoopback: boolean
  readonly #actions: HandshakeActions
  #state: HandshakeState = 'starting'
  #user: User | undefined

  constructor(core: BrokerCore, isLoopback: boolean, actions: HandshakeActions) {
    this.#core = core
    this.#isLoopback = isLoopback
    this.#actions = actions
  }

  get state(): HandshakeState {
    return this.#state
  }

  /** The name of the user who has logged in; empty before that. */
  get userName(): string {
    return this.#user?.name ?? ''
  }

  start(): void {
    const offered = Object.keys(mechanisms).filter(
      (name) => name !== 'ANONYMOUS' || this.#core.settings.anonymousUser !== null,
    )
    this.#actions.send('connection.start', {
      versionMajor: 0,
      versionMinor: 9,
      serverProperties: serverProperties(this.#core.settings.product),
      mechanisms: offered.join(' '),
      locales: 'en_US',
    })
  }

  can(capability: string): boolean {
    return this.capabilities.get(capability)?.value === true
  }

  /** Throws a fault for what the client is told, and a SilentRefusal for the rest. */
  handle(method: Method): void {
    if (method.name === 'connection.start-ok' && this.#state === 'starting') this.#logIn(method)
    else if (method.name === 'connection.tune-ok' && this.#state === 'tuning') this.#tune(method)
    else if (method.name === 'connection.open' && this.#state === 'opening') this.#open(method)
    else
      throw new ConnectionFault(
        'CHANNEL_ERROR',
        `unexpected method in connection state ${this.#state}`,
      )
  }

  #logIn(method: MethodOf<'connection.start-ok'>): void {
    this.clientProperties = method.clientProperties
    const capabilities = method.clientProperties.get('capabilities')
    if (capabilities?.type === 'table') this.capabilities = capabilities.value
    this.#user = this.#authenticate(method)
    const { channelMax, frameMax, heartbeat } = this.#core.settings.limits
    this.#state = 'tuning'
    this.#actions.send('connection.tune', { channelMax, frameMax, heartbeat })
  }

  #authenticate({ mechanism, response }: MethodOf<'connection.start-ok'>): User {
    const read = Object.hasOwn(mechanisms, mechanism) ? mechanisms[mechanism] : undefined
    if (read === undefined) throw new SilentRefusal(`unknown mechanism '${mechanism}'`)
    const credentials = read(response)
    const { users, settings } = this.#core
    const user =
      credentials === undefined
        ? users.find(settings.anonymousUser ?? '')
        : users.authenticate(credentials.name, credentials.password)
    if (user !== undefined && (!user.loopbackOnly || this.#isLoopback)) return user
    throw new ChannelFault(
      'ACCESS_REFUSED',
      `Login was refused using authentication mechanism ${mechanism}. For details see the broker ` +
        'logfile.',
    )
  }

  #tune(method: MethodOf<'connection.tune-ok'>): void {
    const { limits } = this.#core.settings
    const { frameMax, channelMax, heartbeat } = method
    checkNegotiated('frame_max', frameMax, { least: smallestFrameMax, most: limits.frameMax })
    checkNegotiated('channel_max', channelMax, { least: 1, most: limits.channelMax })
    this.#state = 'opening'
    this.#actions.agreed({ frameMax, channelMax, heartbeat })
  }

  #open({ virtualHost }: MethodOf<'connection.open'>): void {
    this.#checkRoom(this.#core.settings.limits)
    const user = this.#user
    const vhost = this.#core.vhosts.get(virtualHost)
    if (vhost === undefined || user === undefined)
      throw notAllowed(`vhost ${virtualHost} not found`)
    const access = user.accessTo(virtualHost)
    if (access === undefined)
      throw notAllowed(`access to vhost '${virtualHost}' refused for user '${user.name}'`)
    this.#actions.opened({ user, access, vhost })
  }

  #checkRoom({ maxConnections }: BrokerLimits): void {
    if (this.#core.connections.size > maxConnections)
      throw notAllowed(`connection refused: node connection limit (${maxConnections}) is reached`)
  }
}

/** RabbitMQ hangs up on a client that agrees to what was not on offer. */
function checkNegotiated(
  name: string,
  value: number,
  { least, most }: { readonly least: number; readonly most: number },
): void {
  const tooLow = value !== 0 && value < least
  const tooHigh = most !== 0 && (value === 0 || value > most)
  if (tooLow || tooHigh) throw new SilentRefusal(`negotiated ${name} = ${value} is out of bounds`)
}

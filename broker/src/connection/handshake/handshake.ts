import type { User, UserRegistry } from '../../access/users.ts'
import type { VirtualHosts } from '../../core/virtual-hosts.ts'
import { ChannelFault, ConnectionFault, notAllowed } from '../../protocol/faults.ts'
import type { FieldTable } from '../../protocol/field-value.ts'
import type { BrokerSettings } from '../../settings/options.ts'
import type { MethodName } from '../../wire/method-table.ts'
import type { Method, MethodFields, MethodOf } from '../../wire/methods.ts'
import type { Login } from './login.ts'
import { mechanisms, mechanismsOf } from './sasl.ts'
import { serverProperties } from './server-properties.ts'
import { tuningProblem, type Tuning } from './tuning.ts'

export type HandshakeState = 'starting' | 'tuning' | 'opening'

/** What a handshake needs to know about the broker. */
export interface HandshakeContext {
  readonly settings: BrokerSettings
  readonly users: UserRegistry
  readonly vhosts: VirtualHosts
  readonly connections: { readonly size: number }
}

/** What TLS says about a client. */
export interface PeerTls {
  /** The certificates of clients are verified, so a client may log in with EXTERNAL. */
  readonly verifies: boolean
  /** The user that its certificate names; undefined if it has none, or one without a name. */
  readonly certificateName: string | undefined
}

/** What a handshake needs to know about the client. */
export interface HandshakePeer {
  readonly isLoopback: boolean
  /** Undefined without TLS. */
  readonly tls?: PeerTls
}

export interface HandshakeActions {
  send<N extends MethodName>(name: N, fields: MethodFields<N>): void
  onTuned(tuning: Tuning): void
  onOpened(login: Login): void
}

/** The client has not proven that it can be trusted: it is disconnected without an explanation. */
export class SilentRefusal extends Error {
  override readonly name = 'SilentRefusal'
}

/** The methods from connection.start to connection.open. */
export class Handshake {
  clientProperties: FieldTable = new Map()
  mechanism = ''
  #capabilities: FieldTable = new Map()
  readonly #broker: HandshakeContext
  readonly #peer: HandshakePeer
  readonly #actions: HandshakeActions
  #state: HandshakeState = 'starting'
  #user: User | undefined

  constructor(broker: HandshakeContext, peer: HandshakePeer, actions: HandshakeActions) {
    this.#broker = broker
    this.#peer = peer
    this.#actions = actions
  }

  get state(): HandshakeState {
    return this.#state
  }

  /** The name of the user; empty before the login. */
  get userName(): string {
    return this.#user?.name ?? ''
  }

  start(): void {
    this.#actions.send('connection.start', {
      versionMajor: 0,
      versionMinor: 9,
      serverProperties: serverProperties(this.#broker.settings.product),
      mechanisms: mechanismsOf(this.#broker.settings, this.#peer.tls).join(' '),
      locales: 'en_US',
    })
  }

  /** Whether the client announced this capability. */
  can(capability: string): boolean {
    return this.#capabilities.get(capability)?.value === true
  }

  /** Throws a fault for errors that the client is told, and a SilentRefusal for the others. */
  handleMethod(method: Method): void {
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
    if (capabilities?.type === 'table') this.#capabilities = capabilities.value
    this.#user = this.#authenticate(method)
    this.mechanism = method.mechanism
    const { channelMax, frameMax, heartbeat } = this.#broker.settings.limits
    this.#state = 'tuning'
    this.#actions.send('connection.tune', { channelMax, frameMax, heartbeat })
  }

  #authenticate({ mechanism, response }: MethodOf<'connection.start-ok'>): User {
    const user = this.#userFor(mechanism, response)
    if (user !== undefined && (!user.loopbackOnly || this.#peer.isLoopback)) return user
    throw new ChannelFault(
      'ACCESS_REFUSED',
      `Login was refused using authentication mechanism ${mechanism}. For details see the broker ` +
        'logfile.',
    )
  }

  #userFor(mechanism: string, response: Uint8Array): User | undefined {
    const { users, settings } = this.#broker
    const { tls } = this.#peer
    if (mechanism === 'EXTERNAL' && tls?.verifies === true)
      return tls.certificateName === undefined ? undefined : users.find(tls.certificateName)
    const read = Object.hasOwn(mechanisms, mechanism) ? mechanisms[mechanism] : undefined
    if (read === undefined) throw new SilentRefusal(`unknown mechanism '${mechanism}'`)
    const credentials = read(response)
    return credentials === undefined
      ? users.find(settings.anonymousUser ?? '')
      : users.authenticate(credentials.name, credentials.password)
  }

  #tune(tuning: Tuning): void {
    const problem = tuningProblem(tuning, this.#broker.settings.limits)
    // RabbitMQ disconnects a client that agrees to more than it was offered.
    if (problem !== undefined) throw new SilentRefusal(problem)
    this.#state = 'opening'
    this.#actions.onTuned(tuning)
  }

  #open({ virtualHost }: MethodOf<'connection.open'>): void {
    this.#checkConnectionLimit()
    const user = this.#user
    const vhost = this.#broker.vhosts.get(virtualHost)
    if (vhost === undefined || user === undefined)
      throw notAllowed(`vhost ${virtualHost} not found`)
    const access = user.accessTo(virtualHost)
    if (access === undefined)
      throw notAllowed(`access to vhost '${virtualHost}' refused for user '${user.name}'`)
    const name = this.clientProperties.get('connection_name')
    const userProvidedName = name?.type === 'longstr' ? name.value : undefined
    this.#actions.onOpened({ user, access, vhost, userProvidedName })
  }

  #checkConnectionLimit(): void {
    const { maxConnections } = this.#broker.settings.limits
    if (this.#broker.connections.size > maxConnections)
      throw notAllowed(`connection refused: node connection limit (${maxConnections}) is reached`)
  }
}

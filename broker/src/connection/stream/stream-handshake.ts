import type { User } from '../../access/users.ts'
import { Fault } from '../../protocol/faults.ts'
import { clusterName } from '../../settings/cluster-name.ts'
import { commandKey, responseBit, responseCode } from '../../stream-protocol/wire/commands.ts'
import type { FieldReader } from '../../stream-protocol/wire/field-reader.ts'
import {
  writeMap,
  writeStrings,
  type Response,
  type StreamFrameWriter,
} from '../../stream-protocol/wire/frame-writer.ts'
import type { Head } from '../../stream-protocol/wire/head.ts'
import { DecodeError } from '../../wire/byte-reader.ts'
import type { HandshakeContext, HandshakePeer, HandshakeState } from '../handshake/handshake.ts'
import type { Login } from '../handshake/login.ts'
import { mechanisms, mechanismsOf } from '../handshake/sasl.ts'
import { rabbitmqVersion } from '../handshake/server-properties.ts'

/** RabbitMQ's default, in bytes. */
export const frameMax = 1_048_576

type Code = keyof typeof responseCode

/** What a client and the broker agreed on. */
export interface StreamTuning {
  /** 0 for no limit. */
  readonly frameMax: number
  /** In seconds; 0 for none. */
  readonly heartbeat: number
}

export interface StreamHandshakeActions {
  readonly frames: StreamFrameWriter
  onTuned(tuning: StreamTuning): void
  /** Returns the properties for the client. */
  onOpened(login: Login): Readonly<Record<string, string>>
  /** The client has logged in again: its permissions may have changed. */
  onRenewed(): void
  /** Disconnects the client, which knows why. */
  fail(reason: string): void
  /** Sends the response later, and then disconnects the client: so it cannot guess passwords quickly. */
  refuse(send: () => void, reason: string): void
}

type Step = 'connected' | 'greeted' | 'authenticating' | 'tuning' | 'tuned' | 'opened'

const { peerProperties, saslHandshake, saslAuthenticate, tune, open } = commandKey

/** What a client may send in each step. */
const expected: Readonly<Record<Step, readonly number[]>> = {
  connected: [peerProperties],
  greeted: [peerProperties, saslHandshake],
  authenticating: [saslHandshake, saslAuthenticate],
  tuning: [tune, tune | responseBit, open],
  tuned: [tune, tune | responseBit, open],
  opened: [saslAuthenticate],
}

/** The commands from peerProperties to open. */
export class StreamHandshake {
  clientProperties: ReadonlyMap<string, string> = new Map()
  mechanism = ''
  readonly #broker: HandshakeContext
  readonly #peer: HandshakePeer
  readonly #actions: StreamHandshakeActions
  #step: Step = 'connected'
  #user: User | undefined
  #vhost = ''

  constructor(broker: HandshakeContext, peer: HandshakePeer, actions: StreamHandshakeActions) {
    this.#broker = broker
    this.#peer = peer
    this.#actions = actions
  }

  get state(): HandshakeState {
    if (this.#step === 'tuning') return 'tuning'
    return this.#step === 'tuned' || this.#step === 'opened' ? 'opening' : 'starting'
  }

  /** Empty before the login. */
  get userName(): string {
    return this.#user?.name ?? ''
  }

  /** Throws a DecodeError if the command is malformed, or not expected now. */
  handle({ key, reader }: Head): void {
    if (key === commandKey.heartbeat) return
    if (!expected[this.#step].includes(key))
      throw new DecodeError(`command ${key} is not expected in the step '${this.#step}'`)
    if (key === peerProperties) this.#greet(reader)
    else if (key === saslHandshake) this.#offerMechanisms(reader)
    else if (key === saslAuthenticate) this.#authenticate(reader)
    else if (key === open) this.#open(reader)
    else this.#tune(reader)
  }

  #greet(reader: FieldReader): void {
    const correlationId = reader.long()
    this.clientProperties = reader.map()
    this.#step = 'greeted'
    const properties = {
      cluster_name: clusterName,
      copyright: 'The messaging-patterns authors',
      information: 'Keeps everything in memory',
      platform: 'JavaScript',
      product: this.#broker.settings.product,
      version: rabbitmqVersion,
    }
    this.#respond(peerProperties, correlationId, {
      code: responseCode.ok,
      write: (to) => writeMap(to, properties),
    })
  }

  #offerMechanisms(reader: FieldReader): void {
    const correlationId = reader.long()
    this.#step = 'authenticating'
    this.#respond(saslHandshake, correlationId, {
      code: responseCode.ok,
      write: (to) => writeStrings(to, mechanismsOf(this.#broker.settings, this.#peer.tls)),
    })
  }

  #authenticate(reader: FieldReader): void {
    const correlationId = reader.long()
    const mechanism = reader.string()
    const user = this.#userFor(mechanism, reader.optionalBytes())
    const isOpen = this.#step === 'opened'
    const code = typeof user === 'string' ? user : this.#codeFor(user)
    const respond = (): void =>
      this.#respond(saslAuthenticate, correlationId, { code: responseCode[code] })
    if (code !== 'ok') {
      this.#refuse(code, respond)
      return
    }
    respond()
    if (isOpen) this.#actions.onRenewed()
    if (isOpen || typeof user === 'string') return
    this.mechanism = mechanism
    this.#user = user
    this.#step = 'tuning'
    this.#actions.frames.command(tune, (to) => {
      to.long(frameMax)
      to.long(this.#broker.settings.limits.heartbeat)
    })
  }

  /** The user, or why there is none. */
  #userFor(mechanism: string, response: Uint8Array): User | Code {
    if (this.#step === 'opened' && mechanism !== this.mechanism) return 'cannotChangeMechanism'
    const { tls, isLoopback } = this.#peer
    if (!mechanismsOf(this.#broker.settings, tls).includes(mechanism))
      return 'saslMechanismNotSupported'
    try {
      const user = this.#userWith(mechanism, response)
      if (user === undefined) return 'authenticationFailure'
      return user.loopbackOnly && !isLoopback ? 'authenticationFailureLoopback' : user
    } catch (error) {
      if (error instanceof Fault || error instanceof DecodeError) return 'saslError'
      throw error
    }
  }

  /** Without credentials, it is the anonymous user. */
  #userWith(mechanism: string, response: Uint8Array): User | undefined {
    const { users, settings } = this.#broker
    if (mechanism === 'EXTERNAL') {
      const name = this.#peer.tls?.certificateName
      return name === undefined ? undefined : users.find(name)
    }
    const credentials = mechanisms[mechanism]?.(response)
    if (credentials === undefined) return users.find(settings.anonymousUser ?? '')
    return users.authenticate(credentials.name, credentials.password)
  }

  /** A client that logs in again can only prove that it is still the same user, with access. */
  #codeFor(user: User): Code {
    if (this.#step !== 'opened') return 'ok'
    if (user.name !== this.userName) return 'cannotChangeUser'
    return user.permissionsIn(this.#vhost) === undefined ? 'vhostAccessFailure' : 'ok'
  }

  #refuse(code: Code, respond: () => void): void {
    const reason = `login refused: ${code}`
    if (atOnce.has(code)) {
      respond()
      this.#actions.fail(reason)
    } else this.#actions.refuse(respond, reason)
  }

  #tune(reader: FieldReader): void {
    const proposed = reader.long()
    const heartbeat = reader.long()
    this.#step = 'tuned'
    this.#actions.onTuned({
      frameMax: proposed === 0 ? frameMax : Math.min(proposed, frameMax),
      heartbeat,
    })
  }

  #open(reader: FieldReader): void {
    const correlationId = reader.long()
    const name = reader.string()
    const login = this.#login(name)
    if (login === undefined) {
      const response = { code: responseCode.vhostAccessFailure }
      const respond = (): void => this.#respond(open, correlationId, response)
      this.#actions.refuse(respond, `access to virtual host '${name}' refused`)
      return
    }
    this.#step = 'opened'
    this.#vhost = name
    const properties = this.#actions.onOpened(login)
    this.#respond(open, correlationId, {
      code: responseCode.ok,
      write: (to) => writeMap(to, properties),
    })
  }

  /** Undefined if the client may not open the virtual host. */
  #login(name: string): Login | undefined {
    const user = this.#user
    const vhost = this.#broker.vhosts.get(name)
    const access = user?.accessTo(name)
    if (this.#broker.connections.size > this.#broker.settings.limits.maxConnections)
      return undefined
    return user && vhost && access && { user, vhost, access }
  }

  #respond(key: number, correlationId: number, response: Response): void {
    this.#actions.frames.response(key, correlationId, response)
  }
}

/** The others are sent after a delay. */
const atOnce: ReadonlySet<Code> = new Set<Code>([
  'saslMechanismNotSupported',
  'saslError',
  'authenticationFailureLoopback',
])

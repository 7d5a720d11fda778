import type { Duplex } from 'node:stream'

import type { BrokerSettings } from '../settings/options.ts'
import type { HandshakeState } from './handshake/handshake.ts'

export type State =
  /** Waiting for the protocol header. */
  | 'header'
  | 'handshake'
  | 'running'
  /** One side has sent connection.close, and the broker waits for the other. */
  | 'closing'
  /** Nothing is read any longer; what was written may still arrive. */
  | 'ignoring'
  | 'closed'

/** The state of a connection as `connections()` shows it; the first three belong to the handshake. */
export type ConnectionState = HandshakeState | 'running' | 'closing'

/** As RabbitMQ names the protocols of connections. */
export type ConnectionProtocol = 'AMQP 0-9-1' | 'stream'

/** The states of a connection, and the timer that disconnects a client that does not go on. */
export class Lifecycle {
  /** Only the methods below change it. */
  state: State = 'header'
  /** Resolves when the stream is closed. */
  readonly closed: Promise<void>
  readonly #stream: Duplex
  readonly #settings: BrokerSettings
  #timer: Disposable | undefined

  constructor(stream: Duplex, settings: BrokerSettings) {
    this.#stream = stream
    this.#settings = settings
    this.closed = new Promise((resolve) => {
      stream.once('close', resolve)
    })
    this.#destroyAfter(settings.limits.handshakeTimeout)
  }

  /** The state that `connections()` shows. */
  describe(handshake: { readonly state: HandshakeState }): ConnectionState {
    if (this.state === 'header' || this.state === 'handshake') return handshake.state
    return this.state === 'running' ? 'running' : 'closing'
  }

  startHandshake(): void {
    this.state = 'handshake'
  }

  run(): void {
    this.state = 'running'
    this.#stopTimer()
  }

  /**
   * Waits for the client to close, for `timeout` milliseconds and for `heartbeat` seconds at most, as
   * RabbitMQ does.
   */
  awaitClose(timeout: number, heartbeat = 0): void {
    this.state = 'closing'
    this.#destroyAfter(heartbeat > 0 ? Math.min(heartbeat * 1000, timeout) : timeout)
  }

  /** Ignores the client, and leaves it to the client to close the stream. */
  ignore(): void {
    this.state = 'ignoring'
  }

  /** Ignores the client, and disconnects it a little later. */
  refuse(): void {
    this.state = 'ignoring'
    this.#destroyAfter(this.#settings.limits.refusalDelay)
  }

  /** Disconnects the client at once. */
  destroy(): void {
    if (this.state !== 'closed') this.state = 'ignoring'
    this.#stream.destroy()
  }

  /** The stream is closed. */
  end(): void {
    this.state = 'closed'
    this.#stopTimer()
  }

  #destroyAfter(ms: number): void {
    this.#stopTimer()
    this.#timer = this.#settings.clock.after(ms, () => this.#stream.destroy())
  }

  #stopTimer(): void {
    this.#timer?.[Symbol.dispose]()
  }
}

import type { Duplex } from 'node:stream'

import type { ConnectionEvent } from '../../events/broker-events.ts'
import { reportInternalError } from '../../events/internal-error.ts'
import { longstr, type FieldTable } from '../../protocol/field-value.ts'
import { handleFrame } from '../../stream-protocol/commands/handle-frame.ts'
import { Session } from '../../stream-protocol/session.ts'
import { commandKey, responseBit, responseCode } from '../../stream-protocol/wire/commands.ts'
import {
  FrameTooLargeError,
  StreamFrameParser,
  type IncomingFrame,
} from '../../stream-protocol/wire/frame-parser.ts'
import { StreamFrameWriter, writeString } from '../../stream-protocol/wire/frame-writer.ts'
import { readHead } from '../../stream-protocol/wire/head.ts'
import { DecodeError } from '../../wire/byte-reader.ts'
import type { BrokerContext } from '../broker-context.ts'
import type { Login } from '../handshake/login.ts'
import { Heartbeat } from '../heartbeat.ts'
import { Inbox } from '../inbox.ts'
import { Lifecycle, type ConnectionState } from '../lifecycle.ts'
import { Outbox } from '../outbox.ts'
import type { Peer } from '../peer.ts'
import { Deliveries } from './deliveries.ts'
import { StreamHandshake, type StreamTuning } from './stream-handshake.ts'

/** The largest frame before the login: as in RabbitMQ, in bytes. */
const firstFrameMax = 8192
/** Requests of the broker that are not consumer updates. */
const closeCorrelationId = 1

export interface StreamConnectionOptions {
  readonly peer: Peer
  readonly onClosed: (connection: StreamConnection) => void
  /** The address of the broker that the client is told. */
  readonly advertised: { readonly host: string; readonly port: number }
}

/** The connection of one client that speaks the stream protocol. */
export class StreamConnection {
  readonly protocol = 'stream'
  readonly peer: Peer
  /** Milliseconds since 1970. */
  readonly connectedAt: number
  /** Clients of this protocol have none. */
  readonly channels = undefined
  readonly #broker: BrokerContext
  readonly #stream: Duplex
  readonly #options: StreamConnectionOptions
  readonly #parser = new StreamFrameParser(firstFrameMax)
  readonly #inbox: Inbox<IncomingFrame>
  readonly #outbox: Outbox<StreamFrameWriter>
  readonly #handshake: StreamHandshake
  readonly #lifecycle: Lifecycle
  readonly #deliveries: Deliveries
  #tuning: StreamTuning = { frameMax: firstFrameMax, heartbeat: 0 }
  #session: Session | undefined
  #heartbeat: Heartbeat | undefined
  #refusal: Disposable | undefined
  #isBlocked = false

  constructor(broker: BrokerContext, stream: Duplex, options: StreamConnectionOptions) {
    const { clock, limits } = broker.settings
    this.#broker = broker
    this.#stream = stream
    this.#options = options
    this.peer = options.peer
    this.connectedAt = clock.now()
    this.#inbox = new Inbox(stream, {
      broker,
      parser: this.#parser,
      mayRead: () => this.#mayRead(),
      onFrame: (frame) => this.#handleFrame(frame),
      onError: (error) => this.#fail(error),
      onBatch: () => this.#sendReplies(),
    })
    this.#outbox = new Outbox(stream, new StreamFrameWriter(), {
      clock,
      limit: limits.outboxLimit,
      timeout: limits.sendTimeout,
      onDrain: () => this.#drained(),
      onWrite: () => this.#heartbeat?.sent(),
      onTimeout: (reason) => this.#emitFailed(reason),
    })
    this.#deliveries = new Deliveries(broker.scheduler, this.#outbox)
    this.#lifecycle = new Lifecycle(stream, broker.settings)
    this.#lifecycle.startHandshake()
    this.#handshake = new StreamHandshake(this.#broker, this.peer, {
      frames: this.#outbox.frames,
      onTuned: (tuning) => this.#tuned(tuning),
      onOpened: (login) => this.#opened(login),
      onRenewed: () => this.#session?.dropForbidden(),
      fail: (reason) => this.#disconnect(reason),
      refuse: (send, reason) => this.#refuseLater(send, reason),
    })
    stream.on('data', (chunk: Uint8Array) => this.#receive(chunk))
    stream.on('error', () => stream.destroy())
    stream.on('end', () => stream.destroy())
    stream.on('close', () => this.#streamClosed())
  }

  /** Undefined until the client has opened a virtual host. */
  get session(): Session | undefined {
    return this.#session
  }

  get blocked(): boolean {
    return this.#isBlocked
  }

  get state(): ConnectionState {
    return this.#lifecycle.describe(this.#handshake)
  }

  get tuning(): StreamTuning & { readonly channelMax: number } {
    return { ...this.#tuning, channelMax: 0 }
  }

  /** The mechanism with which the client has logged in; empty before that. */
  get mechanism(): string {
    return this.#handshake.mechanism
  }

  get clientProperties(): FieldTable {
    return new Map(
      Array.from(this.#handshake.clientProperties, ([name, value]) => [name, longstr(value)]),
    )
  }

  /** What the events of this connection say about it. */
  get event(): ConnectionEvent {
    const vhost = this.#session?.host.vhost.vhost ?? ''
    return { connection: this.peer.id, user: this.#handshake.userName, vhost }
  }

  /** Disconnects the client, as RabbitMQ does. Resolves when it is gone. */
  close(): Promise<void> {
    this.destroy()
    return this.#lifecycle.closed
  }

  destroy(): void {
    this.#lifecycle.destroy()
  }

  /** The broker has memory again. */
  unblock(): void {
    if (!this.#isBlocked) return
    this.#isBlocked = false
    this.#broker.events.emit('connection.unblocked', this.event)
    this.#inbox.resume()
  }

  #receive(chunk: Uint8Array): void {
    this.#heartbeat?.received()
    if (this.#lifecycle.state !== 'ignoring') this.#inbox.receive(chunk)
  }

  #mayRead(): boolean {
    const { state } = this.#lifecycle
    if (state === 'ignoring' || state === 'closed') return false
    // A client that does not read the replies may not send more requests.
    return !(this.#isBlocked && state !== 'closing') && !this.#outbox.flooded
  }

  #handleFrame(frame: IncomingFrame): void {
    const { state } = this.#lifecycle
    if (state === 'running' && this.#session !== undefined)
      this.#handleCommand(this.#session, frame)
    else if (state === 'handshake') this.#handshake.handle(readHead(frame.payload))
    else this.#awaitClose(frame)
  }

  #handleCommand(session: Session, frame: IncomingFrame): void {
    if (frame.continuation === undefined) {
      const head = readHead(frame.payload)
      // The client proves again who it is, for example before its password expires.
      if (head.key === commandKey.saslAuthenticate) return this.#handshake.handle(head)
    }
    handleFrame(session, frame)
  }

  /** After the broker has sent close, only the answer counts. */
  #awaitClose(frame: IncomingFrame): void {
    frame.continuation = undefined
    if (readHead(frame.payload).key === (commandKey.close | responseBit)) this.#end()
  }

  #sendReplies(): void {
    this.#session?.publishers.flushConfirms()
    this.#outbox.flush()
  }

  #tuned(tuning: StreamTuning): void {
    this.#tuning = tuning
    this.#heartbeat?.stop()
    this.#heartbeat = new Heartbeat(this.#broker.settings.clock, tuning.heartbeat, {
      stream: this.#stream,
      outbox: this.#outbox,
    })
  }

  #opened({ vhost, access }: Login): Readonly<Record<string, string>> {
    const { settings, memory, consumerGroups: groups } = this.#broker
    const { advertised } = this.#options
    this.#session = new Session({
      vhost,
      access,
      clock: settings.clock,
      memory,
      groups,
      frames: this.#outbox.frames,
      advertised,
      scheduleFlush: () => this.#outbox.scheduleFlush(),
      requestDelivery: () => this.#deliveries.request(),
      block: () => this.#block(),
      end: () => this.#end(),
      timedOut: (request) => this.#disconnect(`the client did not answer ${request} in time`),
    })
    this.#deliveries.session = this.#session
    this.#parser.frameMax = this.#tuning.frameMax
    this.#lifecycle.run()
    this.#broker.events.emit('connection.opened', this.event)
    return { advertised_host: advertised.host, advertised_port: `${advertised.port}` }
  }

  #block(): void {
    if (this.#isBlocked) return
    this.#isBlocked = true
    this.#broker.events.emit('connection.blocked', this.event)
  }

  #drained(): void {
    this.#deliveries.request()
    this.#inbox.resume()
  }

  #fail(error: unknown): void {
    if (error instanceof FrameTooLargeError) this.#refuse('frameTooLarge', 'frame too large', error)
    else if (error instanceof DecodeError) this.#refuse('unknownFrame', 'unknown frame', error)
    else {
      // A bug in the broker must not affect other connections.
      reportInternalError(this.#broker.events, { connection: this.peer.id, error })
      this.#refuse('internalError', 'internal error', new Error('internal error'))
    }
  }

  /** Closes the connection; before the login without an explanation. */
  #refuse(code: keyof typeof responseCode, text: string, { message }: Error): void {
    const { state } = this.#lifecycle
    if (state === 'closing') return
    if (state !== 'running') return this.#disconnect(message)
    this.#emitFailed(message)
    this.#outbox.frames.command(commandKey.close, (to) => {
      to.long(closeCorrelationId)
      to.short(responseCode[code])
      writeString(to, text)
    })
    this.#session?.close()
    // The same as for a step of the handshake, in RabbitMQ too.
    this.#lifecycle.awaitClose(this.#broker.settings.limits.handshakeTimeout)
  }

  #refuseLater(send: () => void, reason: string): void {
    const { clock, limits } = this.#broker.settings
    this.#emitFailed(reason)
    this.#lifecycle.ignore()
    this.#refusal = clock.after(limits.refusalDelay, () => {
      send()
      this.#outbox.end()
    })
  }

  #disconnect(reason: string): void {
    this.#emitFailed(reason)
    this.#end()
  }

  /** Sends what is left, and disconnects the client. */
  #end(): void {
    this.#session?.publishers.flushConfirms()
    this.#lifecycle.ignore()
    this.#session?.close()
    this.#outbox.end()
  }

  #emitFailed(reason: string): void {
    this.#broker.events.emit('connection.failed', { ...this.event, reason })
  }

  #streamClosed(): void {
    this.#lifecycle.end()
    this.#heartbeat?.stop()
    this.#outbox.stop()
    this.#refusal?.[Symbol.dispose]()
    this.#session?.close()
    this.#options.onClosed(this)
    if (this.#session !== undefined) this.#broker.events.emit('connection.closed', this.event)
  }
}

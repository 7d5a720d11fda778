import type { Duplex } from 'node:stream'

import type { ConnectionEvent } from '../events/broker-events.ts'
import { reportInternalError } from '../events/internal-error.ts'
import { ConnectionFault, Fault, internalFault } from '../protocol/faults.ts'
import type { FieldTable } from '../protocol/field-value.ts'
import { smallestFrameMax } from '../settings/options.ts'
import { FrameParseError, FrameParser } from '../wire/frame-parser.ts'
import { frameType, type Frame } from '../wire/frame.ts'
import type { MethodName } from '../wire/method-table.ts'
import type { Method, MethodFields } from '../wire/methods.ts'
import type { BrokerContext } from './broker-context.ts'
import { Channels } from './channels.ts'
import { closeMethod } from './close-method.ts'
import { Handshake, SilentRefusal } from './handshake/handshake.ts'
import type { Login } from './handshake/login.ts'
import { ProtocolHeader } from './handshake/protocol-header.ts'
import type { Tuning } from './handshake/tuning.ts'
import { Heartbeat } from './heartbeat.ts'
import { Inbox } from './inbox.ts'
import {
  checkFrame,
  frameFault,
  readMethodFields,
  readMethodName,
  unexpectedFrame,
  UnreadableMethodError,
} from './incoming-frames.ts'
import { Lifecycle, type ConnectionState } from './lifecycle.ts'
import { MemoryBlock } from './memory-block.ts'
import { MethodOutbox } from './outbox.ts'
import type { Peer } from './peer.ts'

export interface ConnectionOptions {
  readonly peer: Peer
  readonly onClosed: (connection: Connection) => void
}

/** The connection of one client, over any stream. */
export class Connection {
  readonly protocol = 'AMQP 0-9-1'
  readonly peer: Peer
  /** Milliseconds since 1970. */
  readonly connectedAt: number
  readonly #broker: BrokerContext
  readonly #stream: Duplex
  readonly #parser = new FrameParser(smallestFrameMax)
  readonly #inbox: Inbox<Frame>
  readonly #outbox: MethodOutbox
  readonly #header = new ProtocolHeader()
  readonly #handshake: Handshake
  readonly #memoryBlock: MemoryBlock
  readonly #lifecycle: Lifecycle
  readonly #onClosed: (connection: Connection) => void
  #tuning: Tuning = { channelMax: 0, frameMax: 0, heartbeat: 0 }
  #channels: Channels | undefined
  #heartbeat: Heartbeat | undefined
  #closeRequested = false

  constructor(broker: BrokerContext, stream: Duplex, { peer, onClosed }: ConnectionOptions) {
    const { clock, limits } = broker.settings
    this.#broker = broker
    this.#stream = stream
    this.peer = peer
    this.connectedAt = clock.now()
    this.#onClosed = onClosed
    this.#inbox = new Inbox(stream, {
      broker,
      parser: this.#parser,
      mayRead: () => this.#mayRead(),
      onFrame: (frame) => this.#handleFrame(frame),
      onError: (error) => this.#fail(error),
      onBatch: () => this.#sendReplies(),
    })
    this.#outbox = new MethodOutbox(stream, {
      clock,
      limit: limits.outboxLimit,
      timeout: limits.sendTimeout,
      onDrain: () => this.#drained(),
      onWrite: () => this.#heartbeat?.sent(),
      onTimeout: (reason) => this.#emitFailed(reason),
    })
    this.#lifecycle = new Lifecycle(stream, broker.settings)
    this.#memoryBlock = new MemoryBlock(this.#outbox, broker.events)
    this.#handshake = new Handshake(broker, peer, {
      send: (name, fields) => this.#outbox.sendMethod(0, name, fields),
      onTuned: (tuning) => this.#tuned(tuning),
      onOpened: (login) => this.#opened(login),
    })
    stream.on('data', (chunk: Uint8Array) => this.#receive(chunk))
    stream.on('error', () => stream.destroy())
    stream.on('end', () => stream.destroy())
    stream.on('close', () => this.#streamClosed())
  }

  /** Undefined until the client has opened a virtual host. */
  get channels(): Channels | undefined {
    return this.#channels
  }

  get tuning(): Tuning {
    return this.#tuning
  }

  /** The mechanism with which the client has logged in; empty before that. */
  get mechanism(): string {
    return this.#handshake.mechanism
  }

  get blocked(): boolean {
    return this.#memoryBlock.isOn
  }

  get state(): ConnectionState {
    return this.#lifecycle.describe(this.#handshake)
  }

  get clientProperties(): FieldTable {
    return this.#handshake.clientProperties
  }

  /** What the events of this connection say about it. */
  get event(): ConnectionEvent {
    const vhost = this.#channels?.vhost.vhost ?? ''
    return { connection: this.peer.id, user: this.#handshake.userName, vhost }
  }

  /** Asks the client to close, or disconnects it during the handshake. Resolves when it is gone. */
  close(fault: ConnectionFault): Promise<void> {
    if (this.#lifecycle.state === 'running') {
      // An event listener may call this while a frame is being handled, and queues must not change
      // then. So that frame is finished first, and no other frame is read.
      this.#closeRequested = true
      queueMicrotask(() => {
        this.#closeRequested = false
        if (this.#lifecycle.state === 'running') this.#closeFor(fault)
        this.#inbox.resume()
      })
    } else if (this.#lifecycle.state !== 'closing') this.destroy()
    return this.#lifecycle.closed
  }

  /** Disconnects the client, and handles no other frame. */
  destroy(): void {
    this.#lifecycle.destroy()
  }

  /** The broker has memory again. */
  unblock(): void {
    this.#memoryBlock.end(this.event)
    this.#inbox.resume()
  }

  #receive(chunk: Uint8Array): void {
    this.#heartbeat?.received()
    if (this.#lifecycle.state === 'header') this.#receiveHeader(chunk)
    else if (this.#lifecycle.state !== 'ignoring') this.#inbox.receive(chunk)
  }

  #receiveHeader(chunk: Uint8Array): void {
    const verdict = this.#header.push(chunk)
    if (verdict.kind === 'refuse') {
      this.#lifecycle.ignore()
      this.#outbox.frames.raw(verdict.answer)
      this.#outbox.end()
      this.#emitFailed(verdict.reason)
    } else if (verdict.kind === 'accept') {
      this.#lifecycle.startHandshake()
      this.#handshake.start()
      this.#receive(verdict.rest)
    }
  }

  #mayRead(): boolean {
    const { state } = this.#lifecycle
    if (state === 'ignoring' || state === 'closed' || this.#closeRequested) return false
    // A client that does not read the replies may not send more requests.
    return !(this.#memoryBlock.isOn && state !== 'closing') && !this.#outbox.flooded
  }

  #handleFrame(frame: Frame): void {
    if (this.#lifecycle.state === 'closing' && frame.channel !== 0) return
    checkFrame(frame)
    if (frame.channel === 0) this.#handleConnectionFrame(frame)
    else if (this.#channels === undefined) throw unexpectedFrame(frame)
    else {
      this.#channels.handleFrame(frame)
      // RabbitMQ checks its alarms after each part of a message's content, so a header is enough.
      const isContent = frame.type === frameType.header || frame.type === frameType.body
      if (isContent && this.#broker.memory.over)
        this.#memoryBlock.start(this.event, this.#handshake.can('connection.blocked'))
    }
  }

  /** Channel 0 is the connection itself. */
  #handleConnectionFrame(frame: Frame): void {
    if (frame.type === frameType.heartbeat) return
    if (frame.type !== frameType.method) throw unexpectedFrame(frame)
    const { name, reader } = readMethodName(frame)
    if (this.#channels !== undefined) this.#channels.lastMethod = name
    this.#handleConnectionMethod(readMethodFields(name, reader, frame))
  }

  #handleConnectionMethod(method: Method): void {
    if (this.#lifecycle.state === 'handshake') this.#handshake.handleMethod(method)
    else if (method.name === 'connection.close') this.#sendLast('connection.close-ok', {})
    else if (this.#lifecycle.state === 'closing') {
      if (method.name === 'connection.close-ok') this.#outbox.end()
    } else if (method.name === 'connection.update-secret')
      this.#outbox.sendMethod(0, 'connection.update-secret-ok', {})
    else throw new ConnectionFault('CHANNEL_ERROR', 'unexpected method in connection state running')
  }

  #sendReplies(): void {
    this.#channels?.flushConfirms()
    this.#outbox.flush()
  }

  #tuned(tuning: Tuning): void {
    this.#tuning = tuning
    this.#parser.frameMax = tuning.frameMax
    this.#outbox.frames.frameMax = tuning.frameMax
    this.#heartbeat = new Heartbeat(this.#broker.settings.clock, tuning.heartbeat, {
      stream: this.#stream,
      outbox: this.#outbox,
    })
  }

  #opened(login: Login): void {
    this.#channels = new Channels(login, {
      broker: this.#broker,
      outbox: this.#outbox,
      channelMax: this.#tuning.channelMax,
      cancelNotify: this.#handshake.can('consumer_cancel_notify'),
      peer: this.peer,
      owner: this,
    })
    this.#lifecycle.run()
    this.#outbox.sendMethod(0, 'connection.open-ok', { knownHosts: '' })
    this.#broker.events.emit('connection.opened', this.event)
  }

  #closeFor(fault: Fault): void {
    const { state } = this.#lifecycle
    if (state === 'closing') return
    const method = this.#channels?.lastMethod
    const fields = closeMethod(fault, { state, handshake: this.#handshake, method })
    if (fields === undefined) return this.#refuse(fault.message)
    this.#emitFailed(fault.message)
    this.#sendLast('connection.close', fields)
  }

  /** It is left to the client to close the socket. */
  #sendLast<N extends MethodName>(name: N, fields: MethodFields<N>): void {
    this.#channels?.close()
    this.#outbox.sendMethod(0, name, fields)
    this.#outbox.flush()
    this.#lifecycle.awaitClose(this.#broker.settings.limits.closeTimeout, this.#tuning.heartbeat)
  }

  #fail(error: unknown): void {
    if (error instanceof Fault) this.#closeFor(error)
    else if (error instanceof FrameParseError) {
      this.#closeFor(frameFault(error.frame, error.message))
      // Nobody knows where the next frame begins.
      this.#lifecycle.refuse()
    } else if (error instanceof SilentRefusal) this.#refuse(error.message)
    else if (error instanceof UnreadableMethodError) {
      this.#emitFailed(error.message)
      this.destroy()
    } else {
      // A bug in the broker must not affect other connections.
      reportInternalError(this.#broker.events, { connection: this.peer.id, error })
      this.#closeFor(internalFault())
    }
  }

  #refuse(reason: string): void {
    this.#emitFailed(reason)
    this.#lifecycle.refuse()
  }

  #drained(): void {
    this.#channels?.resume()
    this.#inbox.resume()
  }

  #emitFailed(reason: string): void {
    this.#broker.events.emit('connection.failed', { ...this.event, reason })
  }

  #streamClosed(): void {
    this.#lifecycle.end()
    this.#heartbeat?.stop()
    this.#outbox.stop()
    this.#channels?.close()
    this.#onClosed(this)
    if (this.#channels !== undefined) this.#broker.events.emit('connection.closed', this.event)
  }
}

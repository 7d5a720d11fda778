import type { Duplex } from 'node:stream'

import { BodyStore } from '../channel/body-store.ts'
import type { ConnectionEvent } from '../core/events.ts'
import { LimitError } from '../core/limit-error.ts'
import { smallestFrameMax } from '../options.ts'
import { ConnectionFault, Fault } from '../protocol/faults.ts'
import type { FieldTable } from '../protocol/field-value.ts'
import { FrameParseError } from '../wire/frame-parser.ts'
import { frameType, type Frame } from '../wire/frame.ts'
import type { MethodName } from '../wire/method-table.ts'
import type { Method, MethodFields } from '../wire/methods.ts'
import type { BrokerCore, Peer } from './broker-core.ts'
import { Channels } from './channels.ts'
import {
  checkFrame,
  frameFault,
  internalFault,
  readFields,
  readMethodName,
  unexpectedFrame,
  UnreadableMethodError,
} from './frame-faults.ts'
import { Handshake, SilentRefusal, type Agreement, type Session } from './handshake.ts'
import { Heartbeat } from './heartbeat.ts'
import { Inbox } from './inbox.ts'
import { reportInternalError } from './internal-error.ts'
import { Outbox } from './outbox.ts'
import { ProtocolHeader } from './protocol-header.ts'
import { blamedIds, describeState, mayTell, type ConnectionState, type State } from './state.ts'

/** One client's connection, over whatever stream it came. */
export class Connection {
  readonly peer: Peer
  readonly #core: BrokerCore
  readonly #stream: Duplex
  readonly #inbox: Inbox
  readonly #outbox: Outbox
  readonly #header = new ProtocolHeader()
  readonly #handshake: Handshake
  readonly #closed: Promise<void>
  #agreement: Agreement = { channelMax: 0, frameMax: 0, heartbeat: 0 }
  #channels: Channels | undefined
  #heartbeat: Heartbeat | undefined
  #deadline: Disposable | undefined
  #state: State = 'header'
  #closeRequested = false
  #blocked = false
  #told = false

  constructor(core: BrokerCore, stream: Duplex, peer: Peer) {
    const { limits } = core.settings
    this.#core = core
    this.#stream = stream
    this.peer = peer
    this.#inbox = new Inbox(stream, {
      scheduler: core.scheduler,
      frameMax: smallestFrameMax,
      mayRead: () => this.#mayRead(),
      onFrame: (frame) => this.#handle(frame),
      onError: (error) => this.#failed(error),
      onBatch: () => this.#reply(),
    })
    this.#outbox = new Outbox(stream, {
      clock: core.settings.clock,
      limit: limits.outboxLimit,
      timeout: limits.sendTimeout,
      onDrain: () => this.#caughtUp(),
      onWrite: () => this.#heartbeat?.sent(),
      onTimeout: () => this.#sendTimedOut(),
    })
    this.#handshake = new Handshake(core, peer.isLoopback, {
      send: (name, fields) => this.#send(name, fields),
      agreed: (agreement) => this.#agreed(agreement),
      opened: (session) => this.#opened(session),
    })
    stream.on('data', (chunk: Uint8Array) => this.#receive(chunk))
    stream.on('error', () => stream.destroy())
    stream.on('end', () => stream.destroy())
    stream.on('close', () => this.#gone())
    this.#closed = new Promise((resolve) => {
      stream.once('close', resolve)
    })
    this.#endAfter(limits.handshakeTimeout)
  }

  get channelCount(): number {
    return this.#channels?.size ?? 0
  }

  get blocked(): boolean {
    return this.#blocked
  }

  get state(): ConnectionState {
    return describeState(this.#state, this.#handshake)
  }

  get clientProperties(): FieldTable {
    return this.#handshake.clientProperties
  }

  /** Who is connected, and to what. */
  get event(): ConnectionEvent {
    const vhost = this.#channels?.vhost.vhost ?? ''
    return { connection: this.peer.id, user: this.#handshake.userName, vhost }
  }

  /** Asks the client to close; hangs up during the handshake. Resolves when the client is gone. */
  close(fault: ConnectionFault): Promise<void> {
    if (this.#state === 'running') {
      // A listener may call this in the middle of a frame. Queues expect no changes then, so that
      // frame is finished first; no other is read.
      this.#closeRequested = true
      queueMicrotask(() => this.#closeAsRequested(fault))
    } else if (this.#state !== 'closing') this.destroy()
    return this.#closed
  }

  /** Hangs up, and reads no other frame. */
  destroy(): void {
    if (this.#state !== 'gone') this.#state = 'deaf'
    this.#stream.destroy()
  }

  /** The broker has room again. */
  unblock(): void {
    if (!this.#blocked) return
    this.#blocked = false
    if (this.#told) this.#send('connection.unblocked', {})
    this.#told = false
    this.#core.events.emit('connection.unblocked', this.event)
    this.#inbox.resume()
  }

  #receive(chunk: Uint8Array): void {
    this.#heartbeat?.received()
    if (this.#state === 'header') this.#receiveHeader(chunk)
    else if (this.#state !== 'deaf') this.#inbox.receive(chunk)
  }

  #receiveHeader(chunk: Uint8Array): void {
    const verdict = this.#header.push(chunk)
    if (verdict.kind === 'refuse') {
      this.#state = 'deaf'
      this.#outbox.frames.raw(verdict.answer)
      this.#outbox.end()
    } else if (verdict.kind === 'accept') {
      this.#state = 'handshake'
      this.#handshake.start()
      this.#receive(verdict.rest)
    }
  }

  #reply(): void {
    this.#channels?.flushConfirms()
    this.#outbox.flush()
  }

  #mayRead(): boolean {
    if (this.#state === 'deaf' || this.#state === 'gone' || this.#closeRequested) return false
    // A client that asks and does not read the answers is not asked for more.
    return !(this.#blocked && this.#state !== 'closing') && !this.#outbox.flooded
  }

  #handle(frame: Frame): void {
    if (this.#state === 'closing' && frame.channel !== 0) return
    checkFrame(frame)
    if (frame.channel === 0) this.#handleOwn(frame)
    else if (this.#channels === undefined) throw unexpectedFrame(frame)
    else this.#handleOfChannel(this.#channels, frame)
  }

  /** RabbitMQ looks at its alarms once it has a part of a message's content: the header is enough. */
  #handleOfChannel(channels: Channels, frame: Frame): void {
    channels.handle(frame)
    const isContent = frame.type === frameType.header || frame.type === frameType.body
    if (isContent && this.#core.memory.over) this.#block()
  }

  /** Frames of channel 0 are of the connection itself. */
  #handleOwn(frame: Frame): void {
    if (frame.type === frameType.heartbeat) return
    if (frame.type !== frameType.method) throw unexpectedFrame(frame)
    const { name, reader } = readMethodName(frame)
    if (this.#channels !== undefined) this.#channels.blamed = name
    this.#handleMethod(readFields(name, reader, frame))
  }

  #handleMethod(method: Method): void {
    if (this.#state === 'handshake') this.#handshake.handle(method)
    else if (method.name === 'connection.close') this.#closedByClient()
    else if (this.#state === 'closing') {
      if (method.name === 'connection.close-ok') this.#outbox.end()
    } else if (method.name === 'connection.update-secret')
      this.#send('connection.update-secret-ok', {})
    else throw new ConnectionFault('CHANNEL_ERROR', 'unexpected method in connection state running')
  }

  #closedByClient(): void {
    this.#channels?.close()
    this.#send('connection.close-ok', {})
    this.#outbox.flush()
    // Hanging up is left to the client, for as long as RabbitMQ leaves it.
    this.#state = 'closing'
    this.#endAfter(this.#closeTimeout())
  }

  #closeAsRequested(fault: ConnectionFault): void {
    this.#closeRequested = false
    if (this.#state === 'running') this.#closeFor(fault)
    this.#inbox.resume()
  }

  #closeTimeout(): number {
    const { closeTimeout } = this.#core.settings.limits
    const { heartbeat } = this.#agreement
    return heartbeat > 0 ? Math.min(heartbeat * 1000, closeTimeout) : closeTimeout
  }

  #failed(error: unknown): void {
    if (error instanceof FrameParseError) this.#outOfStep(frameFault(error.frame, error.message))
    else if (error instanceof Fault) this.#closeFor(error)
    else if (error instanceof UnreadableMethodError || error instanceof SilentRefusal)
      this.#refuse(error)
    else this.#failedInside(error)
  }

  /** One connection must not take the others down with it. */
  #failedInside(error: unknown): void {
    reportInternalError(this.#core.events, { connection: this.peer.id, error })
    this.#closeFor(internalFault())
  }

  /** The stream can no longer be read: the client is told, and hung up on. */
  #outOfStep(fault: ConnectionFault): void {
    this.#closeFor(fault)
    this.#state = 'deaf'
    this.#endAfter(this.#core.settings.limits.refusalDelay)
  }

  #refuse(error: Error): void {
    this.#core.events.emit('connection.failed', { ...this.event, reason: error.message })
    this.#state = 'deaf'
    const isSilent = error instanceof SilentRefusal
    if (isSilent) this.#endAfter(this.#core.settings.limits.refusalDelay)
    else this.#stream.destroy()
  }

  #closeFor(fault: Fault): void {
    if (this.#state === 'closing') return
    if (!mayTell(fault, this.#state, this.#handshake)) {
      this.#refuse(new SilentRefusal(fault.message))
      return
    }
    const { replyCode, message: replyText } = fault
    const handshake = this.#state === 'handshake' ? this.#handshake : undefined
    const [classId, methodId] = blamedIds(fault, handshake, this.#channels?.blamed)
    this.#core.events.emit('connection.failed', { ...this.event, reason: replyText })
    this.#channels?.close()
    this.#send('connection.close', { replyCode, replyText, classId, methodId })
    this.#outbox.flush()
    this.#state = 'closing'
    this.#endAfter(this.#closeTimeout())
  }

  #agreed(agreement: Agreement): void {
    this.#agreement = agreement
    this.#inbox.frameMax = agreement.frameMax
    this.#outbox.frames.frameMax = agreement.frameMax
    this.#heartbeat = new Heartbeat(this.#core.settings.clock, agreement.heartbeat, {
      send: () => {
        this.#outbox.frames.heartbeat()
        this.#outbox.flush()
      },
      dead: () => this.#stream.destroy(),
      isReading: () => !this.#stream.isPaused(),
    })
  }

  #opened(session: Session): void {
    this.#channels = new Channels({
      session,
      outbox: this.#outbox,
      bodies: new BodyStore(),
      events: this.#core.events,
      limits: this.#core.settings.limits,
      channelMax: this.#agreement.channelMax,
      cancelNotify: this.#handshake.can('consumer_cancel_notify'),
      connection: this.peer.id,
      owner: this,
    })
    this.#state = 'running'
    this.#deadline?.[Symbol.dispose]()
    this.#send('connection.open-ok', { knownHosts: '' })
    this.#core.events.emit('connection.opened', this.event)
  }

  #block(): void {
    if (this.#blocked) return
    this.#blocked = true
    this.#told = this.#handshake.can('connection.blocked')
    if (this.#told) this.#send('connection.blocked', { reason: 'low on memory' })
    this.#core.events.emit('connection.blocked', this.event)
  }

  /** The client reads nothing. RabbitMQ resets such a connection, so its messages go to others. */
  #sendTimedOut(): void {
    const limit = new LimitError('sendTimeout', this.#core.settings.limits.sendTimeout)
    const reason = limit.explain('the client took nothing of what was sent to it')
    this.#core.events.emit('connection.failed', { ...this.event, reason })
    this.#outbox.reset()
  }

  #caughtUp(): void {
    this.#channels?.resume()
    this.#inbox.resume()
  }

  #send<N extends MethodName>(name: N, fields: MethodFields<N>): void {
    this.#outbox.frames.method(0, name, fields)
    this.#outbox.schedule()
  }

  #endAfter(ms: number): void {
    this.#deadline?.[Symbol.dispose]()
    this.#deadline = this.#core.settings.clock.after(ms, () => this.#stream.destroy())
  }

  #gone(): void {
    if (this.#state === 'gone') return
    const wasOpen = this.#channels !== undefined
    this.#state = 'gone'
    this.#deadline?.[Symbol.dispose]()
    this.#heartbeat?.stop()
    this.#outbox.stop()
    this.#channels?.close()
    this.#core.forget(this)
    if (wasOpen) this.#core.events.emit('connection.closed', this.event)
  }
}

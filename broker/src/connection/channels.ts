import type { Access } from '../access/access.ts'
import type { ChannelHost } from '../channel/channel-host.ts'
import { Channel } from '../channel/channel.ts'
import { BodyStore } from '../channel/content/body-store.ts'
import type { FaultInjection } from '../channel/fault-injection.ts'
import { handleMethod } from '../channel/handlers/method-handlers.ts'
import { publish } from '../channel/handlers/publish.ts'
import type { VirtualHost } from '../core/vhost.ts'
import type { ChannelEvent } from '../events/broker-events.ts'
import type { EventHub } from '../events/event-hub.ts'
import { ChannelFault, ConnectionFault } from '../protocol/faults.ts'
import type { BrokerLimits } from '../settings/options.ts'
import { frameType, type Frame } from '../wire/frame.ts'
import type { MethodName } from '../wire/method-table.ts'
import { methodIds, type Method } from '../wire/methods.ts'
import type { BrokerContext } from './broker-context.ts'
import type { Login } from './handshake/login.ts'
import { readMethodFields, readMethodName, unexpectedFrame } from './incoming-frames.ts'
import type { MethodOutbox } from './outbox.ts'
import type { Peer } from './peer.ts'

export interface ChannelsOptions {
  readonly broker: BrokerContext
  readonly outbox: MethodOutbox
  readonly channelMax: number
  readonly cancelNotify: boolean
  readonly peer: Pick<Peer, 'id' | 'name'>
  /** The owner of the exclusive queues. */
  readonly owner: object
}

/** The channels of an open connection. It passes them their frames, and their faults to the client. */
export class Channels implements ChannelHost {
  readonly vhost: VirtualHost
  readonly access: Access
  readonly connection: number
  readonly connectionName: string
  readonly userProvidedName: string | undefined
  readonly user: string
  readonly impersonator: boolean
  readonly events: EventHub
  readonly limits: BrokerLimits
  readonly bodies = new BodyStore()
  readonly faults: FaultInjection | undefined
  readonly output: MethodOutbox
  readonly cancelNotify: boolean
  readonly owner: object
  /** The method received last: a close method names it. */
  lastMethod: MethodName | undefined
  readonly #options: ChannelsOptions
  readonly #channels = new Map<number, Channel>()
  /** Channels with confirms to send. */
  readonly #confirming = new Set<Channel>()
  #afterMethod: (() => void)[] = []
  #isHandlingFrame = false

  constructor({ user, access, vhost, userProvidedName }: Login, options: ChannelsOptions) {
    this.#options = options
    this.vhost = vhost
    this.access = access
    this.connection = options.peer.id
    this.connectionName = options.peer.name
    this.userProvidedName = userProvidedName
    this.user = user.name
    this.impersonator = user.impersonator
    this.events = options.broker.events
    this.limits = options.broker.settings.limits
    this.faults = options.broker.faults
    this.output = options.outbox
    this.cancelNotify = options.cancelNotify
    this.owner = options.owner
  }

  get size(): number {
    return this.#channels.size
  }

  [Symbol.iterator](): Iterator<Channel> {
    return this.#channels.values()
  }

  afterMethod(task: () => void): void {
    if (this.#isHandlingFrame) this.#afterMethod.push(task)
    else task()
  }

  /** Handles a frame of a channel. Throws connection faults. */
  handleFrame(frame: Frame): void {
    const channel = this.#channels.get(frame.channel) ?? this.#create(frame.channel)
    this.#isHandlingFrame = true
    try {
      if (frame.type === frameType.method) this.#handleMethodFrame(channel, frame)
      else this.#handleContentFrame(channel, frame)
    } catch (error) {
      if (!(error instanceof ChannelFault)) throw error
      this.#fail(channel, error)
    } finally {
      this.#isHandlingFrame = false
      if (this.#afterMethod.length > 0) for (const task of this.#afterMethod.splice(0)) task()
    }
  }

  /** Closes all channels for a fault that their client has not caused. */
  failAll(fault: ChannelFault): void {
    for (const channel of this.#channels.values())
      if (channel.state === 'running') this.#fail(channel, fault)
  }

  failChannel(number: number, fault: ChannelFault): void {
    const channel = this.#channels.get(number)
    if (channel?.state === 'running') this.#fail(channel, fault)
  }

  /** Sends the confirms for the messages handled so far. */
  flushConfirms(): void {
    if (this.#confirming.size === 0) return
    for (const channel of this.#confirming)
      if (channel.state === 'running') channel.confirms?.flush()
    this.#confirming.clear()
  }

  /** The client reads again. */
  resume(): void {
    for (const channel of this.#channels.values()) channel.resume()
  }

  /** Closes all channels, and deletes the exclusive queues of the connection. */
  close(): void {
    this.flushConfirms()
    for (const channel of this.#channels.values()) this.#remove(channel)
    this.vhost.deleteQueuesOf(this.owner)
  }

  #create(number: number): Channel {
    const { channelMax } = this.#options
    if (channelMax > 0 && this.#channels.size >= channelMax)
      throw new ConnectionFault(
        'NOT_ALLOWED',
        `number of channels opened (${this.#channels.size}) has reached the negotiated ` +
          `channel_max (${channelMax})`,
        { namesMethod: false },
      )
    const channel = new Channel(number, this)
    this.#channels.set(number, channel)
    return channel
  }

  #handleMethodFrame(channel: Channel, frame: Frame): void {
    this.lastMethod = channel.assembler.pending
    channel.assembler.expectMethod()
    const { name, reader } = readMethodName(frame)
    this.lastMethod = name
    const method = readMethodFields(name, reader, frame)
    if (method.name === 'basic.publish') channel.assembler.begin(method)
    else if (channel.state === 'running') this.#handleMethod(channel, method)
    else if (channel.state === 'starting') this.#open(channel, method)
    else this.#awaitCloseOk(channel, method)
  }

  #handleContentFrame(channel: Channel, frame: Frame): void {
    if (frame.type === frameType.heartbeat) throw unexpectedFrame(frame)
    this.lastMethod = channel.assembler.pending
    const publication = channel.assembler.add(frame)
    if (publication === undefined) return
    if (channel.state === 'starting') throw notOpen()
    if (channel.state !== 'running') return
    publish(channel, publication)
    if (channel.confirms !== undefined) this.#confirming.add(channel)
  }

  #handleMethod(channel: Channel, method: Method): void {
    if (method.name === 'channel.open') throw openTwice()
    if (method.name === 'channel.close') {
      this.flushConfirms()
      this.#remove(channel)
      channel.send('channel.close-ok', {})
      return
    }
    this.faults?.checkMethod(method)
    handleMethod(channel, method)
  }

  #open(channel: Channel, method: Method): void {
    if (method.name !== 'channel.open') throw notOpen()
    channel.state = 'running'
    channel.send('channel.open-ok', { channelId: '' })
    this.events.emit('channel.opened', this.#event(channel))
  }

  /** After the broker has sent channel.close, it ignores most methods until the reply. */
  #awaitCloseOk(channel: Channel, method: Method): void {
    if (method.name === 'channel.open') throw openTwice()
    if (method.name === 'channel.close-ok') this.#remove(channel)
    else if (method.name === 'channel.close') channel.send('channel.close-ok', {})
  }

  #fail(channel: Channel, fault: ChannelFault): void {
    // If a timer has detected the fault, no method has caused it.
    const method = this.#isHandlingFrame ? this.lastMethod : undefined
    const [classId, methodId] = method === undefined ? [0, 0] : methodIds(method)
    this.flushConfirms()
    channel.state = 'closing'
    channel.close()
    const { replyCode, message: replyText } = fault
    channel.send('channel.close', { replyCode, replyText, classId, methodId })
    this.events.emit('channel.failed', { ...this.#event(channel), reason: replyText })
  }

  #remove(channel: Channel): void {
    if (!this.#channels.delete(channel.number)) return
    channel.state = 'closed'
    channel.close()
    this.events.emit('channel.closed', this.#event(channel))
  }

  #event({ number }: Channel): ChannelEvent {
    const connection = this.#options.peer.id
    return { connection, user: this.user, vhost: this.vhost.vhost, channel: number }
  }
}

function openTwice(): ConnectionFault {
  return new ConnectionFault('CHANNEL_ERROR', "second 'channel.open' seen")
}

function notOpen(): ConnectionFault {
  return new ConnectionFault('CHANNEL_ERROR', "expected 'channel.open'")
}

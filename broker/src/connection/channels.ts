import { BodyStore } from '../channel/content/body-store.ts'
import type { ChannelHost } from '../channel/channel-host.ts'
import { Channel } from '../channel/channel.ts'
import type { Publication } from '../channel/content/content-assembler.ts'
import { handle } from '../channel/handlers/method-handlers.ts'
import { publish } from '../channel/handlers/publish.ts'
import type { EventHub } from '../events/event-hub.ts'
import type { VirtualHost } from '../core/vhost.ts'
import type { BrokerLimits } from '../settings/options.ts'
import { ChannelFault, ConnectionFault } from '../protocol/faults.ts'
import type { OutgoingContent } from '../wire/frame-writer.ts'
import { frameType, type Frame } from '../wire/frame.ts'
import type { MethodName } from '../wire/method-table.ts'
import { methodIds, type Method, type MethodFields } from '../wire/methods.ts'
import type { BrokerContext } from './broker-context.ts'
import type { Login } from './handshake/login.ts'
import { readMethodFields, readMethodName, unexpectedFrame } from './incoming-frames.ts'
import type { Outbox } from './outbox.ts'
import type { Access } from '../access/users.ts'

export interface ChannelsOptions {
  readonly broker: BrokerContext
  readonly outbox: Outbox
  readonly channelMax: number
  readonly cancelNotify: boolean
  /** The number of the connection. */
  readonly connection: number
  /** The owner of the exclusive queues. */
  readonly owner: object
}

/** The channels of an open connection: brings frames to them, and their faults to the client. */
export class Channels implements ChannelHost {
  readonly vhost: VirtualHost
  readonly access: Access
  readonly user: string
  readonly impersonator: boolean
  readonly events: EventHub
  readonly limits: BrokerLimits
  readonly bodies = new BodyStore()
  readonly cancelNotify: boolean
  readonly owner: object
  /** The method received last: a close method names it. */
  lastMethod: MethodName | undefined
  readonly #options: ChannelsOptions
  readonly #outbox: Outbox
  readonly #channels = new Map<number, Channel>()
  readonly #confirming = new Set<Channel>()
  #afterMethod: (() => void)[] = []
  #handling = false

  constructor({ user, access, vhost }: Login, options: ChannelsOptions) {
    this.#options = options
    this.vhost = vhost
    this.access = access
    this.user = user.name
    this.impersonator = user.impersonator
    this.events = options.broker.events
    this.limits = options.broker.settings.limits
    this.cancelNotify = options.cancelNotify
    this.owner = options.owner
    this.#outbox = options.outbox
  }

  get size(): number {
    return this.#channels.size
  }

  get congested(): boolean {
    return this.#outbox.full
  }

  send<N extends MethodName>(channel: number, name: N, fields: MethodFields<N>): void {
    this.#outbox.frames.method(channel, name, fields)
    this.#outbox.schedule()
  }

  sendContent(channel: number, content: OutgoingContent): void {
    this.#outbox.frames.content(channel, content)
  }

  afterMethod(task: () => void): void {
    if (this.#handling) this.#afterMethod.push(task)
    else task()
  }

  /** Takes a frame of a channel. Throws connection faults. */
  handleFrame(frame: Frame): void {
    const channel = this.#channels.get(frame.channel) ?? this.#create(frame.channel)
    this.#handling = true
    try {
      this.#process(channel, frame)
    } catch (error) {
      if (!(error instanceof ChannelFault)) throw error
      this.fail(channel, error)
    } finally {
      this.#handling = false
      if (this.#afterMethod.length > 0) for (const task of this.#afterMethod.splice(0)) task()
    }
  }

  fail(channel: Channel, fault: ChannelFault): void {
    // No method caused a fault that a timer has found.
    const method = this.#handling ? this.lastMethod : undefined
    const [classId, methodId] = method === undefined ? [0, 0] : methodIds(method)
    this.flushConfirms()
    channel.state = 'closing'
    channel.release()
    const { replyCode, message: replyText } = fault
    channel.send('channel.close', { replyCode, replyText, classId, methodId })
    this.events.emit('channel.failed', { ...this.#event(channel), reason: replyText })
  }

  /** Sends the confirms that have gathered. */
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

  /** Ends all channels, and the queues that this connection had for itself. */
  close(): void {
    this.flushConfirms()
    for (const channel of this.#channels.values()) this.#remove(channel)
    this.vhost.removeOwnedBy(this.owner)
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

  #process(channel: Channel, frame: Frame): void {
    switch (frame.type) {
      case frameType.method:
        return this.#takeMethod(channel, frame)
      case frameType.header:
      case frameType.body:
        return this.#takeContent(channel, frame)
      default:
        throw unexpectedFrame(frame)
    }
  }

  #takeMethod(channel: Channel, frame: Frame): void {
    this.lastMethod = channel.assembler.pending
    channel.assembler.expectMethod()
    const { name, reader } = readMethodName(frame)
    this.lastMethod = name
    const method = readMethodFields(name, reader, frame)
    if (method.name === 'basic.publish') channel.assembler.begin(method)
    else this.#dispatch(channel, method)
  }

  #takeContent(channel: Channel, frame: Frame): void {
    this.lastMethod = channel.assembler.pending
    const publication = channel.assembler.add(frame)
    if (publication !== undefined) this.#publish(channel, publication)
  }

  #publish(channel: Channel, publication: Publication): void {
    if (channel.state === 'starting') throw notOpen()
    if (channel.state !== 'running') return
    publish(channel, publication)
    if (channel.confirms !== undefined) this.#confirming.add(channel)
  }

  #dispatch(channel: Channel, method: Method): void {
    switch (channel.state) {
      case 'starting':
        return this.#open(channel, method)
      case 'running':
        return this.#run(channel, method)
      case 'closing':
      case 'closed':
        return this.#awaitClose(channel, method)
    }
  }

  #open(channel: Channel, method: Method): void {
    if (method.name !== 'channel.open') throw notOpen()
    channel.state = 'running'
    channel.send('channel.open-ok', { channelId: '' })
    this.events.emit('channel.opened', this.#event(channel))
  }

  #run(channel: Channel, method: Method): void {
    if (method.name === 'channel.open') throw openTwice()
    if (method.name === 'channel.close') {
      this.flushConfirms()
      this.#remove(channel)
      channel.send('channel.close-ok', {})
    } else handle(channel, method)
  }

  /** After a channel.close of ours: nearly all is ignored until the answer. */
  #awaitClose(channel: Channel, method: Method): void {
    if (method.name === 'channel.open') throw openTwice()
    if (method.name === 'channel.close-ok') this.#remove(channel)
    else if (method.name === 'channel.close') channel.send('channel.close-ok', {})
  }

  #remove(channel: Channel): void {
    if (!this.#channels.delete(channel.number)) return
    channel.state = 'closed'
    channel.release()
    this.events.emit('channel.closed', this.#event(channel))
  }

  #event({ number }: Channel) {
    const { connection } = this.#options
    return { connection, user: this.user, vhost: this.vhost.vhost, channel: number }
  }
}

function openTwice(): ConnectionFault {
  return new ConnectionFault('CHANNEL_ERROR', "second 'channel.open' seen")
}

function notOpen(): ConnectionFault {
  return new ConnectionFault('CHANNEL_ERROR', "expected 'channel.open'")
}

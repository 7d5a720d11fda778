import type { Access } from '../../access/access.ts'
import type { User } from '../../access/users.ts'
import type { ChannelHost, ChannelOutput } from '../../channel/channel-host.ts'
import { Channel } from '../../channel/channel.ts'
import { BodyStore } from '../../channel/content/body-store.ts'
import { handleMethod } from '../../channel/handlers/method-handlers.ts'
import { publish } from '../../channel/handlers/publish.ts'
import type { VirtualHost } from '../../core/vhost.ts'
import type { EventHub } from '../../events/event-hub.ts'
import { Fault } from '../../protocol/faults.ts'
import type { MessageProperties } from '../../protocol/properties.ts'
import type { BrokerLimits } from '../../settings/options.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { OutgoingContent } from '../../wire/frame-writer.ts'
import type { MethodName } from '../../wire/method-table.ts'
import type { MethodFields } from '../../wire/methods.ts'
import { writeProperties } from '../../wire/properties-codec.ts'
import { faultError, missing } from '../format/api-error.ts'
import type { ManagedBroker } from './context.ts'

/** A method that the channel has sent, with its content if it has any. */
interface Sent {
  readonly name: MethodName
  readonly fields: unknown
  content?: OutgoingContent
}

/** Keeps what the channel sends. */
class Replies implements ChannelOutput {
  readonly full = false
  readonly #sent: Sent[] = []

  sendMethod<N extends MethodName>(_channel: number, name: N, fields: MethodFields<N>): void {
    this.#sent.push({ name, fields })
  }

  sendContent(_channel: number, content: OutgoingContent): void {
    const last = this.#sent.at(-1)
    if (last !== undefined) last.content = content
  }

  take(): readonly Sent[] {
    return this.#sent.splice(0)
  }
}

/** A message from basic.get. */
export interface GotMessage extends MethodFields<'basic.get-ok'> {
  readonly content: OutgoingContent
}

/**
 * A channel inside the broker, on which a user of the management API does what a client does: with
 * the same permissions, checks and error texts.
 */
export class DirectChannel implements Disposable, ChannelHost {
  readonly vhost: VirtualHost
  readonly access: Access
  readonly connection = undefined
  readonly connectionName = 'management API'
  readonly userProvidedName = undefined
  readonly user: string
  readonly impersonator: boolean
  readonly events: EventHub
  readonly limits: BrokerLimits
  readonly bodies = new BodyStore()
  /** The faults of a test are for its clients. */
  readonly faults = undefined
  readonly output = new Replies()
  readonly cancelNotify = false
  readonly owner = this
  readonly #channel: Channel

  constructor(broker: ManagedBroker, user: User, vhost: VirtualHost) {
    const access = user.accessTo(vhost.vhost)
    if (access === undefined) throw missing('Not Found')
    this.vhost = vhost
    this.access = access
    this.user = user.name
    this.impersonator = user.impersonator
    this.events = broker.events
    this.limits = broker.settings.limits
    this.#channel = new Channel(1, this)
    this.#channel.state = 'running'
  }

  /** Throws an ApiError where a client would lose its channel. */
  call<N extends MethodName>(name: N, fields: MethodFields<N>): void {
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a name and the fields of that name are that method
      handleMethod(this.#channel, { name, ...fields } as never)
    } catch (error) {
      throw error instanceof Fault ? faultError(error) : error
    }
  }

  /** The next message of a queue. Throws a Fault. */
  get(queue: string, noAck: boolean): GotMessage | undefined {
    handleMethod(this.#channel, { name: 'basic.get', ticket: 0, queue, noAck })
    const [reply] = this.output.take()
    if (reply?.name !== 'basic.get-ok' || reply.content === undefined) return undefined
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields of basic.get-ok
    return { ...(reply.fields as MethodFields<'basic.get-ok'>), content: reply.content }
  }

  /** Publishes a mandatory message, and says what became of it. Throws a Fault. */
  publish(
    address: { readonly exchange: string; readonly routingKey: string },
    message: { readonly properties: MessageProperties; readonly body: Uint8Array },
  ): 'routed' | 'returned' | 'rejected' {
    handleMethod(this.#channel, { name: 'confirm.select', noWait: true })
    const writer = new ByteWriter()
    writeProperties(writer, message.properties)
    const { body } = message
    publish(this.#channel, {
      method: { name: 'basic.publish', ticket: 0, mandatory: true, immediate: false, ...address },
      properties: writer.written,
      body: body.length > this.limits.maxMessageSize ? undefined : body,
      size: body.length,
    })
    const replies = this.output.take().map(({ name }) => name)
    if (replies.includes('basic.nack')) return 'rejected'
    return replies.includes('basic.return') ? 'returned' : 'routed'
  }

  afterMethod(task: () => void): void {
    task()
  }

  failChannel(): void {
    // A timeout fails a channel, and this one is closed before any time passes.
  }

  [Symbol.dispose](): void {
    this.#channel.close()
  }
}

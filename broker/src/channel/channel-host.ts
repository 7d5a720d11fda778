import type { Access } from '../access/access.ts'
import type { VirtualHost } from '../core/vhost.ts'
import type { EventHub } from '../events/event-hub.ts'
import type { ChannelFault } from '../protocol/faults.ts'
import type { BrokerLimits } from '../settings/options.ts'
import type { OutgoingContent } from '../wire/frame-writer.ts'
import type { MethodName } from '../wire/method-table.ts'
import type { MethodFields } from '../wire/methods.ts'
import type { BodyStore } from './content/body-store.ts'
import type { FaultInjection } from './fault-injection.ts'

/** Where the channels of a connection write their frames. */
export interface ChannelOutput {
  /** The client does not read as fast as the broker sends. */
  readonly full: boolean
  sendMethod<N extends MethodName>(channel: number, name: N, fields: MethodFields<N>): void
  /** Sends the content of the method before it. */
  sendContent(channel: number, content: OutgoingContent): void
}

/** What a channel needs from its connection. */
export interface ChannelHost {
  readonly vhost: VirtualHost
  readonly access: Access
  /** The number of the connection; undefined if there is none. */
  readonly connection: number | undefined
  /** The name of the connection. */
  readonly connectionName: string
  /** The name that the client gave it, if any. */
  readonly userProvidedName: string | undefined
  readonly user: string
  /** The user may publish in the name of another user. */
  readonly impersonator: boolean
  readonly events: EventHub
  readonly limits: BrokerLimits
  readonly bodies: BodyStore
  /** Undefined unless this is the broker of a test. */
  readonly faults: FaultInjection | undefined
  readonly output: ChannelOutput
  /** The client wants to be notified when the broker cancels a consumer. */
  readonly cancelNotify: boolean
  /** The owner of the exclusive queues. */
  readonly owner: object
  /** Runs `task` once the current method has its reply. */
  afterMethod(task: () => void): void
  /** Closes a channel for a fault that no method of the client has caused. */
  failChannel(channel: number, fault: ChannelFault): void
}

import type { Access } from '../access/users.ts'
import type { EventHub } from '../events/event-hub.ts'
import type { VirtualHost } from '../core/vhost.ts'
import type { BrokerLimits } from '../settings/options.ts'
import type { ChannelFault } from '../protocol/faults.ts'
import type { OutgoingContent } from '../wire/frame-writer.ts'
import type { MethodName } from '../wire/method-table.ts'
import type { MethodFields } from '../wire/methods.ts'
import type { BodyStore } from './content/body-store.ts'
import type { Channel } from './channel.ts'

/** What a channel needs of its connection. */
export interface ChannelHost {
  readonly vhost: VirtualHost
  readonly access: Access
  readonly user: string
  /** The user may publish in the name of another one. */
  readonly impersonator: boolean
  readonly events: EventHub
  readonly limits: BrokerLimits
  readonly bodies: BodyStore
  /** The client wants to hear of consumers that the broker cancels. */
  readonly cancelNotify: boolean
  /** The client does not keep up with what is sent to it. */
  readonly congested: boolean
  /** Who an exclusive queue belongs to. */
  readonly owner: object
  send<N extends MethodName>(channel: number, name: N, fields: MethodFields<N>): void
  sendContent(channel: number, content: OutgoingContent): void
  /** Runs `task` once the method that is being handled has its reply. */
  afterMethod(task: () => void): void
  /** Closes the channel for a fault that no method of the client brought about. */
  fail(channel: Channel, fault: ChannelFault): void
}

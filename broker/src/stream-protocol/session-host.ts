import type { Access } from '../access/access.ts'
import type { MemoryGauge } from '../core/message/memory-gauge.ts'
import type { VirtualHost } from '../core/vhost.ts'
import type { Clock } from '../time/clock.ts'
import type { ConsumerGroups } from './consuming/consumer-groups.ts'
import type { StreamFrameWriter } from './wire/frame-writer.ts'

/** What a session needs from its connection. */
export interface SessionHost {
  readonly vhost: VirtualHost
  readonly access: Access
  readonly clock: Clock
  readonly memory: MemoryGauge
  readonly groups: ConsumerGroups
  readonly frames: StreamFrameWriter
  /** The address that clients use for their next connections. */
  readonly advertised: { readonly host: string; readonly port: number }
  /** Sends what is in `frames` soon, also if the client has sent no command. */
  scheduleFlush(): void
  /** There is something to deliver: call `Session.deliver` soon. */
  requestDelivery(): void
  /** The client has published while the broker is low on memory. */
  block(): void
  /** Sends what is in `frames`, and disconnects the client. */
  end(): void
  /** Disconnects a client that did not answer in time. */
  timedOut(request: string): void
}

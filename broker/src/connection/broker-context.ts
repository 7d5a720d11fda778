import type { FaultInjection } from '../channel/fault-injection.ts'
import type { MemoryGauge } from '../core/message/memory-gauge.ts'
import type { EventHub } from '../events/event-hub.ts'
import type { ConsumerGroups } from '../stream-protocol/consuming/consumer-groups.ts'
import type { HandshakeContext } from './handshake/handshake.ts'
import type { Scheduler } from './scheduler.ts'

/** What the connections of a broker share. */
export interface BrokerContext extends HandshakeContext {
  readonly events: EventHub
  readonly memory: MemoryGauge
  readonly scheduler: Scheduler
  readonly consumerGroups: ConsumerGroups
  /** Undefined unless this is the broker of a test. */
  readonly faults: FaultInjection | undefined
}

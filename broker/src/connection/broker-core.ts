import type { EventHub } from '../core/events.ts'
import type { MemoryGauge } from '../core/memory.ts'
import type { VirtualHost } from '../core/vhost.ts'
import type { BrokerSettings } from '../options.ts'
import type { Connection } from './connection.ts'
import type { Scheduler } from './scheduler.ts'
import type { UserRegistry } from './users.ts'

/** What the connections of a broker share. */
export interface BrokerCore {
  readonly settings: BrokerSettings
  readonly events: EventHub
  readonly memory: MemoryGauge
  readonly scheduler: Scheduler
  readonly users: UserRegistry
  readonly vhosts: ReadonlyMap<string, VirtualHost>
  readonly connections: ReadonlySet<Connection>
  /** The connection is over. */
  forget(connection: Connection): void
}

/** What a connection needs to know of who is at the other end. */
export interface Peer {
  readonly id: number
  readonly isLoopback: boolean
  /** For people: `127.0.0.1:50412 -> 127.0.0.1:5672`, or what `accept` was given. */
  readonly name: string
  /** Where the client is, if it came over a socket. */
  readonly address?: { readonly host: string; readonly port: number }
}

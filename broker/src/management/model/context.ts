import type { BrokerContext } from '../../connection/broker-context.ts'
import type { ClientConnection } from '../../connection/stream/client-connection.ts'
import type { Rates } from './rates.ts'

/** A port that the broker listens on. */
export interface Listener {
  readonly protocol: 'amqp' | 'amqp/ssl' | 'stream' | 'stream/ssl' | 'http'
  readonly host: string
  readonly port: number
}

/** What the management API needs from the broker. */
export interface ManagedBroker extends BrokerContext {
  readonly connections: ReadonlySet<ClientConnection>
  readonly listeners: Iterable<Listener>
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

/** What the routes share. */
export interface ManagementContext extends ManagedBroker {
  readonly rates: Rates
}

import type { BrokerContext } from '../connection/broker-context.ts'
import type { Connection } from '../connection/connection.ts'

/** A port that the broker listens on. */
export interface Listener {
  readonly protocol: 'amqp' | 'amqp/ssl' | 'http'
  readonly host: string
  readonly port: number
}

/** What the management API needs from the broker. */
export interface ManagementContext extends BrokerContext {
  readonly connections: ReadonlySet<Connection>
  readonly listeners: () => readonly Listener[]
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

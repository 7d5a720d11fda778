import { Broker, listening } from './broker.ts'
import { resolveOptions, type BrokerOptions } from './settings/options.ts'

export type { Clock } from './time/clock.ts'
export type { AcceptOptions } from './broker.ts'
export type { Protocol } from './clients.ts'
export type { BrokerConnection, CloseReason } from './broker-connection.ts'
export type { ConnectionProtocol, ConnectionState } from './connection/lifecycle.ts'
export type * from './events/broker-events.ts'
export type { ManagementReply, ManagementRequest } from './management/local-api.ts'
export { LimitError } from './settings/limit-error.ts'
export {
  defaultLimits,
  InvalidOptionError,
  type BrokerLimits,
  type BrokerOptions,
  type Permissions,
  type UserOptions,
} from './settings/options.ts'
export type { StreamOptions } from './settings/stream-options.ts'
export type * from './snapshot.ts'
export {
  CertificateAuthority,
  type Certificate,
  type CertificateName,
  type CertificateRequest,
} from './tls/certificate-authority.ts'
export type { LoginFrom, Pem, TlsOptions } from './settings/tls-options.ts'
export { Broker }

/**
 * Starts a broker. Resolves when it listens. It keeps everything in memory: even durable queues do not
 * outlive the process. Rejects with an InvalidOptionError, or with the system error for the port.
 */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  return listening(new Broker(resolveOptions(options)))
}

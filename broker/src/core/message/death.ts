/** Why a message left its queue for the dead letter exchange, in RabbitMQ's words. */
export type DeathReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit'

/** One entry of x-death: how often a message died in one queue for one reason. */
export interface DeathRecord {
  readonly queue: string
  readonly reason: DeathReason
  readonly count: number
  /** Milliseconds since 1970, of the first of these deaths. */
  readonly time: number
  readonly exchange: string
  readonly routingKeys: readonly string[]
  readonly expiration?: string
}

/**
 * True where sending the message to `queue` would close a circle that no client takes part in:
 * RabbitMQ drops it there. `deaths` has the newest first.
 */
export function isDeathCycle(deaths: readonly DeathRecord[], queue: string): boolean {
  const last = deaths.findIndex((death) => death.queue === queue)
  return last >= 0 && deaths.slice(0, last + 1).every((death) => death.reason !== 'rejected')
}

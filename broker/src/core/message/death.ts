/** Why a message was dead-lettered, as RabbitMQ names the reasons. */
export type DeathReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit'

/** An entry of x-death: how often a message was dead-lettered from one queue for one reason. */
export interface DeathRecord {
  readonly queue: string
  readonly reason: DeathReason
  readonly count: number
  /** When it happened first, in milliseconds since 1970. */
  readonly time: number
  readonly exchange: string
  readonly routingKeys: readonly string[]
  readonly expiration?: string
}

/**
 * Whether the message would return to `queue` without any client having rejected it on the way:
 * RabbitMQ drops it then. The latest of `deaths` comes first.
 */
export function isDeathCycle(deaths: readonly DeathRecord[], queue: string): boolean {
  const last = deaths.findIndex((death) => death.queue === queue)
  return last >= 0 && deaths.slice(0, last + 1).every((death) => death.reason !== 'rejected')
}

import type { BrokerEvents } from './broker-events.ts'
import type { EventHub } from './event-hub.ts'

/** Reports a bug in the broker: to the listeners, or on stderr if there are none. */
export function reportInternalError(events: EventHub, event: BrokerEvents['internal-error']): void {
  if (events.hasListeners('internal-error')) events.emit('internal-error', event)
  // oxlint-disable-next-line no-console -- this prints to stderr, and works in a browser page too
  else console.error(describe(event))
}

function describe({ connection, error }: BrokerEvents['internal-error']): string {
  const about = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `internal error on connection ${connection}: ${about}`
}

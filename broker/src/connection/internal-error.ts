import type { BrokerEvents, EventHub } from '../core/events.ts'

/** Reports a bug of the broker to the listeners. Without any it is printed: nobody would know. */
export function reportInternalError(events: EventHub, event: BrokerEvents['internal-error']): void {
  if (events.hears('internal-error')) events.emit('internal-error', event)
  // oxlint-disable-next-line no-console -- stderr has this name in a browser page too
  else console.error(describe(event))
}

function describe({ connection, error }: BrokerEvents['internal-error']): string {
  const about = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `internal error on connection ${connection}: ${about}`
}

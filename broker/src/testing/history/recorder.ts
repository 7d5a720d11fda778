import type { Broker } from '../../broker.ts'
import type { ConnectionEvent, QueueEvent } from '../../events/broker-events.ts'
import { describeAddress } from './describe-history.ts'
import type { History, HistoryEntry } from './history.ts'

/** Where and when something is recorded. */
export interface RecorderOptions {
  /** What happens in other virtual hosts is not recorded. */
  readonly vhost: string
  readonly now: () => number
  /** Called after each entry. */
  readonly onChange: () => void
}

/** Writes what a broker does into a history. */
export function record(
  broker: Broker,
  history: History,
  { vhost, now, onChange }: RecorderOptions,
): void {
  const add: Add = (event, entry) => {
    if (event.vhost !== vhost) return
    history.add({ at: now(), ...entry })
    onChange()
  }
  recordMessages(broker, add)
  recordQueues(broker, add)
  recordConnections(broker, add)
}

type Add = (event: { readonly vhost: string }, entry: Omit<HistoryEntry, 'at'>) => void

function recordMessages(broker: Broker, add: Add): void {
  broker.on('published', (event) => {
    const { exchange, message } = event
    add(event, { what: 'published', exchange, message, details: `to ${describeAddress(message)}` })
  })
  broker.on('unroutable', (event) => {
    const details = `to ${describeAddress(event.message)}: no queue`
    add(event, { what: 'unroutable', message: event.message, details })
  })
  broker.on('routed', (event) => {
    const { queue, message, offset } = event
    const details = `by ${describeAddress(message)}`
    add(event, { what: 'received', queue, message, details, ...placed(offset) })
  })
  broker.on('delivered', (event) => {
    const { queue, message, consumerTag, redelivered, offset } = event
    const to = consumerTag === '' ? 'by basic.get' : `to consumer "${consumerTag}"`
    const details = redelivered ? `${to}, redelivered` : to
    add(event, { what: 'delivered', queue, message, redelivered, details, ...placed(offset) })
  })
  for (const what of ['acked', 'requeued'] as const)
    broker.on(what, (event) => {
      add(event, { what, queue: event.queue, message: event.message })
    })
  broker.on('dead-lettered', (event) => {
    const { queue, message, reason } = event
    add(event, { what: 'dead-lettered', queue, message, reason, details: `because ${reason}` })
  })
}

function placed(offset: number | undefined): { readonly offset?: number } {
  return offset === undefined ? {} : { offset }
}

function recordQueues(broker: Broker, add: Add): void {
  broker.on('exchange.declared', (event) => {
    const { exchange, type } = event
    add(event, { what: 'other', exchange, details: `${type} exchange "${exchange}" declared` })
  })
  const other = (event: QueueEvent, details: string): void =>
    add(event, { what: 'other', queue: event.queue, details })
  broker.on('queue.declared', (event) => other(event, `queue "${event.queue}" declared`))
  broker.on('queue.deleted', (event) => other(event, `queue "${event.queue}" deleted`))
  broker.on('queue.purged', (event) => other(event, `${event.messages} messages purged`))
  broker.on('consumer.added', (event) => other(event, `consumer "${event.consumerTag}" added`))
  broker.on('consumer.removed', (event) => other(event, `consumer "${event.consumerTag}" removed`))
}

function recordConnections(broker: Broker, add: Add): void {
  const other = (event: ConnectionEvent, details: string): void =>
    add(event, { what: 'other', details })
  broker.on('connection.failed', (event) =>
    other(event, `connection ${event.connection} closed: ${event.reason}`),
  )
  broker.on('channel.failed', (event) =>
    other(
      event,
      `channel ${event.channel} of connection ${event.connection} closed: ${event.reason}`,
    ),
  )
  broker.on('connection.closed', (event) => other(event, `connection ${event.connection} ended`))
  broker.on('connection.blocked', (event) => other(event, `connection ${event.connection} blocked`))
}
